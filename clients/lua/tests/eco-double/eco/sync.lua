local eco = require("eco")

local M = {}

local cond = {}
cond.__index = cond

if eco.VERSION == "4.0" then
  function cond:wait(timeout)
    assert(not timeout, "not in this double")
    local co = coroutine.running()
    self.waiters[co] = false
    coroutine.yield()
    local data = self.waiters[co]
    self.waiters[co] = nil
    return data
  end

  function cond:signal(data)
    local co = next(self.waiters)
    if not co then return false end
    self.waiters[co] = data or true
    eco.resume(co)
    return true
  end
else
  -- Credits, as of an eventfd: a second signal before the waiter runs is found by the next wait.
  function cond:wait(timeout)
    assert(not timeout, "not in this double")
    if self.credits > 0 then
      self.credits = self.credits - 1
      return true
    end
    local co = coroutine.running()
    self.waiters[co] = {}
    coroutine.yield()
    self.credits = self.credits - 1
    local data = self.waiters[co].data
    self.waiters[co] = nil
    return data or true
  end

  function cond:signal(data)
    local co, info = next(self.waiters)
    if not co then return false end
    self.credits = self.credits + 1
    info.data = data
    if not info.signaled then
      info.signaled = true
      eco._soon(co)
    end
    return true
  end
end

function M.cond()
  return setmetatable({ waiters = {}, credits = 0 }, cond)
end

return M
