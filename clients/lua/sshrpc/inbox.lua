--- A request, and what the daemon sends for it while it runs: output, progress, questions.
--
-- What comes is kept until whoever waits for the call takes it, in a coroutine of its own choice.

local M = {}

---@class sshrpc.Inbox
---@field token string the call's name, which its params must hold
---@field slot table the request's
local Inbox = {}
Inbox.__index = Inbox

local count = 0

--- A token that no other call has.
function M.token()
  count = count + 1
  return "lua-" .. count
end

--- Sends a request.
---@param rpc sshrpc.Rpc
---@param method string
---@param params table
---@param token string by which the params name the call
---@return sshrpc.Inbox?
---@return sshrpc.Error?
function M.send(rpc, method, params, token)
  local self = setmetatable({ rpc = rpc, token = token, queue = {}, first = 1 }, Inbox)
  rpc.listeners[token] = function(message)
    if message.id ~= nil and method ~= "ssh.new" then
      -- Nobody can answer it: of what a program tells, no one may be reading. Not here, where what comes is read.
      rpc.transport:later(function() rpc:respond(message.id, nil) end)
      return
    end
    if self.ignores then return end
    self.queue[#self.queue + 1] = message
    self:_wake()
  end
  -- The reply, too, ends a wait.
  local slot, problem = rpc:request(method, params, function() self:_wake() end)
  if not slot then
    rpc.listeners[token] = nil
    return nil, problem
  end
  self.slot = slot
  return self
end

--- Throws away what has come and wasn't taken, and what will come.
function Inbox:ignore()
  self.queue, self.first, self.ignores = {}, 1, true
end

function Inbox:_wake()
  local waiting = self.waiting
  self.waiting = nil
  if waiting then
    waiting.done = true
    self.rpc.transport:wake(waiting)
  end
end

--- Takes in what has been sent by now, without waiting for more.
---@return boolean whether `next` would give a message, or the end, at once
function Inbox:poll()
  -- Its reply comes behind all that.
  if self.first > #self.queue and not self.slot.done then self.rpc:call("daemon.status", {}) end
  return self.first <= #self.queue or self.slot.done == true
end

--- Waits for the next message.
---@return table? message nil when the reply has come, and all before it was taken
function Inbox:next()
  while self.first > #self.queue do
    self.queue, self.first = {}, 1
    if self.slot.done then
      self.rpc.listeners[self.token] = nil
      return nil
    end
    self.rpc:before_wait()
    -- In a fork the reply will not come; this ends the call.
    if not self.rpc:gone() then
      self.waiting = {}
      self.rpc.transport:await(self.waiting)
    end
  end
  local message = self.queue[self.first]
  self.queue[self.first] = false
  self.first = self.first + 1
  return message
end

--- Waits for the reply.
---@param handle fun(message: table)? what to do with each message before; its error cancels the call
---@return any? result
---@return any? problem an sshrpc.Error, or what `handle` threw
---@return boolean? thrown whether it is that: to be thrown on when all is tidied up
function Inbox:finish(handle)
  local failure
  -- No `for`, in whose iterator Lua 5.1 can't yield.
  while true do
    local message = self:next()
    if not message then break end
    if handle and not failure then
      local ok, problem = pcall(handle, message)
      if not ok then
        failure = { problem }
        self.rpc:cancel(self.slot)
      end
    end
  end
  if failure then return nil, failure[1], true end
  if self.slot.error then return nil, self.slot.error end
  return self.slot.result
end

return M
