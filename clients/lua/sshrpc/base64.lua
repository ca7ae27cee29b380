--- Base64 (RFC 4648 §4, padded) for Lua 5.1 and later.

local M = {}

local byte, char, sub, concat, floor = string.byte, string.char, string.sub, table.concat, math.floor
local unpack = table.unpack or rawget(_G, "unpack")

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

-- Two characters at a time, of 12 bits; and one character's 6 bits.
local pairs_of = {}
local bits_of = {}
for code = 0, 255 do bits_of[code] = false end
for high = 0, 63 do
  bits_of[byte(alphabet, high + 1)] = high
  for low = 0, 63 do
    pairs_of[high * 64 + low] = sub(alphabet, high + 1, high + 1) .. sub(alphabet, low + 1, low + 1)
  end
end

-- A call's worth of work between two breaths: about 10 ms in plain Lua.
local PIECE = 3 * 65536

local function encode_piece(data, from, to)
  local out, count = {}, 0
  for at = from, to - 2, 3 do
    local a, b, c = byte(data, at, at + 2)
    local low = b % 16
    out[count + 1] = pairs_of[a * 16 + (b - low) / 16]
    out[count + 2] = pairs_of[low * 256 + c]
    count = count + 2
  end
  local rest = (to - from + 1) % 3
  if rest == 1 then
    out[count + 1] = pairs_of[byte(data, to) * 16] .. "=="
  elseif rest == 2 then
    local a, b = byte(data, to - 1, to)
    out[count + 1] = pairs_of[a * 16 + floor(b / 16)]
    out[count + 2] = sub(pairs_of[b % 16 * 256], 1, 1) .. "="
  end
  return concat(out)
end

-- So many bytes become one string: few of them, and below what a function takes of arguments.
local GROUP = 192

local function decode_piece(text, from, to)
  local out, count, group, filled = {}, 0, {}, 0
  for at = from, to - 3, 4 do
    local a, b, c, d = byte(text, at, at + 3)
    a, b, c, d = bits_of[a], bits_of[b], bits_of[c], bits_of[d]
    if not (a and b and c and d) then return nil, "not base64" end
    local high, middle = floor(b / 16), floor(c / 4)
    group[filled + 1] = a * 4 + high
    group[filled + 2] = (b - high * 16) * 16 + middle
    group[filled + 3] = (c - middle * 4) * 64 + d
    filled = filled + 3
    if filled == GROUP then
      count = count + 1
      out[count] = char(unpack(group, 1, GROUP))
      filled = 0
    end
  end
  out[count + 1] = char(unpack(group, 1, filled))
  return concat(out)
end

if (math.type or type)(1) == "integer" then
  -- The same with integers, where the language has them.
  local source = [[
    local byte, char, sub, concat, pairs_of, bits_of = ...
    local function encode(data, from, to)
      local out, count = {}, 0
      local whole = to - (to - from + 1) % 6
      for at = from, whole, 6 do
        local a, b, c, d, e, f = byte(data, at, at + 5)
        out[count + 1] = pairs_of[a << 4 | b >> 4]
        out[count + 2] = pairs_of[(b & 15) << 8 | c]
        out[count + 3] = pairs_of[d << 4 | e >> 4]
        out[count + 4] = pairs_of[(e & 15) << 8 | f]
        count = count + 4
      end
      return concat(out), whole + 1
    end
    local function decode(text, from, to)
      local out, count = {}, 0
      for at = from, to - 31, 32 do
        local a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p = byte(text, at, at + 15)
        local q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F = byte(text, at + 16, at + 31)
        local bits = bits_of
        a, b, c, d, e, f, g, h = bits[a], bits[b], bits[c], bits[d], bits[e], bits[f], bits[g], bits[h]
        i, j, k, l, m, n, o, p = bits[i], bits[j], bits[k], bits[l], bits[m], bits[n], bits[o], bits[p]
        q, r, s, t, u, v, w, x = bits[q], bits[r], bits[s], bits[t], bits[u], bits[v], bits[w], bits[x]
        y, z, A, B, C, D, E, F = bits[y], bits[z], bits[A], bits[B], bits[C], bits[D], bits[E], bits[F]
        if not (a and b and c and d and e and f and g and h and i and j and k and l and m and n and o and p
          and q and r and s and t and u and v and w and x and y and z and A and B and C and D and E and F) then
          return nil, "not base64"
        end
        count = count + 1
        out[count] = char(
          a << 2 | b >> 4, (b & 15) << 4 | c >> 2, (c & 3) << 6 | d,
          e << 2 | f >> 4, (f & 15) << 4 | g >> 2, (g & 3) << 6 | h,
          i << 2 | j >> 4, (j & 15) << 4 | k >> 2, (k & 3) << 6 | l,
          m << 2 | n >> 4, (n & 15) << 4 | o >> 2, (o & 3) << 6 | p,
          q << 2 | r >> 4, (r & 15) << 4 | s >> 2, (s & 3) << 6 | t,
          u << 2 | v >> 4, (v & 15) << 4 | w >> 2, (w & 3) << 6 | x,
          y << 2 | z >> 4, (z & 15) << 4 | A >> 2, (A & 3) << 6 | B,
          C << 2 | D >> 4, (D & 15) << 4 | E >> 2, (E & 3) << 6 | F)
      end
      return concat(out), to - (to - from + 1) % 32 + 1
    end
    return encode, decode
  ]]
  local encode_more, decode_more = load(source)(byte, char, sub, concat, pairs_of, bits_of)
  local encode_rest, decode_rest = encode_piece, decode_piece
  function encode_piece(data, from, to)
    local head, at = encode_more(data, from, to)
    return head .. encode_rest(data, at, to)
  end
  function decode_piece(text, from, to)
    local head, at = decode_more(text, from, to)
    if not head then return nil, at end
    local tail, problem = decode_rest(text, at, to)
    return tail and head .. tail, problem
  end
end

--- @param breathe called now and then, if given, so that a scheduler can let others run
function M.encode(data, breathe)
  local out = {}
  for from = 1, #data, PIECE do
    out[#out + 1] = encode_piece(data, from, math.min(from + PIECE - 1, #data))
    if breathe and from > 1 then breathe() end
  end
  return concat(out)
end

--- @return the bytes, or nil and what is wrong
function M.decode(text, breathe)
  if #text == 0 then return "" end
  if #text % 4 ~= 0 then return nil, "not base64" end
  local padding = sub(text, -2) == "==" and 2 or sub(text, -1) == "=" and 1 or 0
  local whole = padding > 0 and #text - 4 or #text
  local out = {}
  for from = 1, whole, PIECE / 3 * 4 do
    local to = math.min(from + PIECE / 3 * 4 - 1, whole)
    local piece, problem = decode_piece(text, from, to)
    if not piece then return nil, problem end
    out[#out + 1] = piece
    if breathe and from > 1 then breathe() end
  end
  if padding > 0 then
    local last = sub(text, -4, -padding - 1) .. sub("AA", 1, padding)
    local piece, problem = decode_piece(last, 1, 4)
    if not piece then return nil, problem end
    out[#out + 1] = sub(piece, 1, 3 - padding)
  end
  return concat(out)
end

return M
