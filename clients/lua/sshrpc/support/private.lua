--- Temporary files that nobody else can see, nor put theirs in the place of: each in a new folder.

local shell = require("sshrpc.support.shell")

local M = {}

local NAME = "/content"

-- A process stays behind that removes the folder when we end without having done so, however we are
-- ended; it ends itself within a second of the folder's end. Where there is setsid(1), what ends our
-- whole process group doesn't end it. Who waits for a FIFO's other end, which was to be us, goes on.
local SCRIPT = [[
trap '' HUP INT PIPE TERM
exec 2>&1; cd /
mkdir -m 700 "$1" && { %s || ! rmdir "$1"; } || exit
echo made
{
  while [ -d "$1" ] && kill -0 $PPID; do sleep 1; done
  [ ! -p "$2" ] || : <>"$2"
  rm -rf -- "$1"
} </dev/null >/dev/null 2>&1 &
]]

local function make(kind)
  local ok, folder = pcall(os.tmpname)
  if not ok then return nil, tostring(folder) end
  -- Only the name is wanted. Who takes it now makes mkdir fail.
  os.remove(folder)
  local words = shell.argv(SCRIPT:format(kind), folder, folder .. NAME)
  if not words then return nil, "there is no sh" end
  for index, word in ipairs(words) do words[index] = shell.quoted(word) end
  local said = shell.capture("exec $(command -v setsid) " .. table.concat(words, " "))
  if said == "made\n" then return folder .. NAME end
  return nil, said and said:match("[^\n]+") or "no command can be run"
end

--- A FIFO.
---@return string? path for `remove`
---@return string? problem
function M.fifo()
  return make('mkfifo -m 600 "$2"')
end

--- An empty file.
---@return string? path for `remove`
---@return string? problem
function M.file()
  return make('(umask 077; : >"$2")')
end

--- Removes one of these, with its folder and what a daemon that was killed has left there.
function M.remove(path)
  local folder = path:sub(1, -#NAME - 1)
  os.remove(path)
  if not os.remove(folder) then os.execute("rm -rf " .. shell.quoted(folder)) end
end

return M
