--- A shell to talk to: `session:shell`.

local command = require("sshrpc.command")
local errors = require("sshrpc.errors")
local screen = require("sshrpc.screen")

local M = {}

-- Bytes that are held without a match.
local MOST = 16 * 1024 * 1024

-- Seconds that a device is waited for to show its prompt anew.
local SILENCE = 1

--- For `expect`: the shell's end.
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

--- Types a text. The key at a line's end is "\r".
---@return true?
---@return sshrpc.Error?
function Shell:send(text)
  return self:write(text)
end

--- As a command's, behind what `expect` and `command` took.
function Shell:read()
  if self.held ~= "" then
    local data = self.held
    self.held = ""
    return data, "stdout"
  end
  return command.Command.read(self)
end

--- Reads until what is held is enough.
---@param within number? seconds from now; by default no limit
---@param enough fun(over: boolean): any?
---@return any? found what `enough` gave
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
---@field index integer which of the patterns it was
---@field before string what was shown before
---@field text string what matched; "" of the end
---@field captures string[]

--- Reads until one of the patterns is shown, and takes it and what came before. Where several are there, it is the one
-- that begins first. Where the time is over (`Timeout`), or the shell ends (`CommandNotFound`, or what `wait` gives), what
-- was read stays, for the next `expect` and `read`.
---@param patterns string|table|(string|table)[] a Lua pattern; `{ text = "…" }`, to be taken literally; `shell.EOF`, the end;
--  or a list of these
---@param within number? about how many seconds; by default no limit
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

--- The prompt, which is what is shown once more for an empty line.
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
      -- Of those that were too many, prompts may still come.
      if lines > 1 then self:_fill(SILENCE, function() end) end
      break
    end
    -- What was typed before the shell read it stands elsewhere than its prompt: once more.
    if problem.kind ~= "Timeout" then break end
  end
  if not found then return nil, problem end
  self.known = "^" .. found:gsub("%p", "%%%0") .. "$"
  return true
end

--- Types a command at a device's prompt, and gives what it shows up to the next prompt: without the echo, the pagers'
-- lines and what only terminals understand; lines end with "\n". For devices that have a shell and no other way to run a
-- command: where there is one, `exec` tells the exit code, too. The terminal is better wide (`pty = { columns = 500 }`).
--
-- Errors: `Timeout`, no prompt within `within` seconds, what was read stays; as of `expect`.
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

--- Hangs up: the shell is ended where it still runs.
function Shell:close()
  if self.call.slot.done then return end
  self.held = ""
  self:drain()
  self:cancel()
  self:wait()
end

return M
