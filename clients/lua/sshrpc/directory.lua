--- A directory's entries as they come: `files:dir`.

local gc = require("sshrpc.support.gc")
local inbox = require("sshrpc.inbox")

local M = {}

-- Entries that the daemon may send ahead of what has been read.
local WINDOW = 2000

local Directory = {}
Directory.__index = Directory
-- Lua 5.4 closes the fourth value of a generic `for` when the loop ends, in whatever way.
Directory.__close = function(self) self:close() end

--- Begins to read a directory. Waits until the first entries are there, or the end or an error.
---@param params table those of `fs.readdir`
---@param entry_of fun(entry: table): table
---@return table?
---@return sshrpc.Error?
function M.open(rpc, params, entry_of)
  rpc:before_wait()
  params.token, params.stream, params.window = inbox.token(), true, WINDOW
  local call, problem = inbox.send(rpc, "fs.readdir", params, params.token)
  if not call then return nil, problem end
  local self = setmetatable({ rpc = rpc, call = call, entry_of = entry_of, entries = {}, at = 0, ungranted = 0 }, Directory)
  gc.guard(self, function()
    -- Before Lua 5.4 nothing is called when a loop is left early: then the collector ends the call.
    if call.slot.done then return end
    call:ignore()
    rpc.listeners[call.token] = nil
    rpc:notify_later("$/cancelRequest", { id = call.slot.id })
  end)
  if not self:_fill() and call.slot.error then return nil, call.slot.error end
  return self
end

--- Waits until there is an entry that hasn't been read; false at the end.
function Directory:_fill()
  while self.at >= #self.entries do
    local message = not self.closed and self.call:next()
    if not message then return false end
    self.entries, self.at = message.params.entries, 0
  end
  return true
end

--- The next entry; nil at the end.
---@return table?
---@return sshrpc.Error?
function Directory:read()
  if not self:_fill() then return nil, not self.closed and self.call.slot.error or nil end
  self.at = self.at + 1
  self.ungranted = self.ungranted + 1
  if self.ungranted * 2 >= WINDOW and not self.call.slot.done then
    self.rpc:notify("session.windowAdjust", { token = self.call.token, bytes = self.ungranted })
    self.ungranted = 0
  end
  return self.entry_of(self.entries[self.at])
end

--- Ends the reading: no more entries are asked for.
function Directory:close()
  if self.closed then return end
  self.closed = true
  self.call:ignore()
  self.rpc.listeners[self.call.token] = nil
  if not self.call.slot.done then self.rpc:cancel(self.call.slot) end
end

return M
