--- In a running luv loop: coroutines wait, and what can't wait is told so.

local t = require("test")
local uv = require("luv")
local ssh = require("eco.ssh")
local sshrpc = require("sshrpc")

local server = t.server
local options = { host = server.host, port = server.port, username = server.username, password = server.password }
local lua51 = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

--- Runs `body` in a coroutine of the running loop, until all is done.
local function in_loop(body)
  local problem, ended
  local start = uv.new_timer()
  start:start(0, 0, function()
    start:close()
    local co = coroutine.create(function()
      body()
      ended = true
    end)
    local ok, what = coroutine.resume(co)
    if not ok then problem = what end
  end)
  -- A coroutine's error comes out of the callback that resumed it.
  local ok, what = pcall(uv.run)
  if not ok or problem then error(problem or what, 0) end
  assert(ended, "the loop ended before the coroutine did")
end

local function test(name, body)
  t.test(name, function() in_loop(body) end)
end

local session
test("a coroutine connects and runs commands, while others do", function()
  session = sshrpc.assert(sshrpc.connect(options))
  local done = 0
  for index = 1, 5 do
    local co = coroutine.create(function()
      if sshrpc.assert(session:exec("echo " .. index)).stdout == index .. "\n" then done = done + 1 end
    end)
    assert(coroutine.resume(co))
  end
  t.equal(sshrpc.assert(session:exec("sleep 0.2; echo on")).stdout, "on\n")
  t.equal(done, 5)
end)

test("a command's output by read, and its end", function()
  local command = sshrpc.assert(session:start("seq 1 300000; exit 3"))
  local size = 0
  while true do
    local data = command:read()
    if not data then break end
    size = size + #data
  end
  t.equal(size, 1988895)
  t.equal(sshrpc.assert(command:wait()).exit_code, 3)
  command = sshrpc.assert(session:start("echo passed over; exit 4"))
  t.equal(sshrpc.assert(command:wait()).exit_code, 4)
end)

if lua51 then
  t.test("output in a for loop, which Lua 5.1 can't: is refused, and the loop ends", function()
    t.throws("command:read()", in_loop, function()
      local command = sshrpc.assert(session:start("echo never"))
      for _ in command:output() do error("read") end
    end)
  end)
else
  test("output in a for loop", function()
    local command = sshrpc.assert(session:start("echo out"))
    local output = ""
    for data in command:output() do output = output .. data end
    t.equal(output, "out\n")
    sshrpc.assert(command:wait())
  end)
end

test("progress and prompts are told in the coroutine", function()
  local last
  sshrpc.assert(session:write("loop", ("x"):rep(2000000), { on_progress = function(bytes) last = bytes end }))
  t.equal(last, 2000000)
  local asked = sshrpc.assert(sshrpc.connect({
    host = server.host, port = server.port, username = server.username, agent = false, identity_files = {},
    on_prompt = function() return server.password end,
  }))
  t.equal(sshrpc.assert(asked:exec("echo hi")).stdout, "hi\n")
  asked:free()
end)

if not lua51 then
  test("within pcall", function()
    local _, result = pcall(session.exec, session, "echo hi")
    t.equal(sshrpc.assert(result).stdout, "hi\n")
  end)
end

t.test("a plain callback is refused before anything is sent; free is not", function()
  local one, two, problems = nil, nil, {}
  in_loop(function()
    one, two = assert(ssh.new(server.host, server.port, server.username, server.password)), sshrpc.assert(sshrpc.connect(options))
  end)
  local tmpname, places = os.tmpname, 0
  os.tmpname = function() -- luacheck: ignore 122
    places = places + 1
    return tmpname()
  end
  local timer = uv.new_timer()
  timer:start(1, 0, function()
    timer:close()
    for _, call in ipairs({
      function() one:exec("touch called") end,
      function() two:write("called", "x", { on_progress = print }) end,
      function() two:write("called", ("x"):rep(2000000)) end,
      function() sshrpc.connect(options) end,
      function() sshrpc.daemon() end,
    }) do
      local ok, problem = pcall(call)
      problems[#problems + 1] = not ok and tostring(problem):match("^sshrpc can't wait here") or "sent"
    end
    one:free()
  end)
  -- It ends: nothing is left that holds it.
  uv.run()
  os.tmpname = tmpname -- luacheck: ignore 122
  t.equal(places, 0)
  t.equal(table.concat(problems, ","), ("sshrpc can't wait here,"):rep(5):sub(1, -2))
  in_loop(function()
    t.equal(sshrpc.assert(two:exec("ls called 2>&1; echo on")).stdout:match("[^\n]*\n$"), "on\n")
    t.equal(sshrpc.assert(two:exec("test -e called")).exit_code, 1)
    two:free()
  end)
end)

test("where Lua can't yield, a call is refused, and the next one goes on", function()
  local ok, problem = pcall(table.sort, { 3, 2, 1 }, function(a, b)
    session:exec("true")
    return a < b
  end)
  t.equal(ok, false)
  assert(tostring(problem):find("sshrpc can't wait here", 1, true), problem)
  t.equal(sshrpc.assert(session:exec("echo on")).stdout, "on\n")
end)

test("all ends", function() session:free() end)

t.done()
