--- A login shell on a server, at this terminal, as `ssh` has it: `lua5.4 shell.lua [user@]host[:port]`, with luv.
--
-- The user's ssh_config says what the name doesn't. Where stdin is no terminal the shell has none either, and reads
-- commands from there up to its end. The exit status is the shell's, 255 where there was none.

local uv = require("luv")
local sshrpc = require("sshrpc")

local kind = uv.guess_handle(0)
local at_terminal = kind == "tty"

local function read_line(text, is_secret)
  if is_secret then os.execute("stty -echo") end
  io.stdout:write(text)
  io.stdout:flush()
  local line = io.read("l")
  if is_secret then os.execute("stty echo") end
  if is_secret then print() end
  return line or ""
end

--- Answers what the login asks.
local function ask(prompt)
  if not at_terminal then return nil end
  if prompt.host_key then
    local key = prompt.host_key
    print(("The host key of %s is %s: %s %s"):format(prompt.host, key.reason, key.type, key.fingerprint))
    return read_line("Trust it (yes/no)? ") == "yes"
  end
  local answers = {}
  for index, line in ipairs(prompt.lines) do
    answers[index] = read_line(line.text:gsub("%c", ""), not line.echo)
  end
  return answers
end

--- What waits for the server does so in a coroutine, and the loop runs on.
local function go(body, ...)
  assert(coroutine.resume(coroutine.create(body), ...))
end

--- Calls `take` with each piece of stdin, and with nil at its end.
local function read_stdin(take)
  if kind == "file" then
    repeat
      local data = io.read(65536)
      take(data)
    until not data
    return
  end
  local input = at_terminal and uv.new_tty(0, true) or uv.new_pipe(false)
  if at_terminal then input:set_mode(2) else input:open(0) end
  input:read_start(function(_, data) take(data) end)
  return input
end

--- Types what stdin gives, one write after the other.
local function type_what_comes(shell)
  local typed, has_ended, is_writing = {}, false, false
  return read_stdin(function(data)
    if data then typed[#typed + 1] = data else has_ended = true end
    if is_writing then return end
    is_writing = true
    go(function()
      while #typed > 0 do
        local piece = table.concat(typed)
        typed = {}
        shell:write(piece)
      end
      is_writing = false
      if has_ended then shell:close_stdin() end
    end)
  end)
end

local function talk(target)
  local user, place = target:match("^(.*)@([^@]*)$")
  place = place or target
  local host, port = place:match("^%[(.*)%]:?(%d*)$")
  if not host then host, port = place:match("^([^:]*):?(%d*)$") end
  local session = sshrpc.assert(sshrpc.connect({
    host = host, port = tonumber(port), username = user, config = true, on_prompt = ask,
  }))
  local window = at_terminal and uv.new_tty(1, false)
  local pty = false
  if window then
    local columns, rows = window:get_winsize()
    pty = { term = os.getenv("TERM") or "xterm", columns = columns, rows = rows }
  end
  local shell = sshrpc.assert(session:shell({ pty = pty }))
  if window then
    uv.new_signal():start("sigwinch", function() go(shell.resize, shell, window:get_winsize()) end)
  end
  type_what_comes(shell)
  while true do
    local data, stream = shell:read()
    if not data then break end
    local out = io[stream]
    out:write(data)
    out:flush()
  end
  local ended, problem = shell:wait()
  if window then uv.tty_reset_mode() end
  session:free()
  return sshrpc.assert(ended, problem).exit_code or 255
end

if #arg ~= 1 then
  io.stderr:write("usage: lua5.4 shell.lua [user@]host[:port]\n")
  os.exit(2)
end
-- In a callback of the loop: what waits before it runs would block instead.
uv.new_timer():start(0, 0, function()
  go(function()
    local ok, result = pcall(talk, arg[1])
    uv.tty_reset_mode()
    if not ok then io.stderr:write(tostring(result), "\n") end
    os.exit(ok and result or 255)
  end)
end)
uv.run()
