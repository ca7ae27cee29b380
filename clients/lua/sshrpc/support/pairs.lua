--- Lua's `pairs`; for LuaJIT, one that is written in Lua. LuaJIT 2.1.0-beta3 (of Debian 12) now and then compiles
-- a loop over its built-in `pairs` in such a way that entries are left out. This one ignores `__pairs`.

if not rawget(_G, "jit") then return pairs end

local next = next

local function step(of, key)
  return next(of, key)
end

return function(of)
  return step, of
end
