--- Finalizers for tables, in every Lua.

local M = {}

local newproxy = rawget(_G, "newproxy")

--- Calls `finalize` when nothing refers to `object` any more. It must not refer to it itself.
--
-- At the end of the process nothing is called that was guarded before the last guard: the daemon's
-- input is closed then, and it frees all its sessions.
-- @param always also at the end of the process
function M.guard(object, finalize, always)
  local function collected()
    if always or not M.closing then finalize() end
  end
  if newproxy then
    -- Lua 5.1 and LuaJIT finalize userdata only.
    local proxy = newproxy(true)
    getmetatable(proxy).__gc = collected
    object._guard = proxy
  else
    object._guard = setmetatable({}, { __gc = collected })
  end
  M._sentinel()
end

local sentinel

-- Finalizers run in the opposite order of creation when a state is closed, so the last that was
-- created knows first.
function M._sentinel()
  if sentinel then sentinel.off = true end
  local mine = {}
  sentinel = mine
  local function closing()
    if not mine.off then M.closing = true end
  end
  if newproxy then
    local proxy = newproxy(true)
    getmetatable(proxy).__gc = closing
    mine.proxy = proxy
  else
    mine.proxy = setmetatable({}, { __gc = closing })
  end
end

return M
