--- The transport for any Lua with io.popen: a pipe from the daemon, and a FIFO to it. A call blocks the
-- whole process.

local frame = require("sshrpc.support.frame")
local gc = require("sshrpc.support.gc")
local private = require("sshrpc.support.private")
local process = require("sshrpc.support.process")
local shell = require("sshrpc.support.shell")

local M = {}

local unpack = table.unpack or rawget(_G, "unpack")

function M.usable()
  return io.popen ~= nil and os.tmpname ~= nil
end

-- The shell starts the daemon and outlives it. When the daemon has ended, the shell becomes a `sed` that
-- reads what we still write to the FIFO: without a reader, a write would kill us (SIGPIPE) or block for ever.
-- We notice the daemon's end by the end of its output. `sed` stops at the line END, and not at the FIFO's
-- end, since processes that the script has started meanwhile may hold the FIFO open. On USR1 the shell kills
-- the daemon after 3 seconds. The FIFO goes by descriptor 3, since a shell redirects the stdin of a command in
-- the background from /dev/null.
local SCRIPT = [[
trap '' INT
exec 3<"$1"; folder=${1%%/*}; shift; echo $$
%s <&3 3<&- &
daemon=$!
exec >/dev/null 2>&1
trap '{ trap "kill \$sleep; exit" TERM; sleep 3 & sleep=$!; wait $sleep; kill -9 $daemon; } & killer=$!' USR1
rm -rf -- "$folder"
while kill -0 $daemon; do wait $daemon; done
trap '' USR1; kill $killer
exec sed -n '/^sshrpc-end$/q' <&3
]]
local END = "\nsshrpc-end\n"

-- Bytes that a pipe takes as a whole or not at all (PIPE_BUF of POSIX; its value on Linux). So a write that a
-- signal interrupts has written nothing, and can be repeated.
local PIECE = 4096
local EINTR = 4

local function write(input, data)
  for from = 1, #data, PIECE do
    local piece = #data <= PIECE and data or data:sub(from, from + PIECE - 1)
    repeat
      local ok, problem, errno = input:write(piece)
      if not ok and errno ~= EINTR then return nil, problem end
    until ok
  end
  return true
end

local EXIT = '{"jsonrpc":"2.0","method":"exit"}'
EXIT = frame.header(#EXIT) .. EXIT

--- Ends the daemon, unless it has ended already, and its shell. It takes 3 seconds at most.
-- @param parts `input`, `output`, `shell` (its process id)
local function finish(parts, has_ended)
  local input, output = parts.input, parts.output
  if not has_ended then
    -- By a signal, too: a daemon that is stuck may not read what is written.
    local killer = io.popen("kill -USR1 " .. parts.shell)
    write(input, EXIT)
    while true do
      local data, _, errno = output:read(65536)
      if not data and errno ~= EINTR then break end
    end
    if killer then killer:close() end
  end
  if io.type(input) == "file" then
    write(input, END)
    input:close()
  end
  output:close()
end

local Transport = {}
Transport.__index = Transport

function M.spawn(command, on_data, on_end, decoder)
  local fifo, output, problem
  fifo, problem = private.fifo()
  if not fifo then return nil, "no FIFO: " .. problem end
  local words = shell.argv(SCRIPT:format(shell.words(command)), fifo, unpack(command.argv))
  for index, word in ipairs(words) do words[index] = shell.quoted(word) end
  output, problem = io.popen("exec " .. table.concat(words, " "), "r")
  if not output then
    private.remove(fifo)
    return nil, problem
  end
  local input
  -- Not "wb": as long as we have the FIFO open for reading, too, no write can raise SIGPIPE. Opened after
  -- `output`, so that at exit it is closed first: closing a popen'd file waits for its process.
  input, problem = io.open(fifo, "r+b")
  if not input then
    private.remove(fifo)
    return nil, problem
  end
  input:setvbuf("no")
  -- The line says that the shell has opened the FIFO. If we closed ours before that, the shell would wait in
  -- its open for ever.
  local parts = { input = input, output = output, shell = shell.line(output) }
  if not parts.shell then
    input:close()
    private.remove(fifo)
    return nil, "the shell did not start"
  end
  local state, pid = {}, process.pid()
  local self = setmetatable({
    parts = parts, decoder = decoder, on_data = on_data, on_end = on_end, state = state, tasks = {},
  }, Transport)
  -- Without this, the collector would close `output` while the shell still waits for the end of the FIFO, which
  -- we, or a process that the script has started, may have open: it would wait for ever. A fork of this process
  -- must not end the daemon.
  gc.guard(self, function()
    if not state.closed and pid == process.pid() then finish(parts, false) end
  end, true)
  return self
end

-- Ctrl-C throws an error from wherever Lua is. A message that was being read or written then is lost, and so
-- are all later ones, since nobody knows where they begin.
local INTERRUPTED = "a message was interrupted"

function Transport:write(pieces)
  self:_catch_up()
  if self.writing then self:_end(INTERRUPTED) end
  if self.ended then return nil, self.ended end
  self.writing = true
  for index = 1, #pieces do
    local ok, problem = write(self.parts.input, pieces[index])
    if not ok then return nil, problem end
  end
  self.writing = false
  return true
end

function Transport:await(slot)
  if self.reading then self:_end(INTERRUPTED) end
  while not slot.done do
    self.reading = true
    local data, reason = self:_read()
    if data then self.on_data(data) else self:_end(reason) end
    self.reading = false
    -- After `reading` is false: a task may wait for a reply, too.
    self:_catch_up()
  end
end

function Transport:_read()
  local output, missing = self.parts.output, self.decoder:needs()
  if not missing then
    local line = shell.line(output)
    return line and line .. "\n", "it ended"
  end
  local data, _, errno = output:read(missing)
  return data, errno == EINTR and INTERRUPTED or "it ended"
end

--- Waits for that many seconds.
function Transport:pause(seconds) -- luacheck: no self
  os.execute(("sleep %.3f"):format(seconds))
end

function Transport:wake() end -- luacheck: no self

--- Keeps a task until the next call. It can't be run in `__gc`: that may come while a message is half written.
-- LuaJIT 2.1 (git20220320) has also been seen to loop for ever in a trace that was run in `__gc`.
function Transport:later(task)
  self.tasks[#self.tasks + 1] = task
end

function Transport:_catch_up()
  if not self.tasks[1] then return end
  local tasks = self.tasks
  self.tasks = {}
  for index = 1, #tasks do tasks[index]() end
end

function Transport:_end(reason)
  if self.ended then return end
  self:_close(reason, true)
  self.on_end(reason)
end

function Transport:close(reason)
  if self.ended then return end
  self:_close(reason, false)
end

function Transport:_close(reason, has_ended)
  self.ended = reason or "closed"
  self.state.closed = true
  finish(self.parts, has_ended)
end

return M
