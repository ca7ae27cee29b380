--- Contents that no message can hold go by a private temporary file: the daemon is on this machine.

local private = require("sshrpc.support.private")

local M = {}

--- From how many bytes on, in bytes: the daemon's limits.maxOutput, and less than its
-- limits.maxMessageBytes.
M.THRESHOLD = 255 * 1024 * 1024

local PIECE = 1024 * 1024

--- A file that only we can read, with this content.
---@param breathe function? called between pieces
---@return string? path to be removed by the caller, with `remove`; nil where there is no room, or no such place
function M.write(data, breathe)
  local path = private.file()
  if not path then return nil end
  local file = io.open(path, "wb")
  local written = file
  for from = 1, #data, PIECE do
    if not written then break end
    written = file:write(data:sub(from, from + PIECE - 1))
    if breathe then breathe() end
  end
  if file and file:close() and written then return path end
  private.remove(path)
  return nil
end

--- The content of a file; the file is removed.
---@param breathe function? called between pieces
---@return string? data nil where it can't be read
function M.take(path, breathe)
  local file = io.open(path, "rb")
  local pieces = {}
  while file do
    local piece, problem = file:read(PIECE)
    if not piece then
      file:close()
      if problem then pieces = nil end
      break
    end
    pieces[#pieces + 1] = piece
    if breathe then breathe() end
  end
  private.remove(path)
  return file and pieces and table.concat(pieces)
end

M.remove = private.remove

return M
