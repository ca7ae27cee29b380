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
-- How long a login stays with the shared daemon, where that is wanted.
local PERSIST = 3600
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
  if not number then
    local got = value == nil and "no value" or type(value)
    error(("bad argument #%d to '%s' (number expected, got %s)"):format(position, name, got), 3)
  end
  -- Not so for infinities and what is no number, either.
  if not (math.abs(number) < 2 ^ 63 and number == math.floor(number)) then
    error(("bad argument #%d to '%s' (number has no integer representation)"):format(position, name), 3)
  end
  return math.floor(number)
end

--- Whether inet_pton(3), which eco.ssh asks, refuses what getaddrinfo(3) would take for an address all
-- the same: `127` is 0.0.0.127 there. A name's last label is no number (RFC 1123 §2.1).
local function is_odd_address(host)
  local last = host:match("[^.]*$")
  if not (last:find("^%d+$") or last:find("^0[xX]%x*$")) then return false end
  local parts = { host:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") }
  for _, part in ipairs(parts) do
    if tonumber(part) > 255 or part:find("^0%d") then return true end
  end
  return #parts == 0
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

-- eco.ssh has no such checks: what it says is what comes of such an argument.
local argument_texts = {
  port = "Connection refused",
  username = "Authentication failed (username/password)",
  password = "Authentication failed (username/password)",
}

local function connect_message(problem, host)
  local kind, data = problem.kind, problem.data
  if kind == "InvalidParams" or kind == "InvalidArgument" then
    local known = data.path == "host" and "invalid ipaddr: " .. host or argument_texts[data.path]
    if known then return known .. ": " .. problem.message end
  elseif kind == "ConnectFailed" then
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

--- What eco.ssh says of a local file that it can't send, before it asks the remote side.
local function unreadable(path)
  local file, problem, errno = io.open(path, "rb")
  if file then
    -- A folder opens, but can't be read.
    local _, is_folder = file:read(0)
    file:close()
    return is_folder and path .. ": not a regular file"
  end
  local EACCES = 13
  return errno == EACCES and problem or problem:sub(#path + 3)
end

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

--- Runs a command, whose stdin is at its end.
--
-- Errors: "timeout", after which the command is signalled; "transport read…" where the connection was
-- lost, "Unable to send channel-open request" where it was before; "Unexpected error" after
-- `disconnect`; "Channel open failure: …", "Unable to complete request for channel-process-startup"
-- where the server refuses.
---@param cmd string at most 250000 bytes, no NUL
---@param timeout number? seconds for the whole call, by default 30; zero or less has passed already, `math.huge` never does
---@return string? output stdout, then stderr, 256 MiB at most
---@return integer|string exit_code the exit code, 128 + the number of the signal; or the error
---@return string? signal the signal's name without SIG
function methods:exec(cmd, timeout)
  local session = alive(self)
  cmd = text(cmd, 1, "exec")
  local seconds = tonumber(timeout or EXEC_TIMEOUT)
  if not seconds then
    error(("bad argument #2 to 'exec' (number expected, got %s)"):format(type(timeout)), 2)
  end
  if self.disconnected then return nil, "Unexpected error" end
  if seconds <= 0 or seconds ~= seconds then return nil, "timeout" end
  local result, problem = session:_exec(cmd, { timeout = seconds })
  if result then
    local code = result.exitCode or (result.exitSignal and 128 or 0)
    return result.output, code, result.exitSignal
  end
  if problem.kind == "ChannelRequestDenied" then
    return nil, "Unable to complete request for channel-process-startup"
  end
  return nil, connection_message(problem) or problem.message
end

-- In all scp_ methods: errors are "timeout" when nothing has come or gone for 30 seconds, and those of
-- the connection as for `exec`; paths are literal, and remote ones any bytes but NUL, 60000 at most.

--- Receives a file.
--
-- Errors: "Failed to recv file: …" where the remote side refuses; of the local file
-- "PATH: No such file or directory" and the like, "No space left on device".
---@param source string remote path
---@param dest string? local path; a file there is replaced when the whole has come and keeps its mode, a new one's is 0666 less the umask
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

-- As libssh2's scp has it: a folder is written into, under its own name.
local into_directory = { into_directory = true }

local function sent(done, problem, source)
  if done then return true end
  if problem.kind == "LocalFileError" and source then
    return nil, local_file_message(problem, source, unnamed_reads)
  end
  return nil, connection_message(problem) or "failed to send file: " .. problem.message
end

--- Writes a remote file. A new one's mode is 0644 less the remote umask, an existing one's is kept.
--
-- Errors: "failed to send file: …" where the remote side refuses.
---@param data string
---@param dest string remote path
---@return boolean? ok
---@return string? error
function methods:scp_send(data, dest)
  local session = alive(self)
  data = text(data, 1, "scp_send")
  dest = text(dest, 2, "scp_send")
  if self.disconnected then return nil, "Unable to send channel-open request" end
  return sent(session:write(dest, data, into_directory))
end

--- Sends a local file. A new remote one has its mode, less the remote umask.
--
-- Errors: as for `scp_send`; of the local file "No such file or directory", "PATH: not a regular file",
-- "PATH: Permission denied".
---@param source string local path
---@param dest string remote path
---@return boolean? ok
---@return string? error
function methods:scp_sendfile(source, dest)
  local session = alive(self)
  source = text(source, 1, "scp_sendfile")
  dest = text(dest, 2, "scp_sendfile")
  if self.disconnected then return nil, unreadable(source) or "Unable to send channel-open request" end
  if source == "" then return nil, "No such file or directory" end
  local done, problem = session:put(source, dest, into_directory)
  return sent(done, problem, source)
end

--- Disconnects; the server is told why. Where that fails, as with a reason out of range, the
-- connection stays. Doing it twice, or after `free`, does nothing.
---@param reason integer? 0 to 4294967295 (RFC 4253 §11.1), by default 11, "by application"
---@param description string? in UTF-8 and without NUL, by default "Normal Shutdown"
---@return boolean? ok
---@return string? error
function methods:disconnect(reason, description)
  reason = reason and integer(reason, 1, "disconnect") or nil
  description = description and text(description, 2, "disconnect") or nil
  if self.freed or self.disconnected then return true end
  local done, problem = self.session:disconnect(reason, description)
  -- A daemon that is gone has taken the connection with it.
  if not done and problem.kind ~= "DaemonLost" then return nil, problem.message end
  self.disconnected = true
  return true
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

--- Connects and logs in, by password or, with the same one, keyboard-interactive.
--
-- The host key is checked against ~/.ssh/known_hosts: a new one is recorded, a changed one refused.
-- The login is given up when nothing has come for 5 seconds, or after 30 in all. With the environment's
-- SSHRPC_SHARED=1 it is kept by the daemon that all of the user's programs share, for an hour after its
-- last user, and the next script that logs in alike has it.
--
-- Errors: "invalid ipaddr: …", "Connection refused" and the system's other texts, "timeout" (of the
-- connection), "Failed getting banner", "handshake timeout", "Unable to exchange encryption keys: …",
-- "Authentication failed (username/password)", "authentication timeout", "transport read"; and what
-- eco.ssh hasn't: of a host key that is refused, of a daemon that can't be started.
---@param ipaddr string an address (IPv6 without brackets), or a name
---@param port integer 1 to 65535
---@param username string in UTF-8
---@param password string? in UTF-8
---@return eco.ssh.session? session
---@return string? error
function M.new(ipaddr, port, username, password)
  ipaddr = text(ipaddr, 1, "new")
  port = integer(port, 2, "new")
  username = text(username, 3, "new")
  if password ~= nil then password = text(password, 4, "new") end
  if ipaddr == "" or is_odd_address(ipaddr) then return nil, "invalid ipaddr: " .. ipaddr end
  local is_shared = os.getenv("SSHRPC_SHARED") == "1"
  local rpc, problem = daemon.shared(nil, is_shared)
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
    persist = is_shared and PERSIST or nil,
  })
  if not session then return nil, connect_message(problem, ipaddr) end
  return setmetatable({ session = session }, metatable)
end

return M
