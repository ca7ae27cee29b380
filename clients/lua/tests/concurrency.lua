--- Only under eco: many coroutines on one session.

local t = require("test")
local ssh = require("eco.ssh")
local eco = require("eco")
local time = require("eco.time")

local server = t.server
local function new()
  return assert(ssh.new(server.host, server.port, server.username, server.password))
end

--- Runs `body(index)` in so many coroutines and waits for all, while another one ticks: how often, and
-- how long it was kept from that, in time of the CPU, which other programs don't lengthen.
local function together(count, body)
  local running, problems, ticks, longest, last = count, {}, 0, 0, os.clock()
  for index = 1, count do
    eco.run(function()
      local ok, problem = pcall(body, index)
      if not ok then problems[#problems + 1] = problem end
      running = running - 1
    end)
  end
  while running > 0 do
    time.sleep(0.01)
    ticks = ticks + 1
    longest, last = math.max(longest, os.clock() - last), os.clock()
  end
  assert(#problems == 0, tostring(problems[1]))
  return ticks, longest
end

t.test("200 coroutines at once on one session, every answer right, while another ticks", function()
  local session = new()
  local ticks, longest = together(200, function(index)
    local out, code = session:exec(("echo %d; exit %d"):format(index, index % 100))
    t.equal(out, index .. "\n")
    t.equal(code, index % 100)
  end)
  assert(ticks > 10, ticks)
  assert(longest < 0.5, longest)
  session:free()
end)

t.test("sleeping ones don't hold up the others", function()
  local session = new()
  local begin = time.now()
  together(8, function(index) t.equal((session:exec("sleep 0.5; echo " .. index)), index .. "\n") end)
  assert(time.now() - begin < 2.5, time.now() - begin)
  session:free()
end)

t.test("large contents interleave", function()
  local session = new()
  together(6, function(index)
    local data = (string.char(index, 255, 0) .. index):rep(150000)
    assert(session:scp_send(data, server.home .. "/c" .. index))
    assert(session:scp_recv(server.home .. "/c" .. index) == data, index)
    local out = session:exec("cat c" .. index)
    assert(out == data, index)
  end)
  session:free()
end)

t.test("much output doesn't wake eco's watchdog", function()
  local session = new()
  local out
  local ticks, longest = together(1, function() out = session:exec("head -c 40000000 /dev/urandom", 120) end)
  t.equal(#out, 40000000)
  assert(ticks > 10, ticks)
  assert(longest < 1.5, longest)
  session:free()
end)

t.test("what coroutines do when they go on isn't counted together", function()
  local session = new()
  local sum = 0
  together(20, function(index)
    t.equal((session:exec("echo " .. index)), index .. "\n")
    for step = 1, 2000000 do sum = sum + step % 2 end
  end)
  t.equal(sum, 20000000)
  session:free()
end)

t.test("the daemon's death wakes every waiter at once", function()
  local session = new()
  local rpc = session.session.rpc
  local pid = rpc:call("daemon.status", {}).pid
  local begin
  eco.run(function()
    time.sleep(0.5)
    begin = time.now()
    os.execute("kill -9 " .. pid)
  end)
  together(30, function()
    local out, problem = session:exec("sleep 20")
    t.fails(out, problem, "transport read")
  end)
  assert(time.now() - begin < 1, time.now() - begin)
  session:free()
  -- And the next session has a new daemon.
  session = new()
  t.equal((session:exec("echo hi")), "hi\n")
  session:free()
end)

t.test("two daemon calls of two sessions, the leader's own answer first or last", function()
  local one, two = new(), new()
  together(40, function(index)
    local session = index % 2 == 0 and one or two
    local out = session:exec(("sleep 0.0%d; echo %d"):format(index % 7, index))
    t.equal(out, index .. "\n")
  end)
  one:free()
  two:free()
end)

t.test("where Lua can't yield a call is refused, and later ones go on", function()
  local session = new()
  local ok, problem = pcall(table.sort, { 3, 2, 1 }, function(a, b)
    session:exec("true")
    return a < b
  end)
  t.equal(ok, false)
  assert(tostring(problem):find("can't wait here", 1, true), problem)
  -- Not in this coroutine, which would wait for ever if it went wrong.
  local out
  eco.run(function() out = session:exec("echo hi", 3) end)
  for _ = 1, 500 do
    if out then break end
    time.sleep(0.01)
  end
  t.equal(out, "hi\n")
  -- Freed without waiting.
  pcall(table.sort, { 2, 1 }, function(a, b)
    session:free()
    return a < b
  end)
  local rpc = session.session.rpc
  for _ = 1, 500 do
    if #rpc:call("daemon.status", {}).sessions == 0 then return end
    time.sleep(0.01)
  end
  error("the session is still there")
end)

t.test("whatever reading throws is the end of the daemon, and no wait for ever", function()
  local session = new()
  local process = session.session.rpc.transport.process
  session.session.rpc.transport.process = { read_stdout = function() error("on purpose") end }
  local out, problem = session:exec("echo hi", 3)
  t.fails(out, problem, "transport read")
  session.session.rpc.transport.process = process
  session = new()
  t.equal((session:exec("echo hi", 3)), "hi\n")
  session:free()
end)

t.done()
