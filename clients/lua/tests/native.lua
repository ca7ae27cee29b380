local t = require("test")
local json = require("sshrpc.json")
local sshrpc = require("sshrpc")

local server = t.server
local function connect()
  return sshrpc.assert(sshrpc.connect({
    host = server.host, port = server.port, username = server.username, password = server.password,
  }))
end

local session = connect()

t.test("a session says what its server is", function()
  assert(session.info.server_ident:find("^SSH%-2%.0%-"), session.info.server_ident)
  t.equal(session.info.auth_method, "password")
  t.equal(session.info.host_key.fingerprint:sub(1, 7), "SHA256:")
  -- The protocol's names are understood, as in options.
  t.equal(session.info.serverIdent, session.info.server_ident)
  for name in pairs(session.info) do assert(not name:find("%u"), name) end
end)

t.test("user, host and port may be one text", function()
  local whole = ("%s@%s:%d"):format(server.username, server.host, server.port)
  for _, options in ipairs({
    { host = whole },
    { host = ("[%s]:%d"):format(server.host, server.port), username = server.username },
    { host = whole, port = server.port, username = server.username },
  }) do
    options.password = server.password
    local other = sshrpc.assert(sshrpc.connect(options))
    t.equal(other.info.host, server.host)
    t.equal(other.info.port, server.port)
    t.equal(other.info.username, server.username)
    other:free()
  end
  local none, problem = sshrpc.connect({ host = "alice@example.org", username = "bob" })
  t.equal(none, nil)
  t.equal(problem.kind, "InvalidParams")
  t.equal(problem.message, 'host: it says alice, and username is bob: one of them is enough, in "alice@example.org"')
  none, problem = sshrpc.connect({ host = "example.org:22", username = "bob", port = 2222 })
  t.equal(none, nil)
  assert(problem.message:find("it says 22, and port is 2222", 1, true), problem.message)
end)

t.test("a session says what was negotiated", function()
  local options = { host = server.host, port = server.port, username = server.username, password = server.password,
    algorithms = { kex = { "curve25519-sha256" } }, warn_weak_crypto = true, certificate_files = {} }
  local other = sshrpc.assert(sshrpc.connect(options))
  t.equal(other.info.kex, "curve25519-sha256")
  t.equal(other.info.post_quantum, false)
  assert(other.info.warnings[1]:find("not using a post%-quantum key exchange"), other.info.warnings[1])
  assert(other.info.cipher ~= "" and other.info.mac ~= "")
  other:free()
  t.equal(session.info.warnings, nil)
end)

t.test("exec gives the streams apart, the code and the signal", function()
  local result = sshrpc.assert(session:exec("echo out; echo err >&2; exit 3"))
  t.equal(result.stdout, "out\n")
  t.equal(result.stderr, "err\n")
  t.equal(result.exit_code, 3)
  t.equal(result.signal, nil)
  t.equal(sshrpc.assert(session:exec("kill -TERM $$")).signal, "TERM")
end)

t.test("exec: stdin and bytes exactly", function()
  local all = t.all_bytes()
  t.equal(sshrpc.assert(session:exec("cat", { stdin = all })).stdout, all)
end)

t.test("a time-out is an error with what had arrived", function()
  local result, problem = session:exec("printf 'a\\377'; sleep 5", { timeout = 0.4 })
  t.equal(result, nil)
  t.equal(problem.kind, "Timeout")
  t.equal(problem.data.phase, "run")
  t.equal(problem.data.stdout, "a\255")
  t.equal(problem.data.dispatched, "yes")
end)

t.test("files both ways", function()
  local all = t.all_bytes()
  local path = server.home .. "/native é"
  sshrpc.assert(session:write(path, all))
  t.equal(sshrpc.assert(session:read(path)), all)
  t.equal(sshrpc.assert(session:get(path, t.tmp .. "/native")), 256)
  t.equal(t.read_file(t.tmp .. "/native"), all)
  sshrpc.assert(session:put(t.tmp .. "/native", path .. "2"))
  t.equal(sshrpc.assert(session:read(path .. "2")), all)
end)

