--- Any Lua with io.popen: a pipe from the daemon, and a FIFO to it. A call blocks the process.

local frame = require("sshrpc.frame")
local gc = require("sshrpc.gc")
local private = require("sshrpc.private")
local process = require("sshrpc.process")
local shell = require("sshrpc.shell")

local M = {}

local unpack = table.unpack or rawget(_G, "unpack")

function M.usable()
  return io.popen ~= nil and os.tmpname ~= nil
end

-- The shell stays behind the daemon: when that dies, `sed` takes what is still written, which would
-- otherwise kill us (SIGPIPE) or block for ever, and our end sees the end of the output. It ends at
-- END: the FIFO itself may be held open by processes that were started after it.
local SCRIPT = [[
exec <"$1" 3<"$1"; rm -rf -- "${1%%/*}"; shift; echo
%s 3<&-
exec >/dev/null; exec sed -n '/^sshrpc-end$/q' <&3
]]
local END = "\nsshrpc-end\n"

local EXIT = '{"jsonrpc":"2.0","method":"exit"}'
EXIT = frame.header(#EXIT) .. EXIT

--- Ends the daemon, if it hasn't ended, and the shell behind it.
local function finish(input, output, has_ended)
  if not has_ended then
    input:write(EXIT)
    input:flush()
    while output:read(65536) do end -- luacheck: ignore 542
  end
  if io.type(input) == "file" then
    input:write(END)
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
  -- Not "wb", which dies of SIGPIPE. Created last, so that at exit it is closed first.
  input, problem = io.open(fifo, "r+b")
  if not input then
    private.remove(fifo)
    return nil, problem
  end
  input:setvbuf("full", 65536)
  -- It has the FIFO open now; were it closed before, the shell would wait for ever.
  if not output:read("*l") then
    input:close()
    private.remove(fifo)
    return nil, "the shell did not start"
  end
  local state, pid = {}, process.pid()
  local self = setmetatable({
    input = input, output = output, decoder = decoder, on_data = on_data, on_end = on_end, state = state, tasks = {},
  }, Transport)
  -- Else the collector would wait for a shell that waits for us, or for a process of the script's
  -- that has inherited the FIFO. A fork of ours leaves the daemon alone.
  gc.guard(self, function()
    if not state.closed and pid == process.pid() then finish(input, output, false) end
  end, true)
  return self
end

function Transport:write(pieces)
  self:_catch_up()
  if self.ended then return nil, self.ended end
  for index = 1, #pieces do
    local ok, problem = self.input:write(pieces[index])
    if not ok then return nil, problem end
  end
  return self.input:flush()
end

function Transport:await(slot)
  while not slot.done do
    local missing = self.decoder:needs()
    local data
    if missing then
      data = self.output:read(missing)
    else
      data = self.output:read("*l")
      data = data and data .. "\n"
    end
    if data then self.on_data(data) else self:_end("it ended") end
    self:_catch_up()
  end
end

function Transport:wake() end -- luacheck: no self

--- Keeps a task until the next call. In `__gc`, which may come between two pieces of a message, it
-- may not be run; and LuaJIT 2.1 (git20220320) has been seen to loop for ever in a trace run there.
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
  finish(self.input, self.output, has_ended)
end

return M
