--- The transport under lua-eco: a coroutine that waits yields, and all others run on.
--
-- `sys.exec` gives no way to write to the process's stdin, so that is a FIFO. No coroutine does nothing but
-- read, since with one `eco.loop()` would never end. Instead the first coroutine that waits for a reply reads
-- for all of them (the leader), and another one takes over when the leader's own reply has come. README.md
-- lists the functions of eco that are used.

local frame = require("sshrpc.support.frame")
local pairs = require("sshrpc.support.pairs")
local private = require("sshrpc.support.private")
local shared = require("sshrpc.support.shared")
local shell = require("sshrpc.support.shell")

local M = {}

local READ_SIZE = 65536
local WRITE_SIZE = 262144
-- Seconds of CPU time after which `breathe` lets other coroutines run. eco's watchdog ends the program when
-- one has run for 2 seconds without a break.
local SLICE = 0.05
local unpack = table.unpack or rawget(_G, "unpack")

--- Whether this runtime is lua-eco and the caller may yield.
function M.usable()
  local eco = package.loaded.eco or rawget(_G, "eco")
  if type(eco) ~= "table" or type(eco.run) ~= "function" then return false end
  -- Before version 4, read(n) doesn't return before there are n bytes.
  if (tonumber(eco.VERSION_MAJOR) or 0) < 4 then return false end
  return coroutine.isyieldable ~= nil and coroutine.isyieldable()
end

--- Why the caller can't wait; nil where it can.
function M.refusal()
  if coroutine.isyieldable() then return nil end
  return "sshrpc can't wait here: eco's coroutines can't yield outside of eco.run, nor in a callback of C (table.sort, string.gsub)"
end

-- eco makes the daemon's stderr a pipe that nobody reads, and that would fill up. So the script takes our own
-- stderr instead, where that can be opened by its path, and /dev/null where it can't.
local SCRIPT = [[
exec <"$1"; rm -rf -- "${1%%/*}"; shift
err=/proc/$PPID/fd/2
if [ -w "$err" ] && ! [ -S "$err" ]; then exec 2>>"$err"; else exec 2>/dev/null; fi
exec %s
]]

local Transport = {}
Transport.__index = Transport

local function new(fields)
  local last = 0
  function fields.breathe()
    local now = os.clock()
    -- Less than before: os.clock overflows where clock_t has 32 bits.
    if (now - last > SLICE or now < last) and coroutine.isyieldable() then
      fields.time.sleep(0)
      last = os.clock()
    end
  end
  fields.eco = package.loaded.eco or rawget(_G, "eco")
  fields.sync, fields.time = require("eco.sync"), require("eco.time")
  fields.turns, fields.spare, fields.followers = {}, {}, {}
  return setmetatable(fields, Transport)
end

--- The path of the shared daemon's socket; nil where there is none that is ours alone.
function M.socket()
  local file = require("eco.file")
  if not pcall(require, "eco.socket") then return nil end
  local own = file.stat and file.readlink and file.stat("/proc/self")
  if not own then return nil end
  local kinds = { DIR = "directory", SOCK = "socket" }
  return shared.socket(function(path)
    -- stat(2) follows a link.
    local found = not file.readlink(path) and file.stat(path)
    if found then return kinds[found.type], found.uid, found.mode end
    return nil
  end, own.uid)
end

--- This process's directory, umask and variables, which the shared daemon must be told.
function M.environment()
  local list = io.open("/proc/self/environ", "rb")
  local variables = list and list:read("*a") or ""
  if list then list:close() end
  return shared.environment(require("eco.file").readlink("/proc/self/cwd"), shared.variables(variables))
end

-- Asks the daemon to end the connection. On a pipe the end of the input says it, but eco's sockets can't be
-- closed in one direction only.
local EXIT = '{"jsonrpc":"2.0","method":"exit"}'

