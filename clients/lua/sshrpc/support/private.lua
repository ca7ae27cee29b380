--- Temporary files that other users can neither see nor replace by their own: each is in a new folder of mode 0700.

local shell = require("sshrpc.support.shell")

local M = {}

local NAME = "/content"

-- Leaves a process in the background that removes the folder if we end without having removed it, however we end.
-- When the folder is gone, that process ends within a second. With setsid(1), where there is one, it isn't ended
-- by a signal to our process group. Before it removes a FIFO, it opens that for a moment: a process that waits in
-- open(2) for the FIFO's other end, which would have been us, doesn't wait for ever then.
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
  -- os.tmpname has made a file; only its name is of use. If somebody else takes the name now, mkdir fails.
  os.remove(folder)
  local words = shell.argv(SCRIPT:format(kind), folder, folder .. NAME)
  if not words then return nil, "there is no sh" end
  for index, word in ipairs(words) do words[index] = shell.quoted(word) end
  local said = shell.capture("exec $(command -v setsid) " .. table.concat(words, " "))
  if said == "made\n" then return folder .. NAME end
  return nil, said and said:match("[^\n]+") or "no command can be run"
end

--- Makes a FIFO.
---@return string? path for `remove`
---@return string? problem
function M.fifo()
  return make('mkfifo -m 600 "$2"')
end

--- Makes an empty file.
---@return string? path for `remove`
---@return string? problem
function M.file()
  return make('(umask 077; : >"$2")')
end

--- Removes a file or FIFO with its folder, and what else a daemon that was killed has left in there.
function M.remove(path)
  local folder = path:sub(1, -#NAME - 1)
  os.remove(path)
  if not os.remove(folder) then os.execute("rm -rf " .. shell.quoted(folder)) end
end

return M
