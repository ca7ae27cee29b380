--- Tells scripts what becomes of a session's connection: `connect{on_state = …}`.

local errors = require("sshrpc.errors")
local names = require("sshrpc.names")
local pairs = require("sshrpc.support.pairs")

local M = {}

local states = { ["session/lost"] = "lost", ["session/restored"] = "open", ["session/closed"] = "closed" }

-- Keeps a notification about a session that `connect` hasn't made yet: another coroutine may read it before the
-- one that waits for `ssh.new` goes on.
local function keep(rpc, handle, message)
  local early = rpc.early[handle] or {}
  rpc.early[handle] = early
  early[#early + 1] = message
end

--- Receives the daemon's notifications about sessions from now on. To be called before there are sessions.
function M.attach(rpc)
  if rpc.sessions then return end
  rpc.sessions, rpc.early = {}, {}
  rpc.on_notification = function(message) return M.take(rpc, message) end
  rpc.on_fail = function(why) M.lose_all(rpc, why) end
end

--- Handles a notification about a session; returns false for any other one.
function M.take(rpc, message)
  local state = states[message.method]
  if not state then return false end
  local handle = message.params.session
  local session = rpc.sessions[handle]
  if session then M.apply(rpc, session, state, message.params) else keep(rpc, handle, message) end
  return true
end

--- Begins to tell a session's states, beginning with those that came early.
---@param session { freed: boolean, info: table, on_state: function? } must not refer to the session itself, which could never
--  be collected then
function M.watch(rpc, handle, session)
  rpc.sessions[handle] = session
  local early = rpc.early[handle] or {}
  rpc.early[handle] = nil
  for _, message in ipairs(early) do M.take(rpc, message) end
end

--- Ends the telling.
function M.forget(rpc, handle)
  rpc.sessions[handle] = nil
end

function M.apply(rpc, session, state, params)
  if state == "open" then
    for name in pairs(session.info) do session.info[name] = nil end
    for name, value in pairs(names.from_wire(params)) do session.info[name] = value end
  elseif state == "closed" then
    M.forget(rpc, params.session)
  end
  local reason = params.reason
  M.tell(rpc, session, state, reason and errors.new(reason.kind, reason.message, {}))
end

-- By `later`, as the code that reads messages may not wait, and the callback may make calls.
function M.tell(rpc, session, state, why)
  local on_state = session.on_state
  if not on_state or session.freed then return end
  rpc.transport:later(function()
    local ok, problem = pcall(on_state, state, why)
    if not ok then io.stderr:write("sshrpc: on_state: ", tostring(problem), "\n") end
  end)
end

--- Tells that all sessions are closed, as the daemon was lost.
function M.lose_all(rpc, why)
  local sessions = rpc.sessions
  rpc.sessions, rpc.early = {}, {}
  for _, session in pairs(sessions) do M.tell(rpc, session, "closed", why) end
end

return M
