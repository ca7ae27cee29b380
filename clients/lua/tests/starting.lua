--- How a daemon is started, and what of the script it gets: nothing but 0, 1 and 2.

local t = require("test")
local process = require("sshrpc.support.process")
local sshrpc = require("sshrpc")

local server = t.server
local options = { host = server.host, port = server.port, username = server.username, password = server.password }

local function connect()
  return sshrpc.assert(sshrpc.connect(options))
end

local function pid_of(rpc)
  return sshrpc.assert(rpc:call("daemon.status", {})).pid
end

--- Whether a process has the file open.
local function has_open(pid, path)
  return t.shell(("find /proc/%d/fd -lname '%s' 2>/dev/null"):format(pid, path)) ~= ""
end

--- The shell behind a daemon, where one stays there.
local function shell_of(pid)
  local parent = tonumber(t.shell(("ps -o ppid= -p %d"):format(pid)))
  return parent ~= process.pid() and parent or nil
end

local ffi = rawget(_G, "jit") and not rawget(_G, "vim") and require("ffi")
if ffi then ffi.cdef("int fork(void); int waitpid(int, int *, int); int chdir(const char *);") end

t.test("nothing that the script has open is handed on", function()
  local files = {}
  for index = 1, 12 do files[index] = assert(io.open(t.tmp .. "/open", "w")) end
  local rpc = sshrpc.assert(sshrpc.daemon())
  local pid = pid_of(rpc)
  t.equal(has_open(process.pid(), t.tmp .. "/open"), true)
  t.equal(has_open(pid, t.tmp .. "/open"), false)
  local shell = shell_of(pid)
  if shell then t.equal(has_open(shell, t.tmp .. "/open"), false) end
  rpc:close()
  for _, file in ipairs(files) do file:close() end
end)

t.test("somebody else's FIFO of the same name isn't used", function()
  local place = t.tmp .. "/taken"
  os.execute("mkfifo " .. place)
  local tmpname, remove = os.tmpname, os.remove
  -- As if it had come between the two.
  os.tmpname, os.remove = function() return place end, function() return true end -- luacheck: ignore 122
  local rpc, problem = sshrpc.daemon()
  os.tmpname, os.remove = tmpname, remove -- luacheck: ignore 122
  os.remove(place)
  if rpc then
    -- Over libuv there is none.
    t.equal(rpc.transport.uv ~= nil, true)
    rpc:close()
  else
    t.equal(problem.kind, "DaemonNotFound")
    assert(problem.message:find("no FIFO: ", 1, true), problem.message)
  end
end)

t.test("large contents leave no file behind, however it ends", function()
  local session = connect()
  local tmpname, places = os.tmpname, {}
  os.tmpname = function() -- luacheck: ignore 122
    local place = tmpname()
    places[#places + 1] = place
    return place
  end
  -- What no message holds.
  local spool = require("sshrpc.spool")
  local threshold = spool.THRESHOLD
  spool.THRESHOLD = 1000000
  local data = ("x"):rep(1500000)
  sshrpc.assert(session:write("spooled", data))
  t.equal(#sshrpc.assert(session:read("spooled")), 1500000)
  t.equal(session:write("/no/such/place", data), nil)
  local failing = { on_progress = function() error("enough") end }
  t.throws("enough", session.write, session, "spooled", data, failing)
  os.tmpname = tmpname -- luacheck: ignore 122
  spool.THRESHOLD = threshold
  t.equal(#places, 4)
  for _, place in ipairs(places) do t.equal(t.shell("ls -d " .. place .. " 2>/dev/null"), "") end
  session:free()
end)

t.test("a relative local path counts from where the script is now", function()
  local session = connect()
  local uv = process.libuv()
  local chdir = uv and uv.chdir or ffi and ffi.C.chdir
  if chdir then
    os.execute("mkdir -p " .. t.tmp .. "/elsewhere")
    local before = process.cwd()
    chdir(t.tmp .. "/elsewhere")
    local ok, problem = session:get("/etc/hostname", "relative")
    local back, other = session:put("relative", "relative")
    chdir(before)
    sshrpc.assert(ok, problem)
    sshrpc.assert(back, other)
    t.equal(t.read_file(t.tmp .. "/elsewhere/relative"), t.read_file("/etc/hostname"))
  else
    t.equal(process.cwd() .. "\n", t.shell("pwd -P"))
  end
  session:free()
end)

t.test("a shared daemon that died while nobody called is started again", function()
  local session = connect()
  local pid = pid_of(session.rpc)
  os.execute("kill -9 " .. pid)
  while t.alive(pid) do os.execute("sleep 0.05") end
  local other = connect()
  t.equal(sshrpc.assert(other:exec("echo hi")).stdout, "hi\n")
  t.equal(select(2, session:exec("true")).kind, "DaemonLost")
  other:free()
end)

local vim = rawget(_G, "vim")
if vim then
  t.test("in a fast event a call is refused before anything is sent", function()
    local session = connect()
    local sent, problem = session.rpc.id, nil
    local timer = vim.loop.new_timer()
    timer:start(1, 0, function()
      timer:close()
      problem = select(2, pcall(session.exec, session, "true"))
    end)
    vim.wait(5000, function() return problem ~= nil end)
    assert(tostring(problem):find("vim.schedule", 1, true), problem)
    t.equal(session.rpc.id, sent)
    session:free()
  end)
end

if ffi then
  t.test("a fork has a daemon of its own, and leaves its parent's alone", function()
    local session = connect()
    local command = sshrpc.assert(session:start("cat", { stdin = true }))
    local out = t.tmp .. "/fork"
    local child = ffi.C.fork()
    if child == 0 then
      pcall(function()
        local lines = {}
        local function say(text) lines[#lines + 1] = tostring(text) end
        say(select(2, session:exec("echo stolen")).kind)
        say(select(2, command:wait()).kind)
        session:free()
        local mine = connect()
        say(mine.rpc ~= session.rpc)
        say(mine:exec("echo mine").stdout)
        mine:free()
        t.write_file(out, table.concat(lines, " "))
      end)
      -- Closes the state, whose finalizers must leave the parent's daemon alone.
      os.exit(0, true)
    end
    local status = ffi.new("int[1]")
    t.equal(ffi.C.waitpid(child, status, 0), child)
    t.equal(t.read_file(out), "DaemonLost DaemonLost true mine\n")
    t.equal(sshrpc.assert(session:exec("echo on")).stdout, "on\n")
    sshrpc.assert(command:write("still there"))
    sshrpc.assert(command:close_stdin())
    t.equal(command:read(), "still there")
    sshrpc.assert(command:wait())
    session:free()
  end)
end

t.done()
