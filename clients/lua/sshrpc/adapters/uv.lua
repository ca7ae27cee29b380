--- Over libuv: Neovim (`vim.uv`, `vim.loop`), or luv where the script has loaded it.
--
-- A call blocks its caller while the loop turns. In a coroutine under a running luv loop it yields
-- instead, and the loop runs on.

local M = {}

local function library()
  local vim = rawget(_G, "vim")
  if type(vim) == "table" then return vim.uv or vim.loop, vim end
  local luv = package.loaded.luv
  if type(luv) == "table" then return luv end
  return nil
end

function M.usable()
  return library() ~= nil
end

local Transport = {}
Transport.__index = Transport

function M.spawn(command, on_data, on_end)
  local uv, vim = library()
  local self = setmetatable({ uv = uv, vim = vim, on_data = on_data, on_end = on_end, waiting = 0 }, Transport)
  self.input, self.output = uv.new_pipe(false), uv.new_pipe(false)
  if not vim then
    -- Writing to a daemon that has ended is an error, and not the end of the script. (Neovim does so.)
    self.sigpipe = uv.new_signal()
    self.sigpipe:start("sigpipe", function() end)
    uv.unref(self.sigpipe)
  end
  local args = {}
  for index = 2, #command.argv do args[#args + 1] = command.argv[index] end
  if command.follow then args[#args + 1] = ("--clientProcessId=%d"):format(uv.os_getpid()) end
  local problem
  self.process, problem = uv.spawn(command.argv[1], {
    args = args,
    stdio = { self.input, self.output, 2 },
  }, function()
    if not self.process:is_closing() then self.process:close() end
  end)
  if not self.process then
    self:close()
    return nil, problem
  end
  uv.read_start(self.output, function(failure, data)
    if data then self.on_data(data) else self:_end(failure or "it ended") end
  end)
  -- A script's own uv.run() must not wait for the daemon.
  self:_ref(-1)
  return self
end

--- Counts the calls that wait, and holds the loop while there are any.
function Transport:_ref(change)
  local before = self.waiting
  self.waiting = math.max(0, before + change)
  local ref = self.waiting > 0 and self.uv.ref or self.uv.unref
  for _, handle in ipairs({ self.process, self.input, self.output }) do
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
  self:_ref(1)
  local vim, uv = self.vim, self.uv
  if vim then
    if vim.in_fast_event() then
      self:_ref(-1)
      error("sshrpc can't wait in a fast event; use vim.schedule", 0)
    end
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
  self:_ref(-1)
end

function Transport:wake(slot) -- luacheck: no self
  local waiter = slot.coroutine
  slot.coroutine = nil
  if waiter then
    local ok, problem = coroutine.resume(waiter)
    if not ok then error(problem, 0) end
  end
end

function Transport:later(task) -- luacheck: no self
  task()
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
  -- libuv 1.44 doesn't survive the end of the process with a handle half closed.
  if not self.vim and not (self.uv.loop_mode and self.uv.loop_mode()) then self.uv.run("nowait") end
end

--- The working directory, which the script may have changed since the daemon started.
function Transport:cwd()
  return self.uv.cwd()
end

return M
