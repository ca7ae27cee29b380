--- A command that runs while its output is read: `session:start`.

local bytes = require("sshrpc.bytes")
local inbox = require("sshrpc.inbox")
local lines = require("sshrpc.lines")

local M = {}

-- Bytes of output that the daemon may send ahead of what has been read; the protocol's default.
local WINDOW = 1024 * 1024

-- Bytes: more than any command prints. Granted at once by `drain`.
local EVERYTHING = 2 ^ 50

-- Bytes of input in one message. The daemon refuses input (InputTooFast) of which more than 16 MiB wait.
local PIECE = 1024 * 1024

---@class sshrpc.Command
local Command = {}
Command.__index = Command
M.Command = Command

--- Sends the request.
---@param method string? by default session.exec
---@param class table? the metatable of the result; by default that of a Command
---@return sshrpc.Command?
---@return sshrpc.Error?
function M.start(rpc, params, method, class)
  params.token, params.window, params.streams = inbox.token(), WINDOW, nil
  if method ~= "session.connect" then params.stream = true end
  local call, problem = inbox.send(rpc, method or "session.exec", params, params.token)
  if not call then return nil, problem end
  return setmetatable({ rpc = rpc, call = call, token = params.token, consumed = 0 }, class or Command)
end

--- Waits for the next piece of the output. The daemon sends about 1 MiB ahead of what is read; then the
-- command waits until more is read.
---@return string? data nil at the end
---@return ("stdout"|"stderr")? stream
function Command:read()
  local message = self.call:next()
  if not message then return nil end
  local output = message.params
  self:_consumed(#output.data)
  return output.data, output.stream
end

--- `read` as an iterator:
--
--     for data, stream in command:output() do … end
--
-- In Lua 5.1, in a coroutine of a luv loop that runs, use `read` instead: an iterator can't wait there.
---@return fun(): string?, ("stdout"|"stderr")?
function Command:output()
  return function()
    -- Not a tail call: it would remove this function from the stack, by which the adapter sees that it is called
    -- in an iterator and can't wait.
    local data, stream = self:read()
    return data, stream
  end
end

--- Waits for the next line of the output, without the "\n" at its end. Lines of stdout and of stderr are put
-- together separately. What follows the last "\n" is a line, too. A line is in memory until it ends. After
-- `read_line`, `read` gives what comes after the pieces that `read_line` has taken.
---@return string? line nil at the end
---@return ("stdout"|"stderr")? stream
function Command:read_line()
  self.begun = self.begun or lines.new()
  while true do
    local line, stream = self.begun:next()
    if line then return line, stream end
    local data
    data, stream = self:read()
    if data then self.begun:add(data, stream) else return self.begun:rest() end
  end
end

--- `read_line` as an iterator: `for line, stream in command:lines() do … end`. As to Lua 5.1, see `output`.
---@return fun(): string?, ("stdout"|"stderr")?
function Command:lines()
  return function()
    local line, stream = self:read_line()
    return line, stream
  end
end

--- Throws away all output from here on, as it comes, so that the command never waits for it to be read.
function Command:drain()
  if self.drained or self.call.slot.done then return end
  self.drained = true
  self.call:ignore()
  self.rpc:notify("session.windowAdjust", { token = self.token, bytes = EVERYTHING })
end

function Command:_consumed(count)
  self.consumed = self.consumed + count
  if self.consumed >= WINDOW / 2 and not self.call.slot.done and not self.drained then
    self.rpc:notify("session.windowAdjust", { token = self.token, bytes = self.consumed })
    self.consumed = 0
  end
end

--- Waits for the command's end. Output that wasn't read is thrown away.
--
-- Errors: `Timeout`; `Cancelled`, by `cancel`; `SudoFailed`, as of `exec`; `ChannelRequestDenied` where the server refuses the command, a
-- variable of `env`, the `pty`, or the agent; `ChannelOpenFailed`; `ConnectionLost`, meanwhile; `SessionClosed`, lost or
-- disconnected before; `SessionNotFound`, freed with the one in `via`; `InvalidParams`, an option that is unknown
-- or out of range; `DaemonLost`.
---@return { exit_code: integer?, signal: string? }?
---@return sshrpc.Error?
function Command:wait()
  while self:read() do end -- luacheck: ignore 542
  local result, problem = self.call:finish()
  if not result then return nil, problem end
  return { exit_code = result.exitCode, signal = result.exitSignal }
end

--- Writes to the command's input, which `stdin = true` left open; returns when the server has taken
-- all of it. More than 1 MiB goes in pieces, between which another coroutine's may come.
--
-- Errors: `CommandNotFound`, it has ended, or its input was closed or never open; `ConnectionLost`;
-- `SessionClosed`; `InputTooFast`, with other coroutines' writes more waits for the command than the daemon
-- holds (16 MiB); `DaemonLost`.
---@param data string any bytes
---@return true?
---@return sshrpc.Error?
function Command:write(data)
  for from = 1, math.max(#data, 1), PIECE do
    local params = { token = self.token }
    bytes.put(params, "data", data:sub(from, from + PIECE - 1), "encoding")
    local done, problem = self.rpc:call("session.write", params)
    if not done then return nil, problem end
  end
  return true
end

--- Ends the command's input, behind what was written.
--
-- Errors: `CommandNotFound`, it has ended, or its input has; `ConnectionLost`; `SessionClosed`; `DaemonLost`.
---@return true?
---@return sshrpc.Error?
function Command:close_stdin()
  return self.rpc:call("session.closeStdin", { token = self.token })
end

--- Tells its terminal of another size.
--
-- Errors: `CommandNotFound`, it has ended; `InvalidParams`; `ConnectionLost`; `SessionClosed`; `DaemonLost`.
---@param columns integer at least 1
---@param rows integer at least 1
---@return true?
---@return sshrpc.Error?
function Command:resize(columns, rows)
  return self.rpc:call("session.resize", { token = self.token, columns = columns, rows = rows })
end

--- Signals the command.
--
-- Errors: `CommandNotFound`, it has ended; `InvalidParams`, no such signal; `ConnectionLost`; `SessionClosed`;
-- `DaemonLost`.
---@param name "ABRT"|"ALRM"|"FPE"|"HUP"|"ILL"|"INT"|"KILL"|"PIPE"|"QUIT"|"SEGV"|"TERM"|"USR1"|"USR2" without `SIG`
---@return true? sent it says nothing of what the command does then: servers don't tell
---@return sshrpc.Error?
function Command:signal(name)
  return self.rpc:call("session.signal", { token = self.token, signal = name })
end

--- Cancels the command: it is sent TERM, and KILL two seconds later if it still runs. `wait` then gives the
-- error `Cancelled`.
---@return true?
---@return sshrpc.Error?
function Command:cancel()
  return self.rpc:cancel(self.call.slot)
end

return M