--- Connects to a daemon's socket.
-- @return the transport; or nil and what is wrong
function M.connect(path, on_data, on_end)
  local socket, problem = require("eco.socket").connect_unix(path)
  if not socket then return nil, problem end
  local input = {}
  function input:write(data) -- luacheck: no self
    return socket:send(data)
  end
  function input:close()
    if self.closed then return end
    self.closed = true
    pcall(socket.send, socket, frame.header(#EXIT) .. EXIT)
  end
  local output = {}
  function output:read_stdout(size) -- luacheck: no self
    return socket:read(size)
  end
  return new({ process = output, input = input, on_data = on_data, on_end = on_end })
end

--- Starts the daemon.
-- @param command `argv`, and `follow` where it may be told our pid
-- @param on_data called with what was read
-- @param on_end called once, with the reason, when nothing more can be read
-- @return the transport; or nil and what is wrong
function M.spawn(command, on_data, on_end)
  local file, sys = require("eco.file"), require("eco.sys")
  local fifo, problem = private.fifo()
  if not fifo then return nil, "no FIFO: " .. problem end
  -- A FIFO without a reader can't be opened for writing alone (O_NONBLOCK), and the shell would wait to open one
  -- without a writer. So `both` is opened first. It is closed when the daemon has sent something, and so has its
  -- end open.
  local flags = file.O_NONBLOCK + file.O_CLOEXEC
  local both, input, process
  both, problem = file.open(fifo, file.O_RDWR + flags)
  if both then input, problem = file.open(fifo, file.O_WRONLY + flags) end
  if input then
    process, problem = sys.exec(unpack(shell.argv(SCRIPT:format(shell.words(command)), fifo, unpack(command.argv))))
  end
  if not process then
    private.remove(fifo)
    return nil, problem
  end
  return new({ process = process, both = both, input = input, on_data = on_data, on_end = on_end })
end

-- A signal interrupts reads and writes (EINTR), as SIGCHLD does, which eco handles.
local function is_interrupt(problem)
  return tostring(problem):find("Interrupted system call", 1, true) ~= nil
end

--- Writes strings one after the other, with nothing of other coroutines between them.
-- @return true; or nil and what is wrong
function Transport:write(pieces)
  -- The script may have computed for long before this call: the watchdog's time is to start anew.
  self.breathe()
  self:_lock()
  local ok, problem = true, nil
  for index = 1, #pieces do
    ok, problem = self:_write(pieces[index])
    if not ok then break end
  end
  if self.ended then self.input:close() end
  self:_unlock()
  return ok, problem
end

-- Not eco.sync's mutex: that of lua-eco 4.1.3 has been seen to unlock without waking a waiter.
function Transport:_lock()
  if not self.writing then
    self.writing = true
    return
  end
  local turn = {}
  self.turns[#self.turns + 1] = turn
  while not turn.done do self:_pause(turn) end
end

--- Hands the lock on to whoever waits longest.
function Transport:_unlock()
  local turn = table.remove(self.turns, 1)
  if not turn then
    self.writing = false
    return
  end
  turn.done = true
  if turn.cond then turn.cond:signal() end
end

function Transport:_write(data)
  local at = 1
  while at <= #data do
    if self.ended then return nil, self.ended end
    local part = #data <= WRITE_SIZE and at == 1 and data or data:sub(at, at + WRITE_SIZE - 1)
    local count, problem = self.input:write(part)
    if count then at = at + count
    -- lua-eco 4.0 doesn't wait until a full pipe can take more (EAGAIN).
    elseif tostring(problem):find("temporarily unavailable", 1, true) then self.time.sleep(0.002)
    elseif not is_interrupt(problem) then return nil, problem end
    self.breathe()
  end
  return true
end

--- Waits until `slot.done` is true; `on_data` or `on_end` sets it.
function Transport:await(slot)
  while not slot.done do
    if self.leading then self:_follow(slot) else self:_lead(slot) end
  end
end

function Transport:_follow(slot)
  self.followers[slot] = true
  self:_pause(slot)
  self.followers[slot] = nil
end

--- Waits until `slot.cond` is signalled, or a moment where there can be none: the caller looks again anyway.
function Transport:_pause(slot)
  -- Each takes a descriptor, so that they are kept for later use.
  local cond = table.remove(self.spare) or self.sync.cond()
  if not cond then return self.time.sleep(0.01) end
  slot.cond = cond
  cond:wait()
  slot.cond = nil
  self.spare[#self.spare + 1] = cond
end

function Transport:_lead(slot)
  self.leading = true
  repeat
    -- An error thrown here must end the transport, or the followers would wait for ever.
    local ok, data, problem = pcall(self.process.read_stdout, self.process, READ_SIZE)
    if not ok then data, problem = nil, tostring(data) end
    if data and #data > 0 then
      if self.both then self.both:close() end
      self.both = nil
      self.on_data(data)
      self.breathe()
    elseif not is_interrupt(problem) then
      self:_end(problem == "eof" and "it ended" or problem or "it ended")
    end
  until slot.done
  self.leading = false
  for follower in pairs(self.followers) do
    if follower.cond and not follower.done then
      follower.cond:signal()
      break
    end
  end
end

--- Wakes who waits for the slot, if anybody does. Called when it is done.
function Transport:wake(slot)
  if not slot.cond then return end
  -- Before lua-eco 4.1.2 this runs the other coroutine at once, up to its next wait, and the watchdog counts
  -- that as our time.
  slot.cond:signal()
  self.breathe()
end

--- Runs `task` in a coroutine of its own: it may wait, and its caller, as `__gc`, may not.
function Transport:later(task)
  self.eco.run(task)
end

function Transport:_end(reason)
  if self.ended then return end
  self:close(reason)
  self.on_end(reason)
end

--- Waits for that many seconds.
function Transport:pause(seconds)
  self.time.sleep(seconds)
end

--- Closes the daemon's input, which ends the daemon.
function Transport:close(reason)
  self.ended = self.ended or reason or "closed"
  if self.both then self.both:close() end
  self.both = nil
  -- While a coroutine writes the file stays open: one that waits in a write to a file that is closed would
  -- wait for ever. `write` closes it then.
  if not self.writing then self.input:close() end
end

return M
