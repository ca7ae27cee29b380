--- The user's shared daemon: where its socket is, and where we run, which it can't see.

local version = require("sshrpc.support.version")

local M = {}

--- The variable; the empty text counts as none.
local function variable(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

local function folder(uid)
  local runtime = variable("XDG_RUNTIME_DIR")
  if runtime and runtime:sub(1, 1) == "/" then return runtime .. "/sshrpc" end
  -- As Node has it (os.tmpdir).
  local temporary = variable("TMPDIR") or variable("TMP") or variable("TEMP") or "/tmp"
  return ("%s/sshrpc-%d"):format(temporary, uid)
end

--- The socket's path.
---@param lstat fun(path: string): string?, integer?, integer? the kind, `directory` or `socket`, the owner and the
--  permission bits, without following a link
---@param uid integer ours
---@return string? path nil where it, or its folder, isn't there, or isn't ours alone
function M.socket(lstat, uid)
  local function is_private(path, kind)
    local found, owner, mode = lstat(path)
    -- The lower six bits are others'.
    return found == kind and owner == uid and mode % 64 == 0
  end
  local place = folder(uid)
  local path = ("%s/%s.sock"):format(place, version)
  return is_private(place, "directory") and is_private(path, "socket") and path or nil
end

--- The variables of a list as /proc/self/environ has it.
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

--- What `initialize` takes as `environment`, in whatever bytes.
---@param cwd string?
---@param variables table<string, string>
function M.environment(cwd, variables)
  -- Nothing is in /dev/null: a directory that was removed has nothing, either.
  return { cwd = cwd or "/dev/null", umask = umask(), variables = variables }
end

return M
