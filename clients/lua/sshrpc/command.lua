--- A command that runs while its output is read: `session:start`.

local bytes = require("sshrpc.bytes")
local inbox = require("sshrpc.inbox")

local M = {}

-- Bytes of output that may be on their way; the daemon's default.
local WINDOW = 1024 * 1024

---@class sshrpc.Command
local Command = {}
Command.__index = Command

--- Sends the request.
---@return sshrpc.Command?
---@return sshrpc.Error?
function M.start(rpc, params)
  params.token, params.stream, params.window, params.streams = inbox.token(), true, WINDOW, nil
  local call, problem = inbox.send(rpc, "session.exec", params, params.token)
  if not call then return nil, problem end
  return setmetatable({ rpc = rpc, call = call, token = params.token, consumed = 0 }, Command)
end

--- Reads the output as it comes; what isn't read isn't sent, and the command waits.
--
--     for data, stream in command:output() do … end
---@return fun(): string?, ("stdout"|"stderr")?
function Command:output()
  return function()
    local message = self.call:next()
    if not message then return nil end
    local output = message.params
    local data = bytes.from_wire(output.data, output.encoding)
    self:_consumed(#data)
    return data, output.stream
  end
end

function Command:_consumed(count)
  self.consumed = self.consumed + count
  if self.consumed >= WINDOW / 2 and not self.call.slot.done then
    self.rpc:notify("session.windowAdjust", { token = self.token, bytes = self.consumed })
    self.consumed = 0
  end
end

--- Waits for the end; output that wasn't read is passed over.
---@return { exit_code: integer?, signal: string? }?
---@return sshrpc.Error?
function Command:wait()
  for _ in self:output() do end -- luacheck: ignore 542
  local result, problem = self.call:finish()
  if not result then return nil, problem end
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
  return self.rpc:cancel(self.call.slot)
end

return M
