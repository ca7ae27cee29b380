--- Content-Length framing, as the Language Server Protocol has it, and the daemon's binary frames:
-- bytes behind the JSON, in the same body. No I/O.

local M = {}

local MAX_HEADER = 4096

--- The header of a frame.
-- @param length of the body, in bytes
-- @param json_length in a binary frame, how many of these are the JSON
function M.header(length, json_length)
  if not json_length then return ("Content-Length: %d\r\n\r\n"):format(length) end
  return ("Content-Length: %d\r\nContent-Type: application/vnd.sshrpc; json=%d\r\n\r\n"):format(length, json_length)
end

--- The binary part of a frame. It is kept as the list of the strings that were read.
local Binary = {}
Binary.__index = Binary

--- Bytes of it.
-- @param offset from its beginning
-- @raise where offset and length lead out of it
function Binary:slice(offset, length)
  if type(offset) ~= "number" or type(length) ~= "number" or offset < 0 or length < 0 or offset + length > self.length then
    error("bytes that the frame hasn't", 0)
  end
  local found, at, last = {}, 0, offset + length
  for _, part in ipairs(self.parts) do
    local next_at = at + #part
    if next_at > offset and at < last then
      local whole = at >= offset and next_at <= last
      found[#found + 1] = whole and part or part:sub(math.max(offset - at, 0) + 1, math.min(last, next_at) - at)
    end
    at = next_at
  end
  -- table.concat would copy a single string, too.
  return found[2] and table.concat(found) or found[1] or ""
end

local Decoder = {}
Decoder.__index = Decoder

--- Makes a decoder, which takes what was read and gives each body that is complete.
-- @param on_body called with each body: its JSON, and of a binary frame the Binary part, else nil
function M.decoder(on_body)
  return setmetatable({ on_body = on_body, head = "", left = nil, parts = {} }, Decoder)
end

--- How many bytes are missing in the part of the body that is being read (the JSON, or the binary part); nil
-- inside a header. For a transport that can't read what there is: it reads a header by lines.
function Decoder:needs()
  return self.left
end

local function lengths(head)
  head = "\n" .. head
  local length = tonumber(head:match("\n[Cc]ontent%-[Ll]ength:%s*(%d+)%s*\r"))
  local json_length = tonumber(head:match("\n[Cc]ontent%-[Tt]ype:%s*application/vnd%.sshrpc;%s*json=(%d+)%s*\r"))
  if not length then return nil, "a header without Content-Length" end
  if json_length and json_length > length then return nil, "a binary frame whose JSON is longer than all of it" end
  return length, json_length
end

function Decoder:_begin(head)
  local length, json_length = lengths(head)
  if not length then return nil, json_length end
  self.left = json_length or length
  self.binary_length = json_length and length - json_length
  return true
end

--- A part of the body is complete: the JSON, or the binary part.
function Decoder:_end_part()
  local parts = self.parts
  self.parts = {}
  if self.json then
    local json, binary = self.json, setmetatable({ parts = parts, length = self.binary_length }, Binary)
    self.json, self.binary_length, self.left = nil, nil, nil
    return self.on_body(json, binary)
  end
  local json = table.concat(parts)
  if not self.binary_length then
    self.left = nil
    return self.on_body(json)
  end
  self.json, self.left = json, self.binary_length
  if self.left == 0 then self:_end_part() end
end

--- Takes bytes in pieces of any length.
-- @return true; or nil and what is wrong, after which nothing can be read any more
function Decoder:feed(data)
  while #data > 0 do
    if not self.left then
      local head = self.head .. data
      local from, to = head:find("\r\n\r\n", 1, true)
      if not from then
        if #head > MAX_HEADER then return nil, "a header that doesn't end" end
        self.head = head
        return true
      end
      self.head, data = "", head:sub(to + 1)
      local ok, problem = self:_begin(head:sub(1, from))
      if not ok then return nil, problem end
    end
    local part = #data <= self.left and data or data:sub(1, self.left)
    data = #data <= self.left and "" or data:sub(self.left + 1)
    if #part > 0 then self.parts[#self.parts + 1] = part end
    self.left = self.left - #part
    if self.left == 0 then self:_end_part() end
  end
  return true
end

return M
