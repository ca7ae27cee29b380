--- Temporary files that nobody else can see, nor put theirs in the place of: each in a new folder.

local shell = require("sshrpc.shell")

local M = {}

local NAME = "/content"

local function make(kind)
  local ok, folder = pcall(os.tmpname)
  if not ok then return nil, tostring(folder) end
  -- Only the name is wanted. Who takes it now makes mkdir fail.
  os.remove(folder)
  local quoted, path = shell.quoted(folder), shell.quoted(folder .. NAME)
  local said = shell.capture(("{ mkdir -m 700 %s && { %s %s || ! rmdir %s; }; } 2>&1 && echo made"):format(quoted, kind, path, quoted))
  if said == "made\n" then return folder .. NAME end
  return nil, said and said:match("[^\n]+") or "no command can be run"
end

--- A FIFO.
---@return string? path for `remove`
---@return string? problem
function M.fifo()
  return make("mkfifo -m 600")
end

--- An empty file.
---@return string? path for `remove`
---@return string? problem
function M.file()
  return make("umask 077; :>")
end

--- Removes one of these, with its folder and what a daemon that was killed has left there.
function M.remove(path)
  local folder = path:sub(1, -#NAME - 1)
  os.remove(path)
  if not os.remove(folder) then os.execute("rm -rf " .. shell.quoted(folder)) end
end

return M
