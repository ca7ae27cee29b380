local t = require("test")
local address = require("sshrpc.address")
local bytes = require("sshrpc.bytes")
local frame = require("sshrpc.support.frame")
local json = require("sshrpc.json")
local errors = require("sshrpc.errors")
local daemon = require("sshrpc.daemon")

t.test("UTF-8 is told from bytes", function()
  for _, good in ipairs({ "", "abc", "\0", "é€𝄞", "\244\143\191\191", "\237\159\191", "\238\128\128" }) do
    assert(bytes.is_utf8(good) and bytes._is_utf8_slow(good), good)
  end
  local bad = {
    "\128", "\255", "\192\128", "\193\191", "\224\128\128", "\237\160\128", "\240\128\128\128", "\244\144\128\128",
    "\245\128\128\128", "a\226\130", "\226\130a", "\240\157\132",
  }
  for _, each in ipairs(bad) do
    assert(not bytes.is_utf8(each) and not bytes._is_utf8_slow(each), ("%q"):format(each))
  end
end)

t.test("UTF-8 is told from bytes in long texts, with breaths in between", function()
  local breaths = 0
  local function breathe() breaths = breaths + 1 end
  for _, head in ipairs({ "", "a", "ab", "abc" }) do
    for _, character in ipairs({ "é", "€", "𝄞" }) do
      local text = head .. character:rep(100000)
      assert(bytes.is_utf8(text, breathe), head .. character)
      assert(not bytes.is_utf8(text .. "\255"), head .. character)
      assert(not bytes.is_utf8(text:sub(1, -2)), head .. character)
      assert(not bytes.is_utf8(text:sub(1, 65535 + #head) .. "\255" .. text), head .. character)
    end
  end
  assert(breaths > 12, breaths)
  assert(not bytes.is_utf8(("\128"):rep(200000)))
end)

t.test("JSON: many small values are read and written with breaths in between", function()
  local breaths = 0
  local function breathe() breaths = breaths + 1 end
  local list, object = {}, {}
  for index = 1, 50000 do
    list[index] = index
    object["k" .. index] = "v"
  end
  local text = json.encode({ list = list, object = object }, breathe)
  assert(breaths >= 90, breaths)
  breaths = 0
  t.equal(json.decode(text, breathe).list[50000], 50000)
  assert(breaths >= 10, breaths)
end)

t.test("JSON: integers stay integers", function()
  t.equal(json.encode({ 1, -5, 2 ^ 40, 0.5 }), "[1,-5,1099511627776,0.5]")
  local list = json.decode("[1,-5,1099511627776,0.5,1e2]")
  t.equal(tostring(list[1]), "1")
  t.equal(tostring(list[3]):gsub("e%+", ""), tostring(1099511627776):gsub("e%+", ""))
  t.equal(list[4], 0.5)
  t.equal(list[5], 100)
end)

t.test("JSON: empty tables", function()
  t.equal(json.encode({}), "{}")
  t.equal(json.encode(json.array({})), "[]")
  t.equal(json.encode({ a = json.array({}) }), '{"a":[]}')
  t.equal(json.encode(json.decode('{"a":[],"b":{}}').a), "[]")
end)

t.test("JSON: strings both ways", function()
  local text = "\0\1\31\127\"\\/\n\r\t é€𝄞 \\u0041"
  t.equal(json.decode(json.encode(text)), text)
  t.equal(json.decode('"\\u0041\\u00e9\\ud834\\udd1e\\ud834x\\/\\b"'), "Aé𝄞\239\191\189x/\b")
  local long = ('a"\\\n'):rep(600000)
  local breaths = 0
  t.equal(json.decode(json.encode(long, function() breaths = breaths + 1 end)), long)
  assert(breaths > 1)
  t.equal(json.decode(json.encode(long .. "\27")), long .. "\27")
end)

t.test("JSON: null is no field, and a value where asked for", function()
  t.equal(next(json.decode('{"a":null}')), nil)
  t.equal(json.decode('{"a":null}', nil, true).a, json.null)
  t.equal(json.encode(json.null), "null")
end)

t.test("JSON: what isn't is refused", function()
  for _, bad in ipairs({ "", "{", "[1,]", '{"a"}', '"abc', "tru", "1 2", "{'a':1}", "[1", '"\\x"', "nil" }) do
    t.equal(pcall(json.decode, bad), false, bad)
  end
  for _, bad in ipairs({ 0 / 0, math.huge, print }) do t.equal(pcall(json.encode, bad), false) end
end)

t.test("a long text with many escapes takes no longer than it must", function()
  local text = json.encode(("0123456789\n"):rep(300000))
  local begin = os.clock()
  json.decode(text)
  assert(os.clock() - begin < 5, os.clock() - begin)
end)

t.test("frames come apart wherever they are cut", function()
  local stream = "Content-Length: 2\r\n\r\n{}Content-Type: x\r\ncontent-length:  3\r\n\r\nabcContent-Length: 0\r\n\r\n"
  for size = 1, #stream do
    local got = {}
    local decoder = frame.decoder(function(body) got[#got + 1] = body end)
    for from = 1, #stream, size do assert(decoder:feed(stream:sub(from, from + size - 1))) end
    t.equal(table.concat(got, "|"), "{}|abc|", size)
  end
end)

t.test("binary frames come apart wherever they are cut", function()
  local stream = "Content-Length: 7\r\nContent-Type: application/vnd.sshrpc; json=2\r\n\r\n{}a\0\255b\n"
    .. "content-type: application/vnd.sshrpc; json=2\r\ncontent-length: 2\r\n\r\n[]Content-Length: 1\r\n\r\n1"
  for size = 1, #stream do
    local got = {}
    local decoder = frame.decoder(function(body, binary)
      got[#got + 1] = body
      if not binary then return end
      for _, each in ipairs({ { 0, 0 }, { 0, 5 }, { 1, 3 }, { 4, 1 } }) do
        if each[1] + each[2] <= binary.length then got[#got + 1] = binary:slice(each[1], each[2]) end
      end
      t.equal(pcall(binary.slice, binary, 0, binary.length + 1), false)
      t.equal(pcall(binary.slice, binary, -1, 1), false)
    end)
    for from = 1, #stream, size do assert(decoder:feed(stream:sub(from, from + size - 1))) end
    t.equal(table.concat(got, "|"), "{}||a\0\255b\n|\0\255b|\n|[]||1", size)
  end
end)

t.test("bytes go into a frame and come out of it", function()
  local params = { session = 1 }
  bytes.put(params, "command", "true", "commandEncoding")
  t.equal(params.command, "true")
  t.equal(bytes.detach(params), params)
  bytes.put(params, "stdin", "\255\0", "stdinEncoding")
  bytes.put(params, "data", ("x"):rep(5000), "encoding")
  local sent, parts = bytes.detach(params)
  local message = json.decode(json.encode({ result = sent }))
  local all = table.concat(parts)
  bytes.attach(message, { slice = function(_, offset, length) return all:sub(offset + 1, offset + length) end })
  t.equal(message.result.stdin, "\255\0")
  t.equal(message.result.data, ("x"):rep(5000))
  t.equal(message.result.command, "true")
end)

t.test("a header without a length is refused", function()
  t.fails(frame.decoder(print):feed("Content-Type: application/vnd.sshrpc; json=3\r\nContent-Length: 2\r\n\r\n"), "a binary", "a binary")
  t.fails(frame.decoder(print):feed("Content-Type: x\r\n\r\n"), "a header", "a header")
  t.fails(frame.decoder(print):feed(("x"):rep(5000)), "a header", "a header")
end)

t.test("an error's string is its message", function()
  local problem = errors.from_reply({ code = 5001, message = "timed out", data = { kind = "Timeout", phase = "run" } })
  t.equal(tostring(problem), "timed out")
  t.equal(problem.kind, "Timeout")
  t.equal(problem.data.phase, "run")
  assert(errors.is(problem) and not errors.is({}))
end)

t.test("an address of one piece is split", function()
  for text, want in pairs({
    ["host"] = { host = "host" },
    ["host:2222"] = { host = "host", port = 2222 },
    ["alice@host"] = { username = "alice", host = "host" },
    ["alice@host:2222"] = { username = "alice", host = "host", port = 2222 },
    ["a@b@host"] = { username = "a@b", host = "host" },
    ["a:b@host"] = { username = "a:b", host = "host" },
    ["::1"] = { host = "::1" },
    ["alice@::1"] = { username = "alice", host = "::1" },
    ["[::1]"] = { host = "::1" },
    ["alice@[fe80::1%lo]:222"] = { username = "alice", host = "fe80::1%lo", port = 222 },
  }) do
    local got = assert(address.split(text))
    for _, name in ipairs({ "username", "host", "port" }) do t.equal(got[name], want[name]) end
  end
end)

t.test("what is no address is refused", function()
  for text, reason in pairs({
    [""] = "no host",
    ["alice@"] = "no host",
    ["@host"] = "no user before the @",
    [":22"] = "no host",
    ["host:"] = '"" is no port',
    ["host:ssh"] = '"ssh" is no port',
    ["host:0"] = '"0" is no port',
    ["host:65536"] = '"65536" is no port',
    ["host:+22"] = '"+22" is no port',
    ["[::1]:"] = '"" is no port',
    ["[::1"] = "not [host]:port",
    ["[::1]22"] = "not [host]:port",
  }) do
    local got, problem = address.split(text)
    t.equal(got, nil)
    t.equal(problem.kind, "InvalidParams")
    t.equal(problem.message, ('host: %s, in "%s"'):format(reason, text))
    t.equal(problem.data.path, "host")
  end
end)

t.test("the daemon is found by argument", function()
  t.equal(daemon.find("/x/sshrpc.js").argv[1], "node")
  t.equal(daemon.find("/x/sshrpc").argv[1], "/x/sshrpc")
  t.equal(daemon.find({ "a", "b" }).argv[2], "b")
end)

-- What is compiled depends on addresses, so one process alone may well do it right.
if rawget(_G, "jit") and t.shell("command -v luajit") ~= "" then
  t.test("LuaJIT loses no field of what is received", function()
    t.write_file(t.tmp .. "/received.lua", [[
      local names = require("sshrpc.names")
      for index = 1, 7000 do
        local entry = names.from_wire({
          name = "f" .. index, type = "file", size = index, mode = 420, uid = 0, gid = 0, atime = 1.5, mtime = 2, owner = "root", group = "root",
        })
        local count = 0
        for _ in pairs(entry) do count = count + 1 end
        if not (entry.name and entry.type and entry.size and entry.mode and entry.uid and entry.gid and entry.atime and entry.mtime
          and entry.owner and entry.group) then
          print("a field of entry " .. index .. " is lost")
          os.exit(1)
        end
      end
    ]])
    for _ = 1, 20 do t.equal(t.shell("luajit " .. t.tmp .. "/received.lua"), "") end
  end)
end

t.done()
