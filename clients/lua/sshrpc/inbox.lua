--- A request together with the messages that the daemon sends for it while it runs: output, progress,
-- questions.
--
-- They are kept until the one who waits for the call takes them, so that they are handled in that coroutine,
-- whichever one reads from the daemon.

local M = {}

---@class sshrpc.Inbox
---@field token string names the call in the daemon's messages; it must be in the request's params, too
---@field slot table that of the request
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
---@param token string the one in the params
---@return sshrpc.Inbox?
---@return sshrpc.Error?
function M.send(rpc, method, params, token)
  local self = setmetatable({ rpc = rpc, token = token, queue = {}, first = 1 }, Inbox)
  rpc.listeners[token] = function(message)
    if message.id ~= nil and method ~= "ssh.new" then
      -- A question that isn't a login's: nobody may be reading this call's messages, so that it is refused at once.
      -- By `later`, as the code that reads messages may not wait for a write.
      rpc.transport:later(function() rpc:respond(message.id, nil) end)
      return
    end
    if self.ignores then return end
    self.queue[#self.queue + 1] = message
    self:_wake()
  end
  -- The reply wakes who waits for a message, too.
  local slot, problem = rpc:request(method, params, function() self:_wake() end)
  if not slot then
    rpc.listeners[token] = nil
    return nil, problem
  end
  self.slot = slot
  return self
end

--- Throws away the messages that haven't been taken, and those that will come.
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

--- Receives what the daemon has sent by now, without waiting for more.
---@return boolean whether `next` would give a message, or the end, at once
function Inbox:poll()
  -- The reply to this request comes after all that was sent before it.
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
    -- In a fork of the process no reply can come: gone() ends the call with an error there.
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
---@param handle fun(message: table)? called with each message that comes before it; an error thrown there cancels the call
---@return any? result
---@return any? problem an sshrpc.Error, or what `handle` threw
---@return boolean? thrown true for what `handle` threw: the caller is to throw it again when it has cleaned up
function Inbox:finish(handle)
  local failure
  -- Not a `for` with an iterator: Lua 5.1 can't yield inside one.
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
