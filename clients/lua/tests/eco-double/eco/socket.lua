local eco = require("eco")
local uv = require("luv")

local M = {}

local socket = {}
socket.__index = socket

function socket:send(data)
  local co, failure = coroutine.running(), nil
  local ok, problem = self.pipe:write(data, function(what)
    failure = what
    eco.resume(co)
  end)
  if not ok then return nil, problem end
  coroutine.yield()
  if failure then return nil, failure end
  return #data
end

function socket:read(size)
  self.interrupt = not self.interrupt
  if self.interrupt then return nil, "Interrupted system call" end
  if self.got == "" and not self.problem then
    assert(not self.waiter, "another coroutine is already waiting on this file descriptor")
    self.waiter = coroutine.running()
    uv.ref(self.pipe)
    coroutine.yield()
  end
  if self.got == "" then return nil, self.problem end
  local data = self.got:sub(1, size)
  self.got = self.got:sub(size + 1)
  return data
end

function M.connect_unix(path)
  local pipe, co = uv.new_pipe(false), coroutine.running()
  local failure
  pipe:connect(path, function(problem)
    failure = problem
    eco.resume(co)
  end)
  coroutine.yield()
  if failure then return nil, failure end
  local self = setmetatable({ pipe = pipe, got = "" }, socket)
  pipe:read_start(function(problem, data)
    if data then self.got = self.got .. data else self.problem = problem or "eof" end
    local waiter = self.waiter
    self.waiter = nil
    uv.unref(pipe)
    if waiter then eco.resume(waiter) end
  end)
  uv.unref(pipe)
  return self
end

return M