t.test("commands and remote paths are bytes", function()
  local name = "caf\233 \255'"
  sshrpc.assert(session:write(name, "1"))
  t.equal(sshrpc.assert(session:read(name)), "1")
  t.equal(sshrpc.assert(session:get(name, t.tmp .. "/bytes")), 1)
  sshrpc.assert(session:put(t.tmp .. "/bytes", name .. "2"))
  t.equal(t.read_file(server.home .. "/" .. name .. "2"), "1")
  t.equal(sshrpc.assert(session:exec("printf '%s ' \255\233; cat *\255*")).stdout, "\255\233 11")
  local command = sshrpc.assert(session:start("printf %s \255"))
  t.equal(command:output()(), "\255")
  sshrpc.assert(command:wait())
end)

t.test("large contents both ways", function()
  local data = t.all_bytes():rep(12000)
  local path = server.home .. "/large"
  sshrpc.assert(session:write(path, data, { mode = 384 }))
  t.equal(sshrpc.assert(session:read(path)), data)
  t.equal(sshrpc.assert(session:exec("stat -c %a large")).stdout, "600\n")
  t.equal(sshrpc.assert(session:exec("cat large")).stdout, data)
end)

t.test("output of every kind", function()
  local function check(command, expected)
    t.equal(sshrpc.assert(session:exec(command)).stdout, expected)
  end
  check("head -c 3000000 /dev/zero", ("\0"):rep(3000000))
  check("yes '' | head -c 3000000", ("\n"):rep(3000000))
  check("yes 'é\"\\\\' | head -c 3000000", ("é\"\\\\\n"):rep(500000))
  local result = sshrpc.assert(session:exec("printf 'a\\377'; printf 'b\\0' >&2"))
  t.equal(result.stdout .. "|" .. result.stderr, "a\255|b\0")
end)

