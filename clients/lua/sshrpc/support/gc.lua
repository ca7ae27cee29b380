--- Finalizers for tables, in every Lua.

local M = {}

local newproxy = rawget(_G, "newproxy")

-- An object for whose finalization `collected` is called.
local function finalized(collected)
  if not newproxy then return setmetatable({}, { __gc = collected }) end
  -- Lua 5.1 and LuaJIT finalize userdata only.
  local proxy = newproxy(true)
  getmetatable(proxy).__gc = collected
  return proxy
end

--- Calls `finalize` when nothing refers to `object` any more. `finalize` itself must not refer to it, or it would
-- never be called.
--
-- At the end of the process `finalize` isn't called, unless `always` is set: the daemon's input is closed then, upon
-- which the daemon frees all by itself.
-- @param always true to have it called at the end of the process, too
function M.guard(object, finalize, always)
  object._guard = finalized(function()
    if always or not M.closing then finalize() end
  end)
  M._sentinel()
end

local sentinel

-- When a Lua state is closed, finalizers run in the opposite order of creation. So the one that was created last
-- runs first, and lets the others know.
function M._sentinel()
  if sentinel then sentinel.off = true end
  local mine = {}
  sentinel = mine
  mine.proxy = finalized(function()
    if not mine.off then M.closing = true end
  end)
end

return M
