--- Under lua-eco: the coroutine that waits yields, all others run on.
--
-- `sys.exec` gives no stdin, hence a FIFO. There is no reader coroutine, since `eco.loop()` would
-- never end: whoever waits first reads for all (the leader) and hands the role on when its own
-- reply has come. README.md lists the functions of eco that are used.

local private = require("sshrpc.private")
local shell = require("sshrpc.shell")

local M = {}

local READ_SIZE = 65536
local WRITE_SIZE = 262144
local unpack = table.unpack or rawget(_G, "unpack")

--- Whether this runtime is lua-eco and the caller may yield.
function M.usable()
  local eco = package.loaded.eco or rawget(_G, "eco")
  if type(eco) ~= "table" or type(eco.run) ~= "function" then return false end
  -- Before 4, a read of so many bytes waits until there are so many.
  if (tonumber(eco.VERSION_MAJOR) or 0) < 4 then return false end
  return coroutine.isyieldable ~= nil and coroutine.isyieldable()
end

--- Why the caller can't wait; nil where it can.
function M.refusal()
  if coroutine.isyieldable() then return nil end
  return "sshrpc can't wait here: eco's coroutines can't yield outside of eco.run, nor in a callback of C (table.sort, string.gsub)"
end

-- eco gives the daemon a pipe for stderr that nobody reads; where our own stderr can be opened it is
-- better, and where not, none.
local SCRIPT = [[
exec <"$1"; rm -rf -- "${1%%/*}"; shift
err=/proc/$PPID/fd/2
if [ -w "$err" ] && ! [ -S "$err" ]; then exec 2>>"$err"; else exec 2>/dev/null; fi
exec %s
]]

local Transport = {}
Transport.__index = Transport

--- Starts the daemon.
-- @param command `argv`, and `follow` where it may be told our pid
-- @param on_data called with what was read
-- @param on_end called once, with the reason, when nothing more can be read
-- @return the transport; or nil and what is wrong
function M.spawn(command, on_data, on_end)
  local eco = package.loaded.eco or rawget(_G, "eco")
  local file, sync, sys, time = require("eco.file"), require("eco.sync"), require("eco.sys"), require("eco.time")
  local fifo, problem = private.fifo()
  if not fifo then return nil, "no FIFO: " .. problem end
  -- Open for both, so that neither side waits for the other; dropped when the daemon has spoken.
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
  local has_base64, base64 = pcall(require, "eco.encoding.base64")
  return setmetatable({
    eco = eco, sync = sync, time = time, process = process, both = both, input = input,
    on_data = on_data, on_end = on_end, mutex = sync.mutex(), spare = {}, followers = {},
    breathe = function() time.sleep(0) end,
    base64 = has_base64 and base64 or nil,
  }, Transport)
end

--- Writes strings one behind the other, with nothing between them.
-- @return true; or nil and what is wrong
function Transport:write(pieces)
  self.mutex:lock()
  self.writing = true
  local ok, problem = true, nil
  for index = 1, #pieces do
    ok, problem = self:_write(pieces[index])
    if not ok then break end
  end
  self.writing = false
  if self.ended then self.input:close() end
  self.mutex:unlock()
  return ok, problem
end

function Transport:_write(data)
  local at = 1
  while at <= #data do
    if self.ended then return nil, self.ended end
    local part = #data <= WRITE_SIZE and at == 1 and data or data:sub(at, at + WRITE_SIZE - 1)
    local count, problem = self.input:write(part)
    if count then at = at + count
    -- lua-eco 4.0 doesn't wait for room.
    elseif tostring(problem):find("temporarily unavailable", 1, true) then self.time.sleep(0.002)
    else return nil, problem end
  end
  return true
end

--- Waits until `slot.done`, which `on_data` or `on_end` sets.
function Transport:await(slot)
  while not slot.done do
    if self.leading then self:_follow(slot) else self:_lead(slot) end
  end
end

function Transport:_follow(slot)
  -- Each has a descriptor, so they are used again.
  local cond = table.remove(self.spare) or self.sync.cond()
  if not cond then return self.time.sleep(0.01) end
  slot.cond = cond
  self.followers[slot] = true
  cond:wait()
  self.followers[slot] = nil
  slot.cond = nil
  self.spare[#self.spare + 1] = cond
end

function Transport:_lead(slot)
  self.leading = true
  repeat
    -- Whatever is thrown here, those that follow must not wait for ever.
    local ok, data, problem = pcall(self.process.read_stdout, self.process, READ_SIZE)
    if not ok then data, problem = nil, tostring(data) end
    if data and #data > 0 then
      if self.both then self.both:close() end
      self.both = nil
      self.on_data(data)
    else
      self:_end(problem == "eof" and "it ended" or problem or "it ended")
    end
  until slot.done
  self.leading = false
  for follower in pairs(self.followers) do
    if not follower.done then
      follower.cond:signal()
      break
    end
  end
end

--- Called when a slot that may be waited for is done.
function Transport:wake(slot) -- luacheck: no self
  -- Before lua-eco 4.1.2 this runs the other coroutine at once, up to its next wait.
  if slot.cond then slot.cond:signal() end
end

--- Runs `task`, which may wait, where waiting isn't allowed: in `__gc`.
function Transport:later(task)
  self.eco.run(task)
end

function Transport:_end(reason)
  if self.ended then return end
  self:close(reason)
  self.on_end(reason)
end

--- Closes the daemon's input, upon which it ends.
function Transport:close(reason)
  self.ended = self.ended or reason or "closed"
  if self.both then self.both:close() end
  self.both = nil
  -- Who waits for room in a file that is closed under him waits for ever. The daemon's end wakes him.
  if not self.writing then self.input:close() end
end

return M
