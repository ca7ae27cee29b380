--- Errors: tables with `kind`, `message`, `code` and `data`; tostring() gives the message.
--
-- `kind` is the stable name to switch on. It is one of the protocol's (sshrpc.types lists them, with the fields
-- of `data`, whose names are in snake_case here), or one of the client's own:
--
-- - `DaemonNotFound`: no `sshrpc` was found, what was found didn't start or isn't a daemon of sshrpc, or this
--   runtime can't start processes
-- - `DaemonLost`: the daemon ended or closed its output; every call that waited gets this
-- - `InvalidArgument`: an argument that the protocol can't carry
--
-- `errno` is the name of the system's error, as "ENOENT", where that is the reason. `data.dispatched` says
-- whether the remote side may have acted: "no" (a retry is safe), "yes", or "maybe".

local names = require("sshrpc.names")

local M = {}

---@class sshrpc.Error
---@field kind sshrpc.ErrorKind|"DaemonNotFound"|"DaemonLost"|"InvalidArgument"
---@field message string
---@field code integer? JSON-RPC's error code; nil for the client's own kinds
---@field data table
---@field errno string? the name of the system's error, as "ENOENT", where that is the reason; on this machine or on the server
local Error = {}
Error.__index = Error

function Error:__tostring()
  return self.message
end

---@return sshrpc.Error
function M.new(kind, message, data, code)
  data = data or {}
  local errno = data.errno or kind == "RemoteFileError" and data.code or nil
  return setmetatable({ kind = kind, message = message, data = data, code = code, errno = errno }, Error)
end

--- The error of a JSON-RPC reply.
---@return sshrpc.Error
function M.from_reply(reply)
  local data = type(reply.data) == "table" and names.from_wire(reply.data) or {}
  return M.new(data.kind or "InternalError", reply.message or "", data, reply.code)
end

--- Whether a value is an error of this library.
function M.is(value)
  return getmetatable(value) == Error
end

return M
