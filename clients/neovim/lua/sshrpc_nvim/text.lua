--- A file's bytes as a buffer's lines, and back: whatever they are, they stay the same.

local M = {}

---@return string[] lines
---@return { fileformat: "unix"|"dos", endofline: boolean }
function M.lines(data)
  if data == "" then return {}, { fileformat = "unix", endofline = true } end
  local endofline = data:sub(-1) == "\n"
  local lines = vim.split(endofline and data:sub(1, -2) or data, "\n", { plain = true })
  local dos = endofline
  for _, line in ipairs(lines) do
    dos = dos and line:sub(-1) == "\r"
  end
  if dos then
    for index, line in ipairs(lines) do lines[index] = line:sub(1, -2) end
  end
  return lines, { fileformat = dos and "dos" or "unix", endofline = endofline }
end

function M.data(buffer)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  local options = vim.bo[buffer]
  if #lines == 1 and lines[1] == "" then
    -- An empty buffer, and one of an empty line: Neovim knows them apart, and here they are the same.
    local count = vim.api.nvim_buf_call(buffer, function() return vim.fn.wordcount().bytes end)
    if count == 0 then return "" end
  end
  local ending = ({ dos = "\r\n", mac = "\r" })[options.fileformat] or "\n"
  local ended = options.endofline or (options.fixendofline and not options.binary)
  return table.concat(lines, ending) .. (ended and ending or "")
end

return M
