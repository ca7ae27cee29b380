--- sshrpc://user@host:port/path

local M = {}

--- Reads user@host:port; only the host must be there.
---@return { host: string, port: integer?, username: string? }?
function M.authority(text)
  local username, rest = text:match("^(.+)@(.+)$")
  rest = rest or text
  local host, port = rest:match("^%[([^%]]+)%]:?(%d*)$")
  if not host then host, port = rest:match("^([^:%[%]]+):?(%d*)$") end
  if not host or host:find("^%-") then return nil end
  return { host = host, port = tonumber(port), username = username }
end

--- Reads a buffer's name. `/~/x` counts from the account's home.
---@return string? authority
---@return string? path
function M.parse(name)
  local authority, path = name:match("^sshrpc://([^/]+)(.*)$")
  if not authority or not M.authority(authority) then return nil end
  if path == "" or path == "/~" or path == "/~/" then return authority, "." end
  return authority, path:match("^/~/(.+)$") or path
end

return M
