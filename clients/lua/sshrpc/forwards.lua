--- Forwards, as `ssh -L`, `-R` and `-D`: methods of a session.

local process = require("sshrpc.support.process")

local M = {}

---@class sshrpc.Forward
---@field host string? where it listens
---@field port integer?
---@field path string? where it listens on a Unix socket
local Forward = {}
Forward.__index = Forward
Forward.__close = function(self) self:close() end

--- Ends the listening. Closing twice is no error.
---@param abort boolean? resets the connections, too; by default they run to their end
---@return true?
---@return sshrpc.Error?
function Forward:close(abort)
  return self.rpc:call("forward.close", { forward = self.handle, abort = abort == true })
end

--- An address as the protocol has it; it is given as a port, { host, port } or { path }.
local function end_of(address, is_here)
  if type(address) == "number" then return { port = address } end
  if type(address) == "table" and address.path and is_here then return { path = process.absolute(address.path) } end
  return address
end

local function forward(session, method, bind, to)
  local result, problem = session:_call(method, { bind = bind, to = to })
  if not result then return nil, problem end
  return setmetatable({
    rpc = session.rpc, handle = result.forward, host = result.host, port = result.port, path = result.path,
  }, Forward)
end

---@alias sshrpc.Address integer|{ host: string?, port: integer? }|{ path: string }

--- Adds the methods to the class of sessions. An address is a port, `{ host = …, port = … }`, or `{ path = … }` for a
-- Unix socket. The host is by default 127.0.0.1. To listen at port 0 is to listen at any free port; the forward's
-- field `port` says which.
--
-- Errors: `ForwardRefused`; `Timeout`; `ConnectionLost`; `SessionClosed`; `SessionNotFound`; `InvalidParams`;
-- `InvalidArgument`; `DaemonLost`.
function M.add(Session)
  --- Listens here; the server connects (`ssh -L`).
  ---@param bind sshrpc.Address
  ---@param to sshrpc.Address as the server sees it
  ---@return sshrpc.Forward?
  ---@return sshrpc.Error?
  function Session:forward_local(bind, to)
    return forward(self, "forward.local", end_of(bind, true), end_of(to))
  end

  --- The server listens; connections are made from here (`ssh -R`).
  ---@param bind sshrpc.Address as the server sees it
  ---@param to sshrpc.Address
  ---@return sshrpc.Forward?
  ---@return sshrpc.Error?
  function Session:forward_remote(bind, to)
    return forward(self, "forward.remote", end_of(bind), end_of(to, true))
  end

  --- Listens here for SOCKS 4, 4a and 5; the server connects to what each connection asks for (`ssh -D`).
  ---@param bind sshrpc.Address
  ---@return sshrpc.Forward?
  ---@return sshrpc.Error?
  function Session:forward_dynamic(bind)
    return forward(self, "forward.dynamic", end_of(bind, true))
  end
end

return M
