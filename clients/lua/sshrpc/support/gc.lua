--- Finalizers for tables, in every Lua.

local M = {}

local newproxy = rawget(_G, "newproxy")

-- An object that nothing else refers to: `collected` is called when it goes.
local function finalized(collected)
  if not newproxy then return setmetatable({}, { __gc = collected }) end
  -- Lua 5.1 and LuaJIT finalize userdata only.
  local proxy = newproxy(true)
  getmetatable(proxy).__gc = collected
  return proxy
end

--- Calls `finalize` when nothing refers to `object` any more. It must not refer to it itself.
--
-- At the end of the process nothing is called that was guarded before the last guard: the daemon's
-- input is closed then, and it frees all its sessions.
-- @param always also at the end of the process
function M.guard(object, finalize, always)
  object._guard = finalized(function()
    if always or not M.closing then finalize() end
  end)
  M._sentinel()
end

local sentinel

-- Finalizers run in the opposite order of creation when a state is closed, so the last that was
-- created knows first.
function M._sentinel()
  if sentinel then sentinel.off = true end
  local mine = {}
  sentinel = mine
  mine.proxy = finalized(function()
    if not mine.off then M.closing = true end
  end)
end

return M
