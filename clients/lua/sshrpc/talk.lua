--- A shell that a script types at and reads from: `session:shell`.

local command = require("sshrpc.command")
local errors = require("sshrpc.errors")
local screen = require("sshrpc.screen")

local M = {}

-- The most bytes that are kept while nothing matches.
local MOST = 16 * 1024 * 1024

-- Seconds that a device may take to show its prompt again.
local SILENCE = 1

--- A pattern for `expect` that stands for the shell's end.
M.EOF = setmetatable({}, { __tostring = function() return "the end" end })

---@class sshrpc.Shell: sshrpc.Command
local Shell = setmetatable({ EOF = M.EOF }, { __index = command.Command })
Shell.__index = Shell
Shell.__close = function(self) self:close() end

---@return sshrpc.Shell?
---@return sshrpc.Error?
function M.start(rpc, params, options)
  local self, problem = command.start(rpc, params, "session.shell", Shell)
  if not self then return nil, problem end
  self.held, self.prompt, self.pager, self.within = "", options.prompt, options.pager, options.within or 30
  return self
end

--- Types a text. The Enter key is "\r".
---@return true?
---@return sshrpc.Error?
function Shell:send(text)
  return self:write(text)
end

--- Reads as `Command:read` does, beginning after what `expect` and `command` have taken.
function Shell:read()
  if self.held ~= "" then
    local data = self.held
    self.held = ""
    return data, "stdout"
  end
  return command.Command.read(self)
end

--- Reads until `enough` finds what it looks for in `self.held`.
---@param within number? seconds from now; by default no limit
---@param enough fun(over: boolean): any? called after each piece; `over` is true when the shell has ended
---@return any? found what `enough` returned, as soon as that isn't nil or false
---@return sshrpc.Error?
function Shell:_fill(within, enough)
  local waited, pause = 0, 0.01
  while true do
    local found = enough(false)
    if found then return found end
    if #self.held > MOST then
      return nil, errors.new("OutputTooLarge", #self.held .. " bytes were shown, and nothing that was expected", { dispatched = "yes" })
    end
    if within and not self.call:poll() then
      if waited >= within then
        local last = screen.visible(self.held):sub(-200):match("([^\n]*)\n*$")
        local message = ("not shown within %g s; what is shown ends with %q"):format(within, last)
        return nil, errors.new("Timeout", message, { dispatched = "yes" })
      end
      pause = math.min(pause * 1.5, 0.1, within - waited)
      self.rpc.transport:pause(pause)
      waited = waited + pause
    else
      local data = command.Command.read(self)
      if not data then
        found = enough(true)
        if found then return found end
        return nil, self.call.slot.error or errors.new("CommandNotFound", "the shell has ended", { dispatched = "yes" })
      end
      self.held = self.held .. data
    end
  end
end

---@class sshrpc.Match
---@field index integer which of the patterns it was, from 1
---@field before string what was shown before the match
---@field text string what matched; "" for the shell's end
---@field captures string[] those of the Lua pattern

--- Reads until one of the patterns is shown, and takes it with all that came before it. If several are found, it is
-- the one that begins first.
--
-- Errors: `Timeout`, the time is over; `CommandNotFound`, or what `wait` gives, the shell has ended; `OutputTooLarge`,
-- more than 16 MiB without a match. What was read is kept then, for the next `expect` or `read`.
---@param patterns string|table|(string|table)[] a Lua pattern; `{ text = "…" }`, which is taken literally; `shell.EOF`, the
--  shell's end; or a list of these
---@param within number? seconds, roughly; by default no limit
---@return sshrpc.Match?
---@return sshrpc.Error?
function Shell:expect(patterns, within)
  if type(patterns) == "string" or patterns == M.EOF or patterns.text then patterns = { patterns } end
  local match, problem = self:_fill(within, function(over)
    local first
    for index, pattern in ipairs(patterns) do
      local from, to, captures
      if pattern == M.EOF then
        if over then from, to, captures = #self.held + 1, #self.held, {} end
      elseif type(pattern) == "table" then
        from, to = self.held:find(pattern.text, 1, true)
        captures = {}
      else
        local found = { self.held:find(pattern) }
        from, to = found[1], found[2]
        captures = { (table.unpack or rawget(_G, "unpack"))(found, 3) }
      end
      if from and (not first or from < first.from) then
        first = { index = index, from = from, to = to, captures = captures }
      end
    end
    return first
  end)
  if not match then return nil, problem end
  match.before, match.text = self.held:sub(1, match.from - 1), self.held:sub(match.from, match.to)
  self.held = self.held:sub(match.to + 1)
  match.from, match.to = nil, nil
  return match
end

--- Finds out the prompt: it is the line that is shown again when an empty line is typed.
function Shell:_find_prompt(within)
  if self.known then return true end
  local found, problem
  if self.prompt then
    self.known = "^" .. self.prompt .. "$"
    found, problem = self:_fill(within, function() return screen.last_line(self.held):match(self.known) end)
    if not found then self.known = nil end
    return found, problem
  end
  found, problem = self:_fill(within, function() return screen.last_line(self.held) ~= "" end)
  if not found then return nil, problem end
  for lines = 1, math.max(1, math.ceil(within / SILENCE)) do
    found, problem = self:send("\r")
    if not found then return nil, problem end
    found, problem = self:_fill(math.min(within, SILENCE), function() return screen.repeated(self.held) end)
    if found then
      -- More empty lines were typed than needed: the prompts for these may still come.
      if lines > 1 then self:_fill(SILENCE, function() end) end
      break
    end
    -- A line that was typed before the shell read its input isn't shown at a prompt: then it is typed again.
    if problem.kind ~= "Timeout" then break end
  end
  if not found then return nil, problem end
  self.known = "^" .. found:gsub("%p", "%%%0") .. "$"
  return true
end

--- Types a command at a device's prompt, and gives what is shown up to the next prompt, without the echo of the
-- command, the lines of a pager ("--More--") and control sequences; lines end with "\n". It is for devices on which
-- commands can only be typed; elsewhere use `exec`, which gives the exit code, too. Make the terminal wide
-- (`pty = { columns = 500 }`), since devices break lines at its width.
--
-- Errors: `Timeout`, no prompt within the option `within`; the other errors of `expect`. What was read is kept then.
---@param text string
---@return string?
---@return sshrpc.Error?
function Shell:command(text)
  local ok, problem = self:_find_prompt(self.within)
  if not ok then return nil, problem end
  self.held = ""
  ok, problem = self:send(text .. "\r")
  local shown = {}
  while ok do
    local at
    at, problem = self:_fill(self.within, function()
      local last = screen.last_line(self.held)
      if screen.pages(last, self.pager) then return "page" end
      return last:match(self.known) and "prompt"
    end)
    if not at then break end
    shown[#shown + 1] = screen.all_but_last_line(self.held)
    self.held = ""
    if at == "prompt" then return screen.without_echo(table.concat(shown), text) end
    ok, problem = self:send(" ")
  end
  return nil, problem
end

--- Ends the shell, if it still runs.
function Shell:close()
  if self.call.slot.done then return end
  self.held = ""
  self:drain()
  self:cancel()
  self:wait()
end

return M
