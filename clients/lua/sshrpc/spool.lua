--- Large contents go by a private temporary file: the daemon is on this machine, and a file is
-- faster than JSON, and has no largest size.

local private = require("sshrpc.private")

local M = {}

--- From how many bytes on, in bytes.
M.THRESHOLD = 1024 * 1024

--- A file that only we can read, with this content.
---@return string? path to be removed by the caller, with `remove`; nil where there is no room, or no such place
function M.write(data)
  local path = private.file()
  if not path then return nil end
  local file = io.open(path, "wb")
  local written = file and file:write(data)
  if file and file:close() and written then return path end
  private.remove(path)
  return nil
end

--- The content of a file; the file is removed.
function M.take(path)
  local file = io.open(path, "rb")
  local data = file and file:read("*a")
  if file then file:close() end
  private.remove(path)
  return data
end

M.remove = private.remove

return M
