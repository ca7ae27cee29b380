--- A double of the few public functions of lua-eco that the client uses, for tests where the real
-- interpreter can't be had. It keeps the real one's manners, the awkward ones above all:
--
-- - a coroutine that runs for two seconds without yielding is a panic, exit status 1; here also one
--   that runs through so many instructions of Lua as take a small machine that long
-- - a signal interrupts whatever reads, and the blocking reads of io.popen: here every second one
-- - two coroutines may not wait for the same side of a descriptor
-- - `eco.loop` ends when nothing is waited for
-- - ECO_DOUBLE=4.0: signals resume the other coroutine at once, and `file:write` doesn't wait
--
-- Written from its documentation, over luv.

local uv = require("luv")

local M = { VERSION = os.getenv("ECO_DOUBLE") or "4.1.3", VERSION_MAJOR = 4, READ = 1, WRITE = 4 }

local WATCHDOG = 2 -- seconds
local INSTRUCTIONS, STEP = 3e7, 1e5

local all = {}
-- Of the coroutine that runs, and those that it resumed itself.
local instructions = 0
-- Nanoseconds that went by in `os.execute`: it is the tests that use it, and their commands may take
-- long on a machine with more to do.
local executing = 0

-- As Linux's /proc/PID/schedstat has it: time on a core, time of waiting for one, both in nanoseconds.
local schedstat = uv.fs_open("/proc/self/schedstat", "r", 0)

--- Nanoseconds that this process has had so far, without what a busier machine takes longer.
local function clock()
  local text = schedstat and uv.fs_read(schedstat, 100, 0) or ""
  return uv.hrtime() - executing - (tonumber(text:match("^%d+ (%d+)")) or 0)
end

local execute = os.execute
function os.execute(...)
  local begin = uv.hrtime()
  local results = table.pack(execute(...))
  executing = executing + uv.hrtime() - begin
  return table.unpack(results, 1, results.n)
end

local function panic(co, problem)
  io.stderr:write(debug.traceback(co, tostring(problem)), "\n")
  os.exit(1)
end

function M.resume(co, ...)
  local begin, before = clock(), instructions
  instructions = 0
  debug.sethook(co, function()
    instructions = instructions + STEP
    if instructions > INSTRUCTIONS then panic(co, "coroutine execution timeout: too many instructions without yielding") end
  end, "", STEP)
  local ok, problem = coroutine.resume(co, ...)
  instructions = before + instructions
  local seconds = (clock() - begin) / 1e9
  if seconds > WATCHDOG then
    ok, problem = false, ("coroutine execution timeout: ran %.1f s without yielding"):format(seconds)
  end
  if not ok then panic(co, problem) end
  if coroutine.status(co) == "dead" then all[co] = nil end
end

function M.run(func, ...)
  assert(type(func) == "function")
  local co = coroutine.create(func)
  all[co] = true
  M.resume(co, ...)
  return co
end

function M.count()
  local count = 0
  for _ in pairs(all) do count = count + 1 end
  return count
end

--- SIGPIPE is ignored as long as the loop runs.
function M.loop()
  local pipe = uv.new_signal()
  pipe:start("sigpipe", function() end)
  uv.unref(pipe)
  uv.run("default")
  pipe:close()
  uv.run("nowait")
end

function M.unloop()
  uv.stop()
end

--- Resumes a coroutine from the loop.
function M._soon(co, seconds)
  local timer = uv.new_timer()
  -- At least 1 ms: libuv 1.44 runs timers of 0 for ever before it looks at anything else.
  timer:start(math.max(1, math.floor((seconds or 0) * 1000)), 0, function()
    timer:close()
    M.resume(co)
  end)
  return timer
end

function M.sleep(seconds)
  assert(seconds >= 0, "delay must be greater than or equal to 0")
  M._soon(coroutine.running(), seconds)
  coroutine.yield()
end

--- Waits for one side of a descriptor; `watched` is its own state.
local watched = {}

local function update(fd, state)
  local events = (state.r and "r" or "") .. (state.w and "w" or "")
  if events == "" then
    state.poll:stop()
    return
  end
  state.poll:start(events, function(_, happened)
    local readable = happened == nil or happened:find("r")
    local writable = happened == nil or happened:find("w")
    local reader, writer = readable and state.r, writable and state.w
    if reader then state.r = nil end
    if writer then state.w = nil end
    update(fd, state)
    if reader then M.resume(reader) end
    if writer then M.resume(writer) end
  end)
end

function M._wait(fd, side)
  local state = watched[fd]
  if not state then
    state = { poll = assert(uv.new_poll(fd)) }
    watched[fd] = state
  end
  if state[side] then error("another coroutine is already waiting on this file descriptor") end
  state[side] = coroutine.running()
  update(fd, state)
  coroutine.yield()
end

function M._close(fd)
  local state = watched[fd]
  if state then
    watched[fd] = nil
    state.poll:stop()
    state.poll:close()
    for _, side in ipairs({ "r", "w" }) do
      if state[side] then M._soon(state[side]) end
    end
  end
  uv.fs_close(fd)
end

--- The same from `__gc`, when the poll handle may be gone already.
function M._collect(fd)
  if not watched[fd] then uv.fs_close(fd) end
end

local reader = {}
reader.__index = reader

function M.reader(fd)
  return setmetatable({ fd = fd }, reader)
end

local INTERRUPTED, EINTR = "Interrupted system call", 4

function reader:read(size)
  assert(math.type(size) == "integer" and size > 0, "invalid format")
  self.interrupt = not self.interrupt
  if self.interrupt then return nil, INTERRUPTED end
  while true do
    local data, problem, name = uv.fs_read(self.fd, size, -1)
    if data then
      if data == "" then return nil, "eof" end
      return data
    end
    if name ~= "EAGAIN" then return nil, problem end
    M._wait(self.fd, "r")
  end
end

local popen = io.popen

--- A pipe whose every second read is interrupted; what that had got is lost.
local pipe = {}
pipe.__index = pipe

function pipe:read(format)
  self.interrupt = not self.interrupt
  if not self.interrupt then return self.file:read(format) end
  if format ~= "*l" then self.file:read(format) end
  return nil, INTERRUPTED, EINTR
end

function pipe:write(...) return self.file:write(...) end

function pipe:close() return self.file:close() end

io.popen = function(...) -- luacheck: ignore 122
  local file, problem, errno = popen(...)
  if not file then return nil, problem, errno end
  return setmetatable({ file = file }, pipe)
end

local writer = {}
writer.__index = writer

function M.writer(fd)
  return setmetatable({ fd = fd }, writer)
end

function writer:write(data)
  local at = 1
  while at <= #data do
    local count, problem, name = uv.fs_write(self.fd, data:sub(at), -1)
    if count then at = at + count end
    if not count and name ~= "EAGAIN" then return nil, problem end
    if at <= #data then M._wait(self.fd, "w") end
  end
  return #data
end

return M
