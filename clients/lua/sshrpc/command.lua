--- A command that runs while its output is read: `session:start`.

local bytes = require("sshrpc.bytes")

local M = {}

-- Bytes of output that may be on their way; the daemon's default.
local WINDOW = 1024 * 1024

---@class sshrpc.Command
local Command = {}
Command.__index = Command

local tokens = 0

--- Sends the request.
---@return sshrpc.Command?
---@return sshrpc.Error?
function M.start(rpc, params)
  tokens = tokens + 1
  local self = setmetatable({ rpc = rpc, token = "lua-" .. tokens, queue = {}, first = 1, consumed = 0 }, Command)
  params.token, params.stream, params.window, params.streams = self.token, true, WINDOW, nil
  rpc.listeners[self.token] = function(_, output) self:_receive(output) end
  -- The reply, too, ends a wait for output.
  local slot, problem = rpc:request("session.exec", params, function() self:_wake() end)
  if not slot then
    rpc.listeners[self.token] = nil
    return nil, problem
  end
  self.slot = slot
  return self
end

function Command:_receive(output)
  if output.data then
    local data = bytes.from_wire(output.data, output.encoding)
    self.queue[#self.queue + 1] = { data = data, stream = output.stream }
  end
  self:_wake()
end

function Command:_wake()
  local waiting = self.waiting
  self.waiting = nil
  if waiting then
    waiting.done = true
    self.rpc.transport:wake(waiting)
  end
end

--- Reads the output as it comes; what isn't read isn't sent, and the command waits.
--
--     for data, stream in command:output() do … end
---@return fun(): string?, ("stdout"|"stderr")?
function Command:output()
  return function()
    while self.first > #self.queue do
      if self.slot.done then return nil end
      self.queue, self.first = {}, 1
      self.waiting = {}
      self.rpc.transport:await(self.waiting)
    end
    local piece = self.queue[self.first]
    self.queue[self.first] = false
    self.first = self.first + 1
    self:_consumed(#piece.data)
    return piece.data, piece.stream
  end
end

function Command:_consumed(count)
  self.consumed = self.consumed + count
  if self.consumed >= WINDOW / 2 and not self.slot.done then
    self.rpc:notify("session.windowAdjust", { token = self.token, bytes = self.consumed })
    self.consumed = 0
  end
end

--- Waits for the end; output that wasn't read is passed over.
---@return { exit_code: integer?, signal: string? }?
---@return sshrpc.Error?
function Command:wait()
  for _ in self:output() do end -- luacheck: ignore 542
  self.rpc.listeners[self.token] = nil
  if self.slot.error then return nil, self.slot.error end
  local result = self.slot.result
  return { exit_code = result.exitCode, signal = result.exitSignal }
end

--- Writes to the command's input, which `stdin = true` left open; returns when the server has taken it.
---@return true?
---@return sshrpc.Error?
function Command:write(data)
  local text, encoding = bytes.to_wire(data)
  return self.rpc:call("session.write", { token = self.token, data = text, encoding = encoding })
end

--- Ends the command's input.
function Command:close_stdin()
  return self.rpc:call("session.closeStdin", { token = self.token })
end

--- Signals the command.
---@param name string without SIG: "INT"
function Command:signal(name)
  return self.rpc:call("session.signal", { token = self.token, signal = name })
end

--- Cancels the command: it is sent TERM, later KILL; `wait` then gives the error `Cancelled`.
function Command:cancel()
  return self.rpc:cancel(self.slot)
end

return M
