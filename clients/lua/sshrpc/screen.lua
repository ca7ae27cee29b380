--- Makes lines of text of what a device with a prompt sends to a terminal. No I/O.

local M = {}

--- The text without control sequences, which terminals obey and don't show; lines end with "\n".
---@param shown string
---@return string
function M.visible(shown)
  -- In this order: control sequences; window titles; the choice of a character set; the keypad's mode (ECMA-48,
  -- xterm).
  local text = shown:gsub("\27%[[0-?]*[ -/]*[@-~]", "")
  text = text:gsub("\27%][^\7\27]*\7", ""):gsub("\27%][^\7\27]*\27\\", "")
  text = text:gsub("\27[()]%w", ""):gsub("\27[=>78MDE]", ""):gsub("[%z\7]", "")
  -- By these a pager removes its own line ("--More--").
  text = text:gsub("\8+ *\8*", ""):gsub("\r +\r", "")
  -- Carriage returns that change nothing: bash sends one at each prompt and before each output.
  return (text:gsub("\r+\n", "\n"):gsub("\n\r+", "\n"):gsub("^\r+", ""))
end

--- The last line: what follows the last "\n".
function M.last_line(shown)
  return M.visible(shown):match("[^\n]*$")
end

--- All but the last line.
function M.all_but_last_line(shown)
  return (M.visible(shown):gsub("[^\n]*$", ""))
end

--- The last line, if it is the same as the one before it; else nil.
---@return string?
function M.repeated(shown)
  local before, last = M.visible(shown):match("([^\n]*)\n([^\n]*)$")
  if last and last ~= "" and before == last then return last end
  return nil
end

local PAGERS = { "^%s*[-<( ]+more.*$", "^%s*more[-> )]+$", "^press any key to continue", "^lines %d+%-%d+" }

--- Whether a line is what a device shows at the end of a page ("--More--").
---@param line string
---@param pattern string? used instead of the usual ones
function M.pages(line, pattern)
  line = line:lower()
  if pattern then return line:find(pattern) ~= nil end
  for _, each in ipairs(PAGERS) do
    if line:find(each) then return true end
  end
  return false
end

--- The text without its first line, if that is the echo of what was typed. In an echo that is longer than the
-- terminal's width there may be additional spaces and carriage returns.
function M.without_echo(text, typed)
  local first, rest = text:match("^([^\n]*)\n(.*)$")
  if first and first:gsub("%s", "") == typed:gsub("%s", "") then return rest end
  return text
end

return M
