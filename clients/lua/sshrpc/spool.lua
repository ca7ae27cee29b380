--- Contents of files that are too large for a message go through a private temporary file, which the daemon, on the
-- same machine, reads or writes.

local private = require("sshrpc.support.private")

local M = {}

--- Bytes above which contents go that way. It is 1 MiB less than the daemon's limits (maxOutput and
-- maxMessageBytes, 256 MiB each), so that the rest of a message has room, too.
M.THRESHOLD = 255 * 1024 * 1024

local PIECE = 1024 * 1024

--- Makes a file that only we can read, with this content.
---@param breathe function? called between pieces
---@return string? path which the caller has to `remove`; nil where it can't be made, as on a full disk
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

--- Reads a file that `write` has made, and removes it.
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
