--- Sessions, one for each host, which all buffers share. Nothing here waits: what comes is told to a
-- callback `done(result, error)`, on Neovim's main loop.

local adapter = require("sshrpc.adapters.uv")
local address = require("sshrpc_nvim.address")
local daemons = require("sshrpc.daemon")
local errors = require("sshrpc.errors")
local inbox = require("sshrpc.inbox")
local json = require("sshrpc.json")
local prompts = require("sshrpc_nvim.prompts")
local rpc = require("sshrpc.rpc")

local M = {}

--- Sends a request, and tells of its reply.
local function request(daemon, method, params, done)
  local slot, problem
  slot, problem = daemon:request(method, params, function()
    -- Its fields are there when the loop comes round.
    vim.schedule(function() done(slot.result, slot.error) end)
  end)
  if not slot then vim.schedule(function() done(nil, problem) end) end
  return slot
end

---@type { rpc: sshrpc.Rpc?, waiting: function[]?, error: any }?
local daemon

--- The daemon, started where there is none.
local function with_daemon(done)
  if daemon and daemon.ready and not daemon.rpc:gone() then return done(daemon.rpc) end
  if daemon and daemon.waiting then
    table.insert(daemon.waiting, done)
    return
  end
  local command, problem = daemons.find()
  if not command then return done(nil, problem) end
  local started
  started, problem = rpc.start(adapter, command)
  if not started then return done(nil, problem) end
  local self = { rpc = started, waiting = { done } }
  daemon = self
  local capabilities = { prompt = true, binaryFrames = true }
  request(started, "initialize", { processId = vim.fn.getpid(), capabilities = capabilities }, function(result, failure)
    local waiting = self.waiting
    self.waiting, self.ready = nil, result ~= nil
    for _, each in ipairs(waiting) do each(result and started, failure) end
  end)
end

---@type table<string, { handle: integer?, rpc: sshrpc.Rpc?, waiting: function[]? }>
local sessions = {}

local function login(daemon_rpc, authority, done)
  local params = address.authority(authority)
  params.config = true
  params.token = inbox.token()
  daemon_rpc.listeners[params.token] = function(message)
    if message.id == nil then return end
    vim.schedule(function()
      local answer = prompts.answer(authority, message.params)
      if answer and answer.answers then answer.answers = json.array(answer.answers) end
      daemon_rpc:respond(message.id, answer)
    end)
  end
  request(daemon_rpc, "ssh.new", params, function(result, problem)
    daemon_rpc.listeners[params.token] = nil
    done(result, problem)
  end)
end

--- The session of a host, which is logged in to where it isn't.
---@param done fun(session: { handle: integer, rpc: sshrpc.Rpc }?, problem: any)
function M.session(authority, done)
  local found = sessions[authority]
  if found and found.waiting then
    table.insert(found.waiting, done)
    return
  end
  if found and not found.rpc:gone() then return done(found) end
  local self = { waiting = { done } }
  sessions[authority] = self
  local function finish(problem)
    local waiting = self.waiting
    self.waiting = nil
    if problem then sessions[authority] = nil end
    for _, each in ipairs(waiting) do each(not problem and self or nil, problem) end
  end
  with_daemon(function(daemon_rpc, problem)
    if not daemon_rpc then return finish(problem) end
    self.rpc = daemon_rpc
    login(daemon_rpc, authority, function(result, failure)
      self.handle = result and result.session
      finish(failure)
    end)
  end)
end

--- Calls a method on a host's session. One that was lost before is logged in to anew.
---@param make fun(): table the params, made anew for each attempt
---@param done fun(result: any, problem: any)
function M.call(authority, method, make, done)
  local function attempt(is_last)
    M.session(authority, function(session, problem)
      if not session then return done(nil, problem) end
      local params = make()
      params.session = session.handle
      request(session.rpc, method, params, function(result, failure)
        local lost = failure and (failure.kind == "SessionClosed" or failure.kind == "SessionNotFound" or failure.kind == "DaemonLost")
        if lost and sessions[authority] == session then sessions[authority] = nil end
        if lost and not is_last and errors.is(failure) and failure.data.dispatched == "no" then return attempt(true) end
        done(result, failure)
      end)
    end)
  end
  attempt(false)
end

M.request = request

return M
