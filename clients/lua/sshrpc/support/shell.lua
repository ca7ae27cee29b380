--- The shell that starts the daemon, so that nothing is handed on that the script has open: a pipe
-- whose other end the daemon held would never end.

local M = {}

function M.quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

-- A shell whose descriptors have one digit (dash) prints 10 here, and can't close the others.
local DIGITS = [[
if [ -n "$(echo 10>&1)" ]; then others= last=9; else others='/proc/self/fd/[1-9][0-9]*' last=255; fi
]]
-- bash needn't be asked, which takes a process.
local ALL = "others='/proc/self/fd/[1-9][0-9]*' last=255\n"
local CLOSE = [[
if [ -d /proc/self/fd ]; then
  for fd in /proc/self/fd/[3-9] $others; do [ ! -e "$fd" ] || eval "exec ${fd##*/}>&-"; done
else
  fd=3; while [ $fd -le $last ]; do eval "exec $fd>&-"; fd=$((fd + 1)); done
fi
]]

--- A command that closes every descriptor but 0, 1 and 2, and goes on as the script.
---@param script string of sh
---@param ... string its arguments
---@return string[]? argv nil where there is no such shell
function M.argv(script, ...)
  script = CLOSE .. script
  -- bash before sh, which may be dash. Without the flags it might read the user's files.
  if exists("/bin/bash") then return { "/bin/bash", "--norc", "--posix", "-c", ALL .. script, "sshrpc", ... } end
  if exists("/bin/sh") then return { "/bin/sh", "-c", DIGITS .. script, "sshrpc", ... } end
  return nil
end

--- What stands for the daemon in a script that has its words as arguments. Its parent's id is ours.
---@param command table
function M.words(command)
  return command.follow and '"$@" "--clientProcessId=$PPID"' or '"$@"'
end

local EINTR = 4

--- Reads a line of a pipe, also where a signal interrupts that, as lua-eco's handler of SIGCHLD does.
-- What an interrupted read had got is lost; a line that was written at once comes at once.
---@return string? line
function M.line(pipe)
  while true do
    local line, _, errno = pipe:read("*l")
    if line or errno ~= EINTR then return line end
  end
end

--- The lines that a command prints, as one string.
---@return string? output nil where no command can be run
function M.capture(command)
  if not io.popen then return nil end
  local ok, pipe = pcall(io.popen, command)
  if not ok or not pipe then return nil end
  local lines = {}
  for line in M.line, pipe do lines[#lines + 1] = line .. "\n" end
  pipe:close()
  return table.concat(lines)
end

return M