t.test("progress of transfers; an error in the callback cancels", function()
  local seen = {}
  local function on_progress(bytes, total) seen[#seen + 1] = { bytes, total } end
  local data = ("x"):rep(3000000)
  sshrpc.assert(session:write("progress", data, { on_progress = on_progress }))
  t.equal(seen[1][2], 3000000)
  t.equal(seen[#seen][1], 3000000)
  seen = {}
  t.equal(sshrpc.assert(session:get("progress", t.tmp .. "/progress", { on_progress = on_progress })), 3000000)
  t.equal(seen[#seen][1], 3000000)
  t.throws("enough", session.put, session, t.tmp .. "/progress", "progress2", { on_progress = function() error("enough") end })
  t.equal(sshrpc.assert(session:exec("echo on")).stdout, "on\n")
end)

t.test("a file that is larger than max_output isn't read", function()
  local small, large = ("x"):rep(1000), ("y"):rep(3000000)
  sshrpc.assert(session:write("bounded-small", small))
  sshrpc.assert(session:write("bounded-large", large))
  local function refused(path, max_output)
    local result, problem = session:read(path, { max_output = max_output })
    t.equal(result, nil)
    t.equal(problem.kind, "OutputTooLarge")
    t.equal(problem.data.max_output, max_output)
    assert(problem.message:find(path == "bounded-small" and #small or #large, 1, true), problem.message)
  end
  refused("bounded-small", 0)
  refused("bounded-small", 999)
  refused("bounded-large", 999)
  refused("bounded-large", 1024 * 1024)
  -- Above 1 MiB it comes by a file.
  refused("bounded-large", 2999999)
  for _, max_output in ipairs({ 1000, 2000000, 268435456 }) do
    t.equal(sshrpc.assert(session:read("bounded-small", { max_output = max_output })), small)
  end
  t.equal(sshrpc.assert(session:read("bounded-large", { max_output = 3000000 })), large)
  for _, bad in ipairs({ -1, 268435457, "1" }) do
    local _, problem = session:read("bounded-small", { max_output = bad })
    t.equal(problem.kind, "InvalidParams")
    t.equal(problem.data.path, "maxOutput")
  end
  local _, problem = session:get("bounded-small", t.tmp .. "/bounded", { max_output = 999 })
  t.equal(problem.kind, "OutputTooLarge")
  t.equal(io.open(t.tmp .. "/bounded"), nil)
end)

t.test("prompts are answered by a callback", function()
  local function login(on_prompt, options)
    options = options or {}
    options.host, options.port, options.username = server.host, server.port, server.username
    options.on_prompt, options.identity_files, options.agent = on_prompt, json.array({}), false
    return sshrpc.connect(options)
  end
  local asked
  local mine = sshrpc.assert(login(function(prompt)
    asked = prompt
    return server.password
  end))
  t.equal(asked.host, server.host)
  t.equal(asked.username, server.username)
  t.equal(asked.lines[1].echo, false)
  mine:free()
  local refused, problem = login(function() return nil end)
  t.equal(refused, nil)
  t.equal(problem.kind, "AuthenticationFailed")
  refused, problem = login(nil)
  t.equal(refused, nil)
  t.equal(problem.kind, "AuthenticationFailed")
  t.throws("on purpose", login, function() error("on purpose", 0) end)
  t.throws("as many answers", login, function() return {} end)
  t.throws("must be UTF-8", login, function() return "\255" end)
  local known_hosts = t.tmp .. "/none-known"
  os.remove(known_hosts)
  local ask = { password = server.password, host_key_policy = "ask", known_hosts = { known_hosts } }
  mine = sshrpc.assert(login(function(prompt)
    asked = prompt
    return prompt.host_key ~= nil
  end, ask))
  t.equal(asked.kind, "host-key")
  t.equal(asked.host_key.reason, "unknown")
  t.equal(asked.host_key.fingerprint, mine.info.host_key.fingerprint)
  t.equal(#asked.host_key.expected, 0)
  mine:free()
  -- Another key is known: an Ed25519 one of 32 NULs.
  local other_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" .. ("A"):rep(43)
  t.write_file(known_hosts, ("[%s]:%d %s\n"):format(server.host, server.port, other_key))
  mine = sshrpc.assert(login(function(prompt)
    asked = prompt
    return prompt.host_key ~= nil
  end, ask))
  t.equal(mine.info.host_key.status, "accepted")
  t.equal(asked.host_key.reason, "changed")
  local expected = asked.host_key.expected
  t.equal(#expected, 1)
  t.equal(expected[1].type, "ssh-ed25519")
  t.equal(expected[1].fingerprint:sub(1, 7), "SHA256:")
  t.equal(expected[1].file, known_hosts)
  t.equal(expected[1].line, 1)
  mine:free()
end)

t.test("where nobody answers, nobody is asked: a configured host is recorded, a password is missing", function()
  local known_hosts, config = t.tmp .. "/by-config", t.tmp .. "/ssh_config"
  os.remove(known_hosts)
  t.write_file(config, ("Host target\n HostName %s\n Port %d\n User %s\n UserKnownHostsFile %s\n StrictHostKeyChecking ask\n")
    :format(server.host, server.port, server.username, known_hosts))
  local mine = sshrpc.assert(sshrpc.connect({ host = "target", config = config, password = server.password }))
  t.equal(mine.info.host_key.status, "recorded")
  t.equal(mine.info.username, server.username)
  mine:free()
  -- No password, and a server that wants one.
  local refused, problem = sshrpc.connect({
    host = server.host, port = server.port, username = server.username, identity_files = {}, agent = false,
  })
  t.equal(refused, nil)
  t.equal(problem.kind, "AuthenticationFailed")
  assert(not problem.message:find("got no answer", 1, true), problem.message)
end)

t.test("a command's output as it comes, by credit", function()
  local command = sshrpc.assert(session:start("seq 1 600000; echo end >&2; exit 2"))
  local size, errors = 0, ""
  for data, stream in command:output() do
    if stream == "stdout" then size = size + #data else errors = errors .. data end
  end
  t.equal(size, 4088895)
  t.equal(errors, "end\n")
  t.equal(sshrpc.assert(command:wait()).exit_code, 2)
end)

t.test("a command's output by lines", function()
  local command = sshrpc.assert(session:start("printf 'one\\n\\ntwo\\nla'; echo err >&2; sleep 0.1; printf st; printf more >&2"))
  local got = { stdout = {}, stderr = {} }
  for line, stream in command:lines() do table.insert(got[stream], line) end
  t.equal(table.concat(got.stdout, "|"), "one||two|last")
  t.equal(table.concat(got.stderr, "|"), "err|more")
  sshrpc.assert(command:wait())
  command = sshrpc.assert(session:start("seq 1 200000"))
  local count, last = 0, nil
  for line in command:lines() do count, last = count + 1, line end
  t.equal(count .. " " .. last, "200000 200000")
  sshrpc.assert(command:wait())
end)

t.test("output is told as it comes, and is in the result", function()
  local told = { stdout = "", stderr = "" }
  local result = sshrpc.assert(session:exec("echo out; echo err >&2; cat; exit 3", {
    stdin = "in", on_output = function(data, stream) told[stream] = told[stream] .. data end,
  }))
  t.equal(result.stdout, "out\nin")
  t.equal(result.stderr, "err\n")
  t.equal(result.exit_code, 3)
  t.equal(told.stdout .. told.stderr, result.stdout .. result.stderr)
  local size = 0
  result = sshrpc.assert(session:exec("head -c 3000000 /dev/zero", { on_output = function(data) size = size + #data end }))
  t.equal(#result.stdout, 3000000)
  t.equal(size, 3000000)
  local problem
  result, problem = session:exec("printf abc; sleep 20", { timeout = 0.5, on_output = function() end })
  t.equal(result, nil)
  t.equal(problem.kind, "Timeout")
  t.equal(problem.data.stdout, "abc")
  result, problem = session:exec("yes", { max_output = 100000, on_output = function() end })
  t.equal(result, nil)
  t.equal(problem.kind, "OutputTooLarge")
  t.equal(#problem.data.stdout, 100000)
  t.throws("enough", session.exec, session, "yes", { on_output = function() error("enough") end })
  t.equal(sshrpc.assert(session:exec("echo on")).stdout, "on\n")
end)

t.test("a command whose output nobody wants any more isn't held up", function()
  local command = sshrpc.assert(session:start("echo first; head -c 20000000 /dev/zero; cat >&2; exit 4", { stdin = true }))
  assert(command:read())
  command:drain()
  command:drain()
  -- It reads its input only when all the output is gone.
  sshrpc.assert(command:write(("x"):rep(3000000)))
  sshrpc.assert(command:close_stdin())
  t.equal(command:read(), nil)
  t.equal(sshrpc.assert(command:wait()).exit_code, 4)
end)

t.test("more input than the daemon holds", function()
  local data = ("0123456789abcde\n"):rep(17 * 65536)
  local command = sshrpc.assert(session:start("wc -c", { stdin = true }))
  sshrpc.assert(command:write(data))
  sshrpc.assert(command:write(""))
  sshrpc.assert(command:close_stdin())
  t.equal(command:output()(), #data .. "\n")
  sshrpc.assert(command:wait())
end)

t.test("a time-out that never passes", function()
  t.equal(sshrpc.assert(session:exec("echo hi", { timeout = math.huge })).stdout, "hi\n")
  sshrpc.assert(session:write("never", "x", { timeout = math.huge, idle_timeout = math.huge }))
  local other = sshrpc.assert(sshrpc.connect({
    host = server.host, port = server.port, username = server.username, password = server.password, timeout = math.huge,
  }))
  other:free()
end)

t.test("lists may be empty", function()
  local known_hosts = t.tmp .. "/lists"
  os.remove(known_hosts)
  local options = {
    host = server.host, port = server.port, username = server.username, password = server.password,
    identity_files = {}, known_hosts = { known_hosts },
  }
  sshrpc.assert(sshrpc.connect(options)):free()
  -- The script's own table is as it was.
  t.equal(json.encode(options.identity_files), "{}")
  local function refused_as_empty(path)
    local refused, problem = sshrpc.connect(options)
    t.equal(refused, nil)
    t.equal(problem.data.path, path)
    assert(problem.message:find("must have", 1, true), problem.message)
  end
  options.known_hosts = {}
  local unrecorded = sshrpc.assert(sshrpc.connect(options))
  assert(unrecorded.info.host_key.status ~= "recorded", unrecorded.info.host_key.status)
  unrecorded:free()
  -- One text will do for a list of one; false, as nil, is none.
  options.known_hosts, options.identity_files, options.config = known_hosts, t.tmp .. "/no-such-key", false
  sshrpc.assert(sshrpc.connect(options)):free()
  assert(t.read_file(known_hosts), "nothing was recorded")
  options.known_hosts, options.identity_files, options.algorithms = nil, nil, { host_key = {} }
  refused_as_empty("algorithms.hostKey")
end)

t.test("which params are lists is the contract's", function()
  local names = require("sshrpc.names")
  local document = sshrpc.assert(session.rpc:call("rpc.discover", {}))
  for _, method in ipairs(document.methods) do
    for _, param in ipairs(method.params) do
      local is_list = param.schema.type == "array"
      t.equal(names.lists[param.name] or false, is_list, method.name .. " " .. param.name)
      if param.schema.type == "object" and param.schema.properties then
        for name, of in pairs(param.schema.properties) do
          t.equal(names.groups_of_lists[param.name] or false, of.type == "array", param.name .. "." .. name)
        end
      end
    end
  end
end)

t.test("a command's input, signals, and cancelling", function()
  local command = sshrpc.assert(session:start("cat", { stdin = true }))
  sshrpc.assert(command:write("hel\255lo"))
  sshrpc.assert(command:close_stdin())
  local output = ""
  for data in command:output() do output = output .. data end
  t.equal(output, "hel\255lo")
  t.equal(sshrpc.assert(command:wait()).exit_code, 0)
  command = sshrpc.assert(session:start("echo ready; exec sleep 20"))
  t.equal(command:output()(), "ready\n")
  sshrpc.assert(command:signal("TERM"))
  t.equal(sshrpc.assert(command:wait()).signal, "TERM")
  command = sshrpc.assert(session:start("exec sleep 20"))
  command:cancel()
  local result, problem = command:wait()
  t.equal(result, nil)
  t.equal(problem.kind, "Cancelled")
end)

t.test("errors are tables with kind, message, code and data", function()
  local result, problem = session:read("/no/such/file")
  t.equal(result, nil)
  t.equal(problem.kind, "ScpRemoteError")
  t.equal(problem.code, 4001)
  assert(sshrpc.is_error(problem) and tostring(problem):find("No such file", 1, true), tostring(problem))
  t.equal(problem.data.code, "ENOENT")
  result, problem = session:put("/no/such/file", "file")
  t.equal(result, nil)
  t.equal(problem.kind, "LocalFileError")
  t.equal(problem.data.code, "ENOENT")
  result, problem = session:get("file", "a\255")
  t.equal(result, nil)
  t.equal(problem.kind, "InvalidArgument")
  t.equal(problem.data.path, "dest")
  result, problem = session:exec("true", { env = { LANG = "a\255" } })
  t.equal(result, nil)
  t.equal(problem.kind, "InvalidArgument")
  t.equal(problem.data.path, "env.LANG")
  t.equal(problem.data.dispatched, "no")
  result, problem = sshrpc.connect({ host = "127.0.0.1", username = "x", known_hosts = { "a", "b\255" } })
  t.equal(result, nil)
  t.equal(problem.data.path, "knownHosts.1")
  t.equal(select(2, session.rpc:call("daemon.status", { ["\255"] = 1 })).kind, "InvalidArgument")
  local circle = {}
  circle.circle = circle
  t.equal(select(2, session:exec("true", { env = circle })).kind, "InvalidArgument")
  t.equal(sshrpc.assert(session:exec("echo on")).stdout, "on\n")
  result, problem = sshrpc.connect({ host = "127.0.0.1", port = 1, username = "x" })
  t.equal(result, nil)
  t.equal(problem.kind, "ConnectFailed")
  t.equal(problem.data.errno, "ECONNREFUSED")
end)

t.test("sessions share a daemon unless told not to", function()
  local other = connect()
  t.equal(other.rpc, session.rpc)
  other:free()
  other:free()
  t.equal(select(2, other:exec("true")).kind, "SessionNotFound")
  local own = sshrpc.assert(sshrpc.connect({
    host = server.host, port = server.port, username = server.username, password = server.password, shared = false,
  }))
  assert(own.rpc ~= session.rpc)
  own.rpc:close()
  t.equal(select(2, own:exec("true")).kind, "DaemonLost")
end)

t.test("a session that is garbage is freed", function()
  local function count()
    return #sshrpc.assert(session.rpc:call("daemon.status", {})).sessions
  end
  local before = count()
  do
    local garbage = connect()
    t.equal(count(), before + 1)
    t.equal(type(garbage), "table")
  end
  for _ = 1, 4 do collectgarbage() end
  for _ = 1, 20 do
    if count() == before then return end
    session:exec("sleep 0.05")
  end
  t.equal(count(), before)
end)

t.test("daemons end in any order", function()
  local one = sshrpc.assert(sshrpc.daemon())
  sshrpc.assert(one:call("daemon.status", {}))
  local two = sshrpc.assert(sshrpc.daemon())
  sshrpc.assert(two:call("daemon.status", {}))
  one:close()
  two:close()
  one = sshrpc.assert(sshrpc.daemon())
  local pid = sshrpc.assert(one:call("daemon.status", {})).pid
  two = sshrpc.assert(sshrpc.daemon())
  sshrpc.assert(two:call("daemon.status", {}))
  os.execute(("kill -9 %d"):format(pid))
  t.equal(select(2, one:call("daemon.status", {})).kind, "DaemonLost")
  two:close()
  do
    local dropped = sshrpc.assert(sshrpc.daemon())
    sshrpc.assert(dropped:call("daemon.status", {}))
  end
  collectgarbage()
end)

t.test("a daemon that can't be started is an error", function()
  local result, problem = sshrpc.connect({ host = "x", username = "x", daemon = { "/no/such/program" } })
  t.equal(result, nil)
  t.equal(problem.kind, "DaemonNotFound")
  assert(problem.message:find("/no/such/program", 1, true), problem.message)
  local reply = '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such method"}}'
  for script, what in pairs({
    ["exit 3"] = "did not start: it ended",
    ["yes x"] = "did not start: a header that doesn't end",
    ["cat"] = "is no sshrpc daemon: it answered nonsense",
    [("printf 'Content-Length: %d\\r\\n\\r\\n%s'; cat >/dev/null"):format(#reply, reply)] =
      "is no sshrpc daemon: it answered no such method",
    ["printf 'Content-Length: 2\\r\\n\\r\\n{]'; cat >/dev/null"] = "did not start: it sent no JSON-RPC",
  }) do
    result, problem = sshrpc.connect({ host = "x", username = "x", daemon = { "sh", "-c", script } })
    t.equal(result, nil)
    t.equal(problem.kind, "DaemonNotFound")
    assert(problem.message:find("sh -c " .. script .. " " .. what, 1, true), problem.message)
  end
end)

t.test("the daemon's death is an error for every call", function()
  local rpc = sshrpc.assert(sshrpc.daemon())
  local mine = sshrpc.assert(sshrpc.connect({
    host = server.host, port = server.port, username = server.username, password = server.password, daemon = rpc,
  }))
  local pid = sshrpc.assert(rpc:call("daemon.status", {})).pid
  os.execute(("(sleep 0.3; kill -9 %d) & "):format(pid))
  local result, problem = mine:exec("sleep 20")
  t.equal(result, nil)
  t.equal(problem.kind, "DaemonLost")
  result, problem = mine:write("/tmp/x", ("x"):rep(300000))
  t.equal(result, nil)
  t.equal(problem.kind, "DaemonLost")
end)

session:free()
t.done()
