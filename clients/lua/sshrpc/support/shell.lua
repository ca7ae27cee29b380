--- The shell that starts the daemon. It closes all descriptors that the script has open: a pipe of the script's that
-- the daemon held open, too, would never come to its end.

local M = {}

function M.quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

-- In dash, descriptors have one digit: `echo 10>&1` prints "10" there, and descriptors above 9 can't be closed.
local DIGITS = [[
if [ -n "$(echo 10>&1)" ]; then others= last=9; else others='/proc/self/fd/[1-9][0-9]*' last=255; fi
]]
-- For bash this is known: the test would cost a process.
local ALL = "others='/proc/self/fd/[1-9][0-9]*' last=255\n"
local CLOSE = [[
if [ -d /proc/self/fd ]; then
  for fd in /proc/self/fd/[3-9] $others; do [ ! -e "$fd" ] || eval "exec ${fd##*/}>&-"; done
else
  fd=3; while [ $fd -le $last ]; do eval "exec $fd>&-"; fd=$((fd + 1)); done
fi
]]

--- A command that closes every descriptor but 0, 1 and 2, and then runs the script.
---@param script string of sh
---@param ... string its arguments
---@return string[]? argv nil where there is no such shell
function M.argv(script, ...)
  script = CLOSE .. script
  -- bash is preferred, since sh may be dash. The flags keep it from reading the user's startup files.
  if exists("/bin/bash") then return { "/bin/bash", "--norc", "--posix", "-c", ALL .. script, "sshrpc", ... } end
  if exists("/bin/sh") then return { "/bin/sh", "-c", DIGITS .. script, "sshrpc", ... } end
  return nil
end

--- The words by which a script starts the daemon, whose command it has as its arguments. $PPID, the shell's parent,
-- is this process.
---@param command table
function M.words(command)
  local words = command.follow and '"$@" "--clientProcessId=$PPID"' or '"$@"'
  return (command.assignments or "") .. words
end

local EINTR = 4

--- Reads a line of a pipe, and tries again when a signal interrupts it, as SIGCHLD does, which lua-eco handles. What
-- an interrupted read had got already is lost, so that this is for lines that are written as a whole.
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
