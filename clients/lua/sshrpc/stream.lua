--- A connection from the server to somewhere: `session:connect`. It has the methods of lua-eco's sockets.

local command = require("sshrpc.command")

local M = {}

---@class sshrpc.Stream
local Stream = {}
Stream.__index = Stream
Stream.__close = function(self) self:close() end

---@param rpc sshrpc.Rpc
---@param timeout number? seconds for connecting
---@return sshrpc.Stream?
---@return sshrpc.Error?
function M.connect(rpc, params, timeout)
  local running, problem = command.start(rpc, params, "session.connect")
  if not running then return nil, problem end
  -- A write of nothing is answered when the server has connected, or couldn't.
  local written
  written, problem = rpc:call("session.write", { token = running.token, data = "", timeout = timeout })
  if written then return setmetatable({ running = running, held = "" }, Stream) end
  if problem.kind == "Timeout" then running:cancel() end
  local _, why = running:wait()
  return nil, problem.kind == "CommandNotFound" and why or problem
end

--- Reads what has come; waits until there is something.
---@param count integer? the most bytes, at least 1; by default a piece as it came
---@return string? data nil at the end
---@return sshrpc.Error? problem nil at the end
function Stream:recv(count)
  if self.held == "" and not self.ended then
    local data = self.running:read()
    -- An empty piece says that the other end sends no more.
    self.ended = data == nil or data == ""
    self.held = data or ""
  end
  if self.held == "" then
    local slot = self.running.call.slot
    return nil, slot.done and slot.error or nil
  end
  local data = count and self.held:sub(1, count) or self.held
  self.held = self.held:sub(#data + 1)
  return data
end

--- Reads exactly `count` bytes; fewer only where the end comes before.
---@return string? data nil at the end
---@return sshrpc.Error?
function Stream:recvfull(count)
  local pieces, size = {}, 0
  while size < count do
    local data, problem = self:recv(count - size)
    if problem then return nil, problem end
    if not data then break end
    pieces[#pieces + 1] = data
    size = size + #data
  end
  if size == 0 and count > 0 then return nil end
  return table.concat(pieces)
end

--- Sends data. Returns when the server has taken all of it.
---@param data string any bytes
---@return integer? bytes
---@return sshrpc.Error?
function Stream:send(data)
  local ok, problem = self.running:write(data)
  if not ok then return nil, problem end
  return #data
end

Stream.read, Stream.readfull, Stream.write = Stream.recv, Stream.recvfull, Stream.send

--- Tells the other end that no more will be sent. `recv` can still be used.
---@return true?
---@return sshrpc.Error?
function Stream:shutdown()
  if self.shut then return true end
  self.shut = true
  return self.running:close_stdin()
end

--- Ends the connection in both directions. `<close>` does, too.
---@return true
function Stream:close()
  if self.closed then return true end
  self.closed = true
  self.running:drain()
  if not self.running.call.slot.done then
    if not self.shut then self:shutdown() end
    -- All that was sent has been taken. The other end may never close its direction, so it isn't waited for.
    self.running:cancel()
  end
  self.running:wait()
  return true
end

return M
