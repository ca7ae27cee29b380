--- Addresses of one piece, `[user@]host[:port]`, for `connect`.

local errors = require("sshrpc.errors")

local M = {}

local function wrong(text, what)
  local reason = ("%s, in %q"):format(what, text)
  return nil, errors.new("InvalidParams", "host: " .. reason, { path = "host", reason = reason, dispatched = "no" }, -32602)
end

--- Splits one; an IPv6 address needs brackets only where a port follows.
---@param text string
---@return { host: string, port: integer?, username: string? }?
---@return sshrpc.Error?
function M.split(text)
  local username, place = text:match("^(.*)@([^@]*)$")
  if username == "" then return wrong(text, "no user before the @") end
  place = place or text
  local host, colon, digits
  if place:sub(1, 1) == "[" then
    host, colon, digits = place:match("^%[([^%]]*)%](:?)(.*)$")
    if not host or colon == "" and digits ~= "" then return wrong(text, "not [host]:port") end
  else
    host, colon, digits = place:match("^([^:]*)(:?)([^:]*)$")
    host = host or place
  end
  if host == "" then return wrong(text, "no host") end
  if not colon or colon == "" then return { host = host, username = username } end
  local port = digits:find("^%d+$") and tonumber(digits)
  if not port or port < 1 or port > 65535 then return wrong(text, ("%q is no port"):format(digits)) end
  return { host = host, port = port, username = username }
end

--- Puts what `host` says of the user and the port into the params of `ssh.new`.
---@return true?
---@return sshrpc.Error?
function M.apply(params)
  -- What is no text the daemon refuses.
  if type(params.host) ~= "string" then return true end
  local address, problem = M.split(params.host)
  if not address then return nil, problem end
  for _, name in ipairs({ "port", "username" }) do
    local said, other = address[name], params[name]
    if said and other ~= nil and other ~= said then
      return wrong(params.host, ("it says %s, and %s is %s: one of them is enough"):format(said, name, tostring(other)))
    end
    params[name] = said or other
  end
  params.host = address.host
  return true
end

return M
