--- An open remote file: `session.files:open`.

local bytes = require("sshrpc.bytes")
local errors = require("sshrpc.errors")
local gc = require("sshrpc.support.gc")
local names = require("sshrpc.names")

local M = {}

-- Bytes in one message.
local PIECE = 4 * 1024 * 1024

---@class sshrpc.File
---@field path string by which it was opened
local File = {}
File.__index = File
File.__close = function(self) self:close() end

---@param session sshrpc.Session
---@param handle integer
---@return sshrpc.File
function M.new(session, handle, path)
  local self = setmetatable({ session = session, handle = handle, path = path, position = 0, state = {} }, File)
  local state, rpc = self.state, session.rpc
  gc.guard(self, function()
    if not state.closed then rpc:notify_later("file.close", { file = handle }) end
  end)
  return self
end

function File:_call(method, params)
  if self.state.closed then
    return nil, errors.new("RemoteFileError", self.path .. ": the file is closed", { code = "EBADF", dispatched = "no" })
  end
  params.file = self.handle
  return self.session.rpc:call(method, params)
end

--- Reads from the position on, and moves it behind what was read.
---@param count integer|"a"|nil the most bytes, at least 1; by default, and with "a", all up to the end
---@return string? data with a number for `count`, nil at the end; else "" there
---@return sshrpc.Error? problem nil at the end
function File:read(count)
  local most = type(count) == "number" and count or nil
  local pieces, size = {}, 0
  while not most or size < most do
    local result, problem = self:_call("file.read", {
      offset = self.position, length = math.min(most and most - size or PIECE, PIECE),
    })
    if not result then return nil, problem end
    if result.bytes == 0 then break end
    self.position, size = self.position + result.bytes, size + result.bytes
    pieces[#pieces + 1] = result.data
  end
  if most and most > 0 and size == 0 then return nil end
  return table.concat(pieces)
end

--- Writes at the position, or at the end where it was opened to append.
---@param data string any bytes
---@return integer? count the number of bytes written, which is all of them
---@return sshrpc.Error?
function File:write(data)
  for from = 1, #data, PIECE do
    local params = { offset = self.position }
    bytes.put(params, "data", data:sub(from, from + PIECE - 1), "encoding")
    local result, problem = self:_call("file.write", params)
    if not result then return nil, problem end
    self.position = self.position + result.bytes
  end
  return #data
end

--- Moves the position, as Lua's `file:seek`; with "end" the server is asked for the size.
---@param whence "set"|"cur"|"end"|nil by default "cur"
---@param offset integer? by default 0
---@return integer? position
---@return sshrpc.Error?
function File:seek(whence, offset)
  local from = whence == "set" and 0 or self.position
  if whence == "end" then
    local found, problem = self:stat()
    if not found then return nil, problem end
    from = found.size
  end
  local position = from + (offset or 0)
  if position < 0 then
    return nil, errors.new("InvalidArgument", "before the file's beginning", { dispatched = "no" })
  end
  self.position = position
  return position
end

--- What `files:stat` gives, of the open file.
---@return sshrpc.FileStat?
---@return sshrpc.Error?
function File:stat()
  local result, problem = self:_call("file.stat", {})
  if not result then return nil, problem end
  return names.from_wire(result)
end

--- Sets the file's size in bytes. A file that grows is filled with zeros.
---@return true?
---@return sshrpc.Error?
function File:truncate(size)
  return self:_call("file.truncate", { size = size })
end

--- Has the server write the file to its disk (fsync). The error is `NotSupported` where the server can't.
---@return true?
---@return sshrpc.Error?
function File:sync()
  return self:_call("file.sync", {})
end

--- Closes the file. `<close>` and the garbage collector do, too. Closing twice is no error.
---@return true?
---@return sshrpc.Error?
function File:close()
  if self.state.closed then return true end
  local rpc, params = self.session.rpc, { file = self.handle }
  self.state.closed = true
  if rpc:refusal() then return rpc:notify_later("file.close", params) or true end
  return rpc:call("file.close", params)
end

return M
