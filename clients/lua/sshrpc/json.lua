--- JSON (RFC 8259), as much of it as the protocol has, for Lua 5.1 and later.
--
-- Strings must be UTF-8; arbitrary bytes are not sent as JSON but as sshrpc.bytes does it.
-- The functions take an optional `breathe`, which they call every few milliseconds, so that a scheduler can let
-- other coroutines run.

local pairs = require("sshrpc.support.pairs")

local M = {}

local find, sub, gsub, byte, char, format =
  string.find, string.sub, string.gsub, string.byte, string.char, string.format
local floor = math.floor

-- Between two calls of `breathe`: PIECE bytes, or MANY values.
local PIECE = 65536
local MANY = 1024

--- Stands for null in an array, and with `keep_null` everywhere. Without that, a field that is null is left out.
M.null = setmetatable({}, { __tostring = function() return "null" end })

local Array = {}

--- Marks a table as an array, for one that may be empty: a plain empty table becomes `{}`.
function M.array(list)
  return setmetatable(list, Array)
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\127"] = "\\u007f" }
for code = 0, 31 do escapes[char(code)] = format("\\u%04x", code) end
escapes["\n"], escapes["\r"], escapes["\t"] = "\\n", "\\r", "\\t"

local function write_string(out, text, breathe)
  out[#out + 1] = '"'
  for from = 1, #text, PIECE do
    if from > 1 and breathe then breathe() end
    local piece = #text <= PIECE and text or sub(text, from, from + PIECE - 1)
    -- %c depends on the locale. What is a control character there and not in the table stays as it is.
    out[#out + 1] = find(piece, '[%c"\\]') and gsub(piece, '[%c"\\]', escapes) or piece
  end
  out[#out + 1] = '"'
end

local integer_type = math.type

local function number(value)
  if integer_type and integer_type(value) == "integer" then return format("%d", value) end
  if value ~= value or value == math.huge or value == -math.huge then
    error("JSON has no " .. tostring(value), 0)
  end
  if floor(value) == value and value > -2 ^ 53 and value < 2 ^ 53 then
    return format("%.0f", value)
  end
  return (gsub(format("%.17g", value), ",", "."))
end

local write

local function write_table(out, value, breathe)
  local count = #value
  if getmetatable(value) == Array or count > 0 then
    out[#out + 1] = "["
    for index = 1, count do
      if index > 1 then out[#out + 1] = "," end
      if breathe and index % MANY == 0 then breathe() end
      write(out, value[index], breathe)
    end
    out[#out + 1] = "]"
    return
  end
  local separator, fields = "{", 0
  for key, field in pairs(value) do
    if type(key) ~= "string" then error("a JSON object's keys are strings", 0) end
    fields = fields + 1
    if breathe and fields % MANY == 0 then breathe() end
    out[#out + 1] = separator
    write_string(out, key)
    out[#out + 1] = ":"
    write(out, field, breathe)
    separator = ","
  end
  out[#out + 1] = separator == "{" and "{}" or "}"
end

function write(out, value, breathe)
  local kind = type(value)
  if value == nil or value == M.null then out[#out + 1] = "null"
  elseif kind == "string" then write_string(out, value, breathe)
  elseif kind == "number" then out[#out + 1] = number(value)
  elseif kind == "boolean" then out[#out + 1] = tostring(value)
  elseif kind == "table" then write_table(out, value, breathe)
  else error("JSON has no " .. kind, 0) end
end

--- The JSON text of a value, as a list of strings that make it up.
-- @raise for what JSON doesn't have: functions, NaN, infinities, keys that are no strings
function M.encode_pieces(value, breathe)
  local out = {}
  write(out, value, breathe)
  return out
end

--- The JSON text of a value.
function M.encode(value, breathe)
  return table.concat(M.encode_pieces(value, breathe))
end

local unescapes = setmetatable({
  ['\\"'] = '"', ["\\\\"] = "\\", ["\\/"] = "/", ["\\b"] = "\b",
  ["\\f"] = "\f", ["\\n"] = "\n", ["\\r"] = "\r", ["\\t"] = "\t",
}, {
  __index = function(_, escape) error("no JSON: the escape " .. escape, 0) end,
})

local function utf8_char(code)
  if code < 0x80 then return char(code) end
  if code < 0x800 then return char(0xC0 + floor(code / 64), 0x80 + code % 64) end
  if code < 0x10000 then
    return char(0xE0 + floor(code / 4096), 0x80 + floor(code / 64) % 64, 0x80 + code % 64)
  end
  return char(
    0xF0 + floor(code / 262144), 0x80 + floor(code / 4096) % 64,
    0x80 + floor(code / 64) % 64, 0x80 + code % 64
  )
end

--- Reads `\uXXXX` at `at`, with the second half of a surrogate pair: the character, and the position behind it.
local function unicode_escape(text, at)
  local code = tonumber(sub(text, at + 2, at + 5), 16)
  if not code or not find(text, "^%x%x%x%x", at + 2) then error("no JSON: a bad \\u escape", 0) end
  if code < 0xD800 or code > 0xDFFF then return utf8_char(code), at + 6 end
  local low = find(text, "^\\u[dD][c-fC-F]%x%x", at + 6) and tonumber(sub(text, at + 8, at + 11), 16)
  -- One half of a pair alone is no character: it becomes U+FFFD.
  if not low or code >= 0xDC00 then return "\239\191\189", at + 6 end
  return utf8_char(0x10000 + (code - 0xD800) * 1024 + low - 0xDC00), at + 12
end

local function unescape_unicode(text, breathe)
  local out, at, breath = {}, 1, PIECE
  while true do
    local escape = find(text, "\\", at, true)
    if not escape then break end
    out[#out + 1] = sub(text, at, escape - 1)
    if byte(text, escape + 1) == 117 then
      out[#out + 1], at = unicode_escape(text, escape)
    else
      out[#out + 1] = unescapes[sub(text, escape, escape + 1)]
      at = escape + 2
    end
    if breathe and at > breath then breathe(); breath = at + PIECE end
  end
  out[#out + 1] = sub(text, at)
  return table.concat(out)
end

local function unescape(text, breathe)
  if find(text, "\\u", 1, true) then return unescape_unicode(text, breathe) end
  if #text <= PIECE then return (gsub(text, "\\.", unescapes)) end
  local out, from = {}, 1
  while from <= #text do
    local to = from + PIECE - 1
    -- A piece must not end between a backslash and the character that it escapes.
    while byte(text, to) == 92 do to = to + 1 end
    out[#out + 1] = gsub(sub(text, from, to), "\\.", unescapes)
    from = to + 1
    if breathe then breathe() end
  end
  return table.concat(out)
end

--- Reads a JSON text.
-- @return the value; nil for null
-- @raise for what is no JSON, with the place
function M.decode(text, breathe, keep_null)
  local at = 1
  local next_escape = 0
  local breath = PIECE
  local read

  local function fail(what)
    error(format("no JSON: %s at byte %d", what, at), 0)
  end

  local function breath_at(place)
    if breathe then breathe() end
    breath = place + PIECE
  end

  local function space()
    at = find(text, "[^ \t\r\n]", at) or #text + 1
  end

  local function read_string()
    local from = at + 1
    local search = from
    local quote = find(text, '"', from, true)
    while quote do
      -- Searched for anew only when the one found before has been passed: to search the rest of the text for
      -- each string would make the time grow with the square of its length.
      if next_escape and next_escape < search then next_escape = find(text, "\\", search, true) end
      if not next_escape or next_escape > quote then
        at = quote + 1
        local raw = sub(text, from, quote - 1)
        return search == from and raw or unescape(raw, breathe)
      end
      search = next_escape + 2
      if search > breath then breath_at(search) end
      if quote < search then quote = find(text, '"', search, true) end
    end
    return fail("a string that doesn't end")
  end

  local function read_object()
    local object = {}
    at = at + 1
    space()
    if byte(text, at) == 125 then at = at + 1; return object end
    while true do
      space()
      if byte(text, at) ~= 34 then fail("no key") end
      local key = read_string()
      space()
      if byte(text, at) ~= 58 then fail("no colon") end
      at = at + 1
      local value = read()
      if value ~= M.null or keep_null then object[key] = value end
      space()
      local separator = byte(text, at)
      at = at + 1
      if separator == 125 then return object end
      if separator ~= 44 then fail("no comma") end
    end
  end

  local function read_array()
    local list = {}
    at = at + 1
    space()
    if byte(text, at) == 93 then at = at + 1; return M.array(list) end
    while true do
      list[#list + 1] = read()
      space()
      local separator = byte(text, at)
      at = at + 1
      if separator == 93 then return M.array(list) end
      if separator ~= 44 then fail("no comma") end
    end
  end

  local function read_number()
    local _, to = find(text, "^-?%d+%.?%d*[eE]?[+-]?%d*", at)
    local value = to and tonumber(sub(text, at, to))
    if not value then fail("no value") end
    at = to + 1
    return value
  end

  function read()
    space()
    if at > breath then breath_at(at) end
    local first = byte(text, at)
    if first == 34 then return read_string() end
    if first == 123 then return read_object() end
    if first == 91 then return read_array() end
    if sub(text, at, at + 3) == "true" then at = at + 4; return true end
    if sub(text, at, at + 4) == "false" then at = at + 5; return false end
    if sub(text, at, at + 3) == "null" then at = at + 4; return M.null end
    return read_number()
  end

  local value = read()
  space()
  if at <= #text then fail("more than one value") end
  if value == M.null and not keep_null then return nil end
  return value
end

return M
