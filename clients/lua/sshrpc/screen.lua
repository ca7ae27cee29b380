--- What a terminal shows, as lines of text: of what devices with a prompt send. No I/O.

local M = {}

--- Without what terminals obey and people don't see; lines end with "\n".
---@param shown string
---@return string
function M.visible(shown)
  -- Control sequences; titles; the choice of a character set; the kind of keypad (ECMA-48, xterm).
  local text = shown:gsub("\27%[[0-?]*[ -/]*[@-~]", "")
  text = text:gsub("\27%][^\7\27]*\7", ""):gsub("\27%][^\7\27]*\27\\", "")
  text = text:gsub("\27[()]%w", ""):gsub("\27[=>78MDE]", ""):gsub("[%z\7]", "")
  -- What takes a pager's line away.
  text = text:gsub("\8+ *\8*", ""):gsub("\r +\r", "")
  -- bash returns to where it is, at each prompt and before each output.
  return (text:gsub("\r+\n", "\n"):gsub("\n\r+", "\n"):gsub("^\r+", ""))
end

--- What stands behind the last line's end.
function M.last_line(shown)
  return M.visible(shown):match("[^\n]*$")
end

--- What stands before that.
function M.all_but_last_line(shown)
  return (M.visible(shown):gsub("[^\n]*$", ""))
end

--- The last line, where the one before is the same.
---@return string?
function M.repeated(shown)
  local before, last = M.visible(shown):match("([^\n]*)\n([^\n]*)$")
  if last and last ~= "" and before == last then return last end
  return nil
end

local PAGERS = { "^%s*[-<( ]+more.*$", "^%s*more[-> )]+$", "^press any key to continue", "^lines %d+%-%d+" }

--- Whether it is what a device shows at the end of a page.
---@param line string
---@param pattern string? instead of the usual ones
function M.pages(line, pattern)
  line = line:lower()
  if pattern then return line:find(pattern) ~= nil end
  for _, each in ipairs(PAGERS) do
    if line:find(each) then return true end
  end
  return false
end

--- Without its first line, where that is what was typed; a terminal's width may have left spaces and returns in it.
function M.without_echo(text, typed)
  local first, rest = text:match("^([^\n]*)\n(.*)$")
  if first and first:gsub("%s", "") == typed:gsub("%s", "") then return rest end
  return text
end

return M
