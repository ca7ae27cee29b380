--- lua-eco's `eco.ssh` over the sshrpc daemon: scripts written for that module run unmodified,
-- under the `eco` interpreter and under a plain Lua.
--
-- Messages begin as that module's do. What it does better: host keys are checked, deadlines are
-- kept, files arrive as they are, several coroutines may use one session. README.md has the list.

local daemon = require("sshrpc.daemon")
local json = require("sshrpc.json")
local sessions = require("sshrpc.session")

local M = {}

-- Seconds, as in eco.ssh, which waits so long for the server's next bytes in each step of a login: a
-- slow one may take longer in all.
local IDLE_TIMEOUT = 5
local EXEC_TIMEOUT = 30

--- A string argument; numbers are taken, as C functions of Lua take them.
local function text(value, position, name)
  if type(value) == "string" then return value end
  if type(value) == "number" then return tostring(value) end
  local got = value == nil and "no value" or type(value)
  error(("bad argument #%d to '%s' (string expected, got %s)"):format(position, name, got), 3)
end

local function integer(value, position, name)
  local number = tonumber(value)
  if number and number == math.floor(number) then return math.floor(number) end
  local got = value == nil and "no value" or type(value)
  error(("bad argument #%d to '%s' (number expected, got %s)"):format(position, name, got), 3)
end

local connect_texts = {
  ECONNREFUSED = "Connection refused",
  ECONNRESET = "Connection reset by peer",
  EHOSTUNREACH = "No route to host",
  ENETUNREACH = "Network is unreachable",
  ETIMEDOUT = "Connection timed out",
  EACCES = "Permission denied",
  EINVAL = "Invalid argument",
}

local timeout_texts = {
  connect = "timeout",
  authenticate = "authentication timeout",
}

local function connect_message(problem, host)
  local kind, data = problem.kind, problem.data
  if kind == "ConnectFailed" then
    local known = connect_texts[data.errno]
    if known then return known end
    if data.errno == "ENOTFOUND" or data.errno == "EAI_AGAIN" then
      return ("invalid ipaddr: %s: no such host"):format(host)
    end
  elseif kind == "HandshakeFailed" then
    if data.stage == "banner" then return "Failed getting banner" end
    return "Unable to exchange encryption keys: " .. problem.message
  elseif kind == "AuthenticationFailed" then
    return "Authentication failed (username/password)"
  elseif kind == "ConnectionLost" then
    return "transport read"
  elseif kind == "Timeout" then
    return timeout_texts[data.phase] or "handshake timeout"
  end
  return problem.message
end

--- What every method says of a lost or closed connection; nil for another error.
local function connection_message(problem)
  local kind = problem.kind
  if kind == "Timeout" then return "timeout" end
  if kind == "ConnectionLost" then return "transport read" end
  if kind == "DaemonLost" then return "transport read: " .. problem.message end
  if kind == "SessionClosed" or kind == "SessionNotFound" then return "Unable to send channel-open request" end
  if kind == "ChannelOpenFailed" then return "Channel open failure: " .. problem.message end
  return nil
end

-- Where eco.ssh's words come from the file that is already open, they don't name it.
local unnamed_writes = { ENOSPC = true, EDQUOT = true, EFBIG = true, EIO = true }
-- And where they come from stat(2).
local unnamed_reads = { ENOENT = true, ENOTDIR = true, ELOOP = true, ENAMETOOLONG = true }

