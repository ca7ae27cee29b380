--- For the user's shared daemon: where its socket is, and what it must be told of this process.

local version = require("sshrpc.support.version")

local M = {}

--- An environment variable; nil where it isn't set or is empty.
local function variable(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

local function folder(uid)
  local runtime = variable("XDG_RUNTIME_DIR")
  if runtime and runtime:sub(1, 1) == "/" then return runtime .. "/sshrpc" end
  -- The same as Node's os.tmpdir(), by which the daemon chooses the place.
  local temporary = variable("TMPDIR") or variable("TMP") or variable("TEMP") or "/tmp"
  return ("%s/sshrpc-%d"):format(temporary, uid)
end

--- The path of the socket.
---@param lstat fun(path: string): string?, integer?, integer? gives the kind ("directory", "socket" …), the owner's id and
--  the permission bits; must not follow a symbolic link
---@param uid integer the id of this process's user
---@return string? path nil where there is no socket, or where it or its folder isn't the user's own or is open to others
function M.socket(lstat, uid)
  local function is_private(path, kind)
    local found, owner, mode = lstat(path)
    -- The lower six permission bits are those of the group and of others.
    return found == kind and owner == uid and mode % 64 == 0
  end
  local place = folder(uid)
  local path = ("%s/%s.sock"):format(place, version)
  return is_private(place, "directory") and is_private(path, "socket") and path or nil
end

--- Reads variables from a text in the form of /proc/self/environ.
function M.variables(list)
  local variables = {}
  for name, value in list:gmatch("([^%z=]+)=(%Z*)") do variables[name] = value end
  return variables
end

local function umask()
  local status = io.open("/proc/self/status")
  local text = status and status:read("*a")
  if status then status:close() end
  local digits = text and text:match("\nUmask:%s*(%d+)")
  if not digits then
    local pipe = io.popen and io.popen("umask")
    digits = pipe and pipe:read("*l")
    if pipe then pipe:close() end
  end
  return tonumber(digits or "022", 8)
end

--- What `initialize` takes as `environment`. Its texts may still be any bytes.
---@param cwd string? nil where it was removed
---@param variables table<string, string>
function M.environment(cwd, variables)
  -- /dev/null in place of a directory that was removed: below either of them no file is found.
  return { cwd = cwd or "/dev/null", umask = umask(), variables = variables }
end

return M
