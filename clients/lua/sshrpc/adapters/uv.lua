--- The transport over libuv: in Neovim (`vim.uv`, `vim.loop`), or with luv where the script has loaded it.
--
-- A call blocks its caller and runs the loop meanwhile. In a coroutine under a luv loop that runs already it
-- yields instead.

local process = require("sshrpc.support.process")
local shared = require("sshrpc.support.shared")
local shell = require("sshrpc.support.shell")

local M = {}

local unpack = table.unpack or rawget(_G, "unpack")

function M.usable()
  return process.libuv() ~= nil
end

-- Whether the caller can yield. A C function on the stack prevents it; in Lua 5.1 pcall and the iterator of a
-- `for` do, too. Lua 5.1 and 5.2 have no function that tells.
local function yieldable()
  if coroutine.isyieldable then return coroutine.isyieldable() end
  local co, is_main = coroutine.running()
  if not co or is_main then return false end
  local is_51 = _VERSION == "Lua 5.1"
  local level = 1
  while true do
    local caller = debug.getinfo(level, "Snf")
    if not caller then return true end
    local lets_pass = not is_51 and (caller.func == pcall or caller.func == xpcall)
    if caller.what == "C" and not lets_pass then return false end
    if is_51 and caller.name == "(for generator)" then return false end
    level = level + 1
  end
end

--- Why the caller can't wait; nil where it can.
function M.refusal()
  local uv, vim = process.libuv()
  if vim then return vim.in_fast_event() and "sshrpc can't wait in a fast event; use vim.schedule" or nil end
  if not (uv.loop_mode and uv.loop_mode()) or yieldable() then return nil end
  return "sshrpc can't wait here, in a callback of the running loop or where Lua can't yield: call it from a coroutine"
    .. (_VERSION == "Lua 5.1" and ", and for output command:read() instead of a for loop" or "")
end

local Transport = {}
Transport.__index = Transport

local function new(on_data, on_end)
  local uv, vim = process.libuv()
  local self = setmetatable({ uv = uv, vim = vim, on_data = on_data, on_end = on_end, waiting = 0 }, Transport)
  if not vim then
    -- So that writing to a daemon that has ended is an error, and not the end of the script. Neovim handles the
    -- signal itself.
    self.sigpipe = uv.new_signal()
    self.sigpipe:start("sigpipe", function() end)
    uv.unref(self.sigpipe)
  end
  return self
end

function Transport:_read()
  self.uv.read_start(self.output, function(failure, data)
    if data then self.on_data(data) else self:_end(failure or "it ended") end
  end)
end

--- The path of the shared daemon's socket; nil where there is none that is ours alone.
function M.socket()
  local uv = process.libuv()
  if not uv.getuid then return nil end
  return shared.socket(function(path)
    local found = uv.fs_lstat(path)
    if found then return found.type, found.uid, found.mode end
    return nil
  end, uv.getuid())
end

--- This process's directory, umask and variables, which the shared daemon must be told.
function M.environment()
  local uv = process.libuv()
  return shared.environment(uv.cwd(), uv.os_environ())
end

--- Connects to a daemon's socket. If that fails, `on_end` is given the reason.
function M.connect(path, on_data, on_end)
  local self = new(on_data, on_end)
  local pipe = self.uv.new_pipe(false)
  self.input, self.output = pipe, pipe
  pipe:connect(path, function(failure)
    if self.ended then return end
    if failure then self:_end(failure) else self:_read() end
  end)
  self:_ref(-1)
  return self
end

function M.spawn(command, on_data, on_end)
  local self = new(on_data, on_end)
  local uv = self.uv
  self.input, self.output = uv.new_pipe(false), uv.new_pipe(false)
  local argv = shell.argv("exec " .. shell.words(command), unpack(command.argv))
  if not argv then
    -- Windows has no sh. It isn't needed there: libuv hands on no descriptors but those that it is told to.
    argv = { unpack(command.argv) }
    if command.follow then argv[#argv + 1] = ("--clientProcessId=%d"):format(uv.os_getpid()) end
  end
  local problem
  self.process, problem = uv.spawn(argv[1], {
    args = { unpack(argv, 2) },
    stdio = { self.input, self.output, 2 },
  }, function()
    if not self.process:is_closing() then self.process:close() end
  end)
  if not self.process then
    self:close()
    return nil, problem
  end
  self:_read()
  self:_ref(-1)
  return self
end

--- Counts the calls that wait. The handles keep the loop alive only while there are any: a script's own
-- uv.run() is to return although the daemon still runs.
function Transport:_ref(change)
  local before = self.waiting
  self.waiting = math.max(0, before + change)
  local ref = self.waiting > 0 and self.uv.ref or self.uv.unref
  for _, handle in ipairs({ self.input, self.output, self.process }) do
    if not handle:is_closing() then ref(handle) end
  end
end

function Transport:write(pieces)
  if self.ended then return nil, self.ended end
  local ok, problem = self.uv.write(self.input, pieces)
  if not ok then return nil, problem end
  return true
end

function Transport:await(slot)
  local vim, uv = self.vim, self.uv
  if slot.done then return end
  slot.holds_loop = true
  self:_ref(1)
  if vim then
    while not slot.done do
      vim.wait(60000, function() return slot.done end, 10)
    end
  elseif uv.loop_mode and uv.loop_mode() then
    while not slot.done do
      slot.coroutine = coroutine.running()
      coroutine.yield()
    end
  else
    while not slot.done do uv.run("once") end
  end
end

function Transport:wake(slot)
  if slot.holds_loop then self:_ref(-1) end
  local waiter = slot.coroutine
  slot.holds_loop, slot.coroutine = nil, nil
  -- The script may have closed the coroutine meanwhile.
  if waiter and coroutine.status(waiter) == "suspended" then
    local ok, problem = coroutine.resume(waiter)
    if not ok then error(problem, 0) end
  end
end

--- Waits for that many seconds.
function Transport:pause(seconds)
  local slot, timer = {}, self.uv.new_timer()
  timer:start(math.ceil(seconds * 1000), 0, function()
    timer:close()
    slot.done = true
    self:wake(slot)
  end)
  self:await(slot)
end

--- Runs `task`, which may wait, for a caller that may not: the code that reads the daemon's messages, and
-- `__gc`.
function Transport:later(task)
  if not self.vim then coroutine.wrap(task)()
  elseif self.vim.in_fast_event() then self.vim.schedule(task)
  else task() end
end

function Transport:_end(reason)
  if self.ended then return end
  self:close(reason)
  self.on_end(reason)
end

function Transport:close(reason)
  self.ended = self.ended or reason or "closed"
  for _, handle in ipairs({ self.input, self.output, self.sigpipe }) do
    if not handle:is_closing() then handle:close() end
  end
  -- Lets the handles finish closing: libuv 1.44 crashes when the process ends before.
  if not self.vim and not (self.uv.loop_mode and self.uv.loop_mode()) then self.uv.run("nowait") end
end

return M