local function local_file_message(problem, path, unnamed)
  local words = problem.message:sub(#tostring(problem.data.path) + 3)
  if unnamed[problem.data.errno] then return words end
  return path .. ": " .. words
end

---@class eco.ssh.session
local methods = {}

--- Throws where the session was freed.
local function alive(self)
  if self.freed then error("session freed", 3) end
  return self.session
end

--- Runs a command.
---@param cmd string
---@param timeout number? seconds for the whole call, by default 30; zero or less has passed already
---@return string? output stdout, then stderr
---@return integer|string exit_code the exit code, 128 + the number of the signal; or the error
---@return string? signal the signal's name without SIG
function methods:exec(cmd, timeout)
  local session = alive(self)
  cmd = text(cmd, 1, "exec")
  local seconds = timeout == nil and EXEC_TIMEOUT or tonumber(timeout)
  if not seconds then
    error(("bad argument #2 to 'exec' (number expected, got %s)"):format(type(timeout)), 2)
  end
  if self.disconnected then return nil, "Unexpected error" end
  if seconds == math.huge then seconds = nil end
  local result, problem = session:_exec(cmd, { timeout = seconds })
  if result then
    local code = result.exitCode or (result.exitSignal and 128 or 0)
    return session:_bytes(result.output, result.encoding), code, result.exitSignal
  end
  if problem.kind == "ChannelRequestDenied" then
    return nil, "Unable to complete request for channel-process-startup"
  end
  return nil, connection_message(problem) or problem.message
end

--- Receives a file.
---@param source string remote path
---@param dest string? local path
---@return string|integer|nil content without `dest`, else the number of bytes
---@return string? error
function methods:scp_recv(source, dest)
  local session = alive(self)
  source = text(source, 1, "scp_recv")
  if dest then dest = text(dest, 2, "scp_recv") end
  if self.disconnected then return nil, "Unable to send channel-open request" end
  if dest == "" then return nil, ": No such file or directory" end
  local result, problem
  if dest then result, problem = session:get(source, dest) else result, problem = session:read(source) end
  if result then return result end
  if problem.kind == "LocalFileError" then
    return nil, local_file_message(problem, dest or "", unnamed_writes)
  end
  return nil, connection_message(problem) or "Failed to recv file: " .. problem.message
end

local function sent(done, problem, source)
  if done then return true end
  if problem.kind == "LocalFileError" and source then
    return nil, local_file_message(problem, source, unnamed_reads)
  end
  return nil, connection_message(problem) or "failed to send file: " .. problem.message
end

--- Writes a remote file.
---@param data string
---@param dest string remote path
---@return boolean? ok
---@return string? error
function methods:scp_send(data, dest)
  local session = alive(self)
  data = text(data, 1, "scp_send")
  dest = text(dest, 2, "scp_send")
  if self.disconnected then return nil, "Unable to send channel-open request" end
  return sent(session:write(dest, data))
end

--- Sends a local file.
---@param source string local path
---@param dest string remote path
---@return boolean? ok
---@return string? error
function methods:scp_sendfile(source, dest)
  local session = alive(self)
  source = text(source, 1, "scp_sendfile")
  dest = text(dest, 2, "scp_sendfile")
  if self.disconnected then return nil, "Unable to send channel-open request" end
  if source == "" then return nil, "No such file or directory" end
  local done, problem = session:put(source, dest)
  return sent(done, problem, source)
end

--- Disconnects; the server is told why.
---@param reason integer? of RFC 4253 §11.1, by default 11, "by application"
---@param description string? by default "Normal Shutdown"
---@return boolean? ok
---@return string? error
function methods:disconnect(reason, description)
  if reason ~= nil then reason = integer(reason, 1, "disconnect") end
  if description ~= nil then description = text(description, 2, "disconnect") end
  local was_disconnected = self.disconnected
  self.disconnected = true
  if self.freed or was_disconnected then return true end
  local done, problem = self.session:disconnect(reason, description)
  -- A daemon that is gone has taken the connection with it.
  if done or problem.kind == "DaemonLost" then return true end
  return nil, problem.message
end

--- Disconnects and forgets the session. Doing it twice does nothing.
function methods:free()
  if self.freed then return end
  self.freed, self.disconnected = true, true
  self.session:free()
end

local metatable = {
  __index = methods,
  __close = methods.free,
  -- May not wait, so it leaves the work to the session's own finalizer; that one works in a Lua
  -- whose tables have none, too.
  __gc = function(self) self.freed, self.disconnected = true, true end,
}

--- Connects and logs in.
---@param ipaddr string an address, or a name
---@param port integer
---@param username string
---@param password string?
---@return eco.ssh.session? session
---@return string? error
function M.new(ipaddr, port, username, password)
  ipaddr = text(ipaddr, 1, "new")
  port = integer(port, 2, "new")
  username = text(username, 3, "new")
  if password ~= nil then password = text(password, 4, "new") end
  if ipaddr == "" then return nil, "invalid ipaddr: " end
  local rpc, problem = daemon.shared()
  if not rpc then return nil, problem.message end
  local session
  session, problem = sessions.open(rpc, {
    host = ipaddr,
    port = port,
    username = username,
    password = password,
    -- eco.ssh knows passwords only: a script that gives none doesn't mean its user's keys.
    agent = false,
    identityFiles = json.array({}),
    idleTimeout = IDLE_TIMEOUT,
  })
  if not session then return nil, connect_message(problem, ipaddr) end
  return setmetatable({ session = session }, metatable)
end

return M
