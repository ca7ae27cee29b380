--- Copies between remote files and Lua's files or functions: `files:upload`, `files:download`.

local errors = require("sshrpc.errors")

local M = {}

local PIECE = 4 * 1024 * 1024

--- A function that gives the next piece.
local function source_of(reader)
  if type(reader) == "function" then return reader end
  return function() return reader:read(PIECE) end
end

--- Puts pieces together until they have PIECE bytes or more, or until the end.
-- @return the bytes; whether it was the end; and the reader's problem, if it has given up
local function gather(next_piece)
  local pieces, size = {}, 0
  while size < PIECE do
    local piece, problem = next_piece()
    if not piece then return table.concat(pieces), true, problem end
    pieces[#pieces + 1] = piece
    size = size + #piece
  end
  return table.concat(pieces), false
end

local count = 0

--- A temporary name beside the file, of the form that the daemon uses, too.
local function temporary(path)
  count = count + 1
  local folder, name = path:match("^(.*/)([^/]*)$")
  local unique = ("%012x"):format((os.time() * 4096 + count + math.floor(os.clock() * 1e6)) % 2 ^ 48)
  return (folder or "") .. "." .. (name or path):sub(1, 60) .. "." .. unique .. ".sshrpc"
end

--- Writes `data`, and then all that is still to come, to an open file.
local function send(file, data, ended, next_piece)
  local total = 0
  while true do
    local done, problem = file:write(data)
    if not done then return nil, problem end
    total = total + #data
    if ended then return total end
    data, ended, problem = gather(next_piece)
    if problem ~= nil then return nil, problem end
  end
end

function M.upload(files, reader, path)
  local next_piece = source_of(reader)
  local data, ended, problem = gather(next_piece)
  if problem ~= nil then return nil, problem end
  if ended then return files:write(path, data) end
  local dest, old, file, total, done
  -- Of a symbolic link it is the file that it leads to that is replaced, not the link.
  dest, problem = files:realpath(path)
  if not dest then return nil, problem end
  old, problem = files:stat(dest)
  if not old and problem.errno ~= "ENOENT" then return nil, problem end
  if old and old.type ~= "file" then
    return nil, errors.new("RemoteFileError", path .. ": not a regular file", { path = path, dispatched = "no" })
  end
  local place = temporary(dest)
  file, problem = files:open(place, "wx", old and old.mode)
  if not file then return nil, problem end
  total, problem = send(file, data, ended, next_piece)
  local closed, why = file:close()
  if total then done, problem = closed, why end
  if done and old then done, problem = files:chmod(place, old.mode) end
  if done then done, problem = files:rename(place, dest) end
  if done then return total end
  files:unlink(place)
  return nil, problem
end

function M.download(files, path, writer)
  local file, problem = files:open(path)
  if not file then return nil, problem end
  local found
  found, problem = file:stat()
  local total = 0
  while found do
    local data, done
    data, problem = file:read(PIECE)
    if not data then break end
    if type(writer) == "function" then done, problem = writer(data) else done, problem = writer:write(data) end
    if done == nil and problem ~= nil then break end
    total = total + #data
  end
  file:close()
  if problem ~= nil then return nil, problem end
  if found.size and total < found.size then
    return nil, errors.new("RemoteFileError", ("%s: it became shorter, %d bytes of %d"):format(path, total, found.size),
      { code = "CHANGED", path = path, dispatched = "yes" })
  end
  return total
end

return M
