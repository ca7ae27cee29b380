--- Content-Length framing, as the Language Server Protocol has it. No I/O.

local M = {}

--- The bytes that stand before a body.
-- @param length of the body
function M.header(length)
  return ("Content-Length: %d\r\n\r\n"):format(length)
end

local Decoder = {}
Decoder.__index = Decoder

--- A decoder takes what was read and gives each body that is whole.
-- @param on_body called with each
function M.decoder(on_body)
  return setmetatable({ on_body = on_body, head = "", length = nil, parts = {}, have = 0 }, Decoder)
end

--- How many bytes are missing in the body; nil inside a header, which is read by lines.
function Decoder:needs()
  return self.length and self.length - self.have
end

--- Takes bytes, however they were cut.
-- @return true; or nil and what is wrong, after which nothing can be read any more
function Decoder:feed(data)
  while #data > 0 do
    if not self.length then
      local head = self.head .. data
      local from, to = head:find("\r\n\r\n", 1, true)
      if not from then
        if #head > 4096 then return nil, "a header that doesn't end" end
        self.head = head
        return true
      end
      local length = ("\r\n" .. head:sub(1, from)):match("\n[Cc]ontent%-[Ll]ength:%s*(%d+)%s*\r")
      if not length then return nil, "a header without Content-Length" end
      self.head, self.length, data = "", tonumber(length), head:sub(to + 1)
    end
    local missing = self.length - self.have
    local part = #data <= missing and data or data:sub(1, missing)
    self.parts[#self.parts + 1] = part
    self.have = self.have + #part
    data = #data <= missing and "" or data:sub(missing + 1)
    if self.have == self.length then
      local body = table.concat(self.parts)
      self.length, self.have, self.parts = nil, 0, {}
      self.on_body(body)
    end
  end
  return true
end

return M
