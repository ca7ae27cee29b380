--- Lua's `pairs`, for LuaJIT by a function of its own: 2.1.0-beta3, which Debian 12 has, now and then
-- compiles a loop over its own so that entries get lost. Metamethods (`__pairs`) aren't asked.

if not rawget(_G, "jit") then return pairs end

local next = next

local function step(of, key)
  return next(of, key)
end

return function(of)
  return step, of
end
