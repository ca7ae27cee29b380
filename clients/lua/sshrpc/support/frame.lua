--- Content-Length framing, as the Language Server Protocol has it, and the daemon's binary frames:
-- bytes behind the JSON, in the same body. No I/O.

local M = {}

local MAX_HEADER = 4096

--- The bytes that stand before a body.
-- @param length of the body
-- @param json_length of the JSON in it, where bytes come behind that
function M.header(length, json_length)
  if not json_length then return ("Content-Length: %d\r\n\r\n"):format(length) end
  return ("Content-Length: %d\r\nContent-Type: application/vnd.sshrpc; json=%d\r\n\r\n"):format(length, json_length)
end

--- What stands behind a frame's JSON: a list of strings, as they were read.
local Binary = {}
Binary.__index = Binary

--- The bytes of a value.
-- @param offset from the beginning of this part
-- @raise where they don't lie within it
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
  -- One alone isn't copied.
  return found[2] and table.concat(found) or found[1] or ""
end

local Decoder = {}
Decoder.__index = Decoder

--- A decoder takes what was read and gives each body that is whole.
-- @param on_body called with each: its JSON, and of a binary frame what stands behind that, to be asked by `slice`
function M.decoder(on_body)
  return setmetatable({ on_body = on_body, head = "", left = nil, parts = {} }, Decoder)
end

--- How many bytes are missing in the part of the body that is being read; nil inside a header, which
-- is read by lines.
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

--- The JSON, or what stands behind it, is there.
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

--- Takes bytes, however they were cut.
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
