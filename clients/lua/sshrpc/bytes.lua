--- Bytes in messages. Short ones that are UTF-8 go as text in the JSON, all others in the frame's binary part,
-- which stands behind the JSON.

local json = require("sshrpc.json")
local pairs = require("sshrpc.support.pairs")

local M = {}

local find, byte = string.find, string.byte

-- Bytes between two calls of `breathe` (see sshrpc.json).
local PIECE = 65536

local function is_utf8_slow(data, breathe)
  local at, breath = 1, PIECE
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
    if breathe and at > breath then breathe(); breath = at + PIECE end
  end
end

-- utf8.len of Lua 5.3 takes surrogates for characters, that of 5.4 doesn't.
local utf8 = rawget(_G, "utf8")
local strict_len = utf8 and utf8.len and not utf8.len("\237\160\128") and utf8.len

--- Whether the bytes are UTF-8 (RFC 3629: no surrogates, nothing above U+10FFFF).
function M.is_utf8(data, breathe)
  if not strict_len then return is_utf8_slow(data, breathe) end
  local from = 1
  while #data - from >= PIECE do
    -- Where the character begins that this byte belongs to: a piece must not end within one.
    local to = utf8.offset(data, 0, from + PIECE)
    if to <= from or not strict_len(data, from, to - 1) then return false end
    from = to
    if breathe then breathe() end
  end
  return strict_len(data, from) ~= nil
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

-- Longer data goes as binary, whatever it is: to look whether it is text would take longer than it saves.
local MAX_TEXT = 4096

local Bytes = {}

--- Puts bytes into params, and beside them how they are encoded, where that isn't text.
-- @param encoding the name of the field that says so, as "dataEncoding"
function M.put(params, name, data, encoding)
  if #data <= MAX_TEXT and M.is_utf8(data) then
    params[name] = data
  else
    params[name], params[encoding] = setmetatable({ data }, Bytes), "binary"
  end
end

--- Takes the bytes that `put` has put into params out of them again, for the binary part of their frame.
-- @return the params, with offset and length in place of bytes; and the list of the bytes, nil where there are none
function M.detach(params)
  local copy, parts, offset
  for name, value in pairs(params or {}) do
    if getmetatable(value) == Bytes then
      if not copy then
        copy, parts, offset = {}, {}, 0
        for each, of in pairs(params) do copy[each] = of end
      end
      local data = value[1]
      copy[name] = json.array({ offset, #data })
      parts[#parts + 1] = data
      offset = offset + #data
    end
  end
  return copy or params, parts
end

-- The field `encoding` is about these; every other field's encoding stands in NAMEEncoding.
local unnamed = { "data", "output" }

--- Puts the bytes of a frame's binary part into its message, in place of their offsets and lengths.
-- @param binary as a decoder of sshrpc.support.frame gives it
-- @raise where offset and length lead out of it
function M.attach(message, binary)
  local function take(of, name)
    local place = of[name]
    if type(place) == "table" then of[name] = binary:slice(place[1], place[2]) end
  end
  local names = {}
  for name, value in pairs(message) do
    if type(value) == "table" then M.attach(value, binary)
    elseif value == "binary" then names[#names + 1] = name end
  end
  for _, name in ipairs(names) do
    local of = type(name) == "string" and name:match("^(.*)Encoding$")
    if of then take(message, of) end
    if name == "encoding" then
      for _, each in ipairs(unnamed) do take(message, each) end
    end
  end
end

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- Decodes base64. It is slow, and meant for short texts, as the names of files.
function M.from_base64(text)
  local out, bits, value = {}, 0, 0
  for letter in text:gmatch("[%w+/]") do
    value, bits = value * 64 + ALPHABET:find(letter, 1, true) - 1, bits + 6
    if bits >= 8 then
      bits = bits - 8
      local high = math.floor(value / 2 ^ bits)
      out[#out + 1] = string.char(math.floor(high))
      value = value - high * 2 ^ bits
    end
  end
  return table.concat(out)
end

M._is_utf8_slow = is_utf8_slow

return M
