--- Bytes on the wire: as text where they are UTF-8, else as base64.

local base64 = require("sshrpc.base64")

local M = {}

local find, byte = string.find, string.byte

local function is_utf8_slow(data, breathe)
  local at, breath = 1, 65536
  while true do
    at = find(data, "[\128-\255]", at)
    if not at then return true end
    local a, b, c, d = byte(data, at, at + 3)
    local function tail(x) return x and x >= 0x80 and x < 0xC0 end
    if a >= 0xC2 and a < 0xE0 and tail(b) then
      at = at + 2
    elseif a >= 0xE0 and a < 0xF0 and tail(b) and tail(c)
      and not (a == 0xE0 and b < 0xA0) and not (a == 0xED and b >= 0xA0) then
      at = at + 3
    elseif a >= 0xF0 and a < 0xF5 and tail(b) and tail(c) and tail(d)
      and not (a == 0xF0 and b < 0x90) and not (a == 0xF4 and b >= 0x90) then
      at = at + 4
    else
      return false
    end
    if breathe and at > breath then breathe(); breath = at + 65536 end
  end
end

-- Lua 5.3's utf8.len lets surrogates pass, 5.4's doesn't.
local utf8 = rawget(_G, "utf8")
local strict_len = utf8 and utf8.len and not utf8.len("\237\160\128") and utf8.len

--- Whether the bytes are UTF-8 (RFC 3629: no surrogates, nothing above U+10FFFF).
function M.is_utf8(data, breathe)
  if strict_len then return strict_len(data) ~= nil end
  return is_utf8_slow(data, breathe)
end

--- Looks for text that isn't UTF-8, which no message can hold.
-- @param value as for sshrpc.json
-- @return where it is, as "env.LANG" or "knownHosts.0", "" for the value itself; nil where there is none
function M.not_utf8(value, breathe)
  if type(value) == "string" then
    if M.is_utf8(value, breathe) then return nil end
    return ""
  end
  if type(value) ~= "table" then return nil end
  for name, field in pairs(value) do
    if type(name) == "string" and not M.is_utf8(name) then return "" end
    local found = M.not_utf8(field, breathe)
    if found then
      local place = type(name) == "number" and tostring(name - 1) or tostring(name)
      return found == "" and place or place .. "." .. found
    end
  end
  return nil
end

--- Bytes for a param: the string, and the encoding to say beside it.
-- @param codec `{ encode, decode }` of the runtime, where it has a faster one
function M.to_wire(data, breathe, codec)
  if M.is_utf8(data, breathe) then return data, "utf8" end
  if codec then return codec.encode(data), "base64" end
  return base64.encode(data, breathe), "base64"
end

--- Bytes of a result.
-- @return the bytes; or nil and what is wrong
function M.from_wire(text, encoding, breathe, codec)
  if encoding ~= "base64" then return text end
  if codec then return codec.decode(text) end
  return base64.decode(text, breathe)
end

M._is_utf8_slow = is_utf8_slow

return M
