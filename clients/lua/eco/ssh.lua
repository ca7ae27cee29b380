--- lua-eco's `eco.ssh` over the sshrpc daemon: scripts written for that module run unmodified,
-- under the `eco` interpreter and under a plain Lua.
--
-- Error messages begin with the same words as that module's. What this one does better: host keys are
-- checked, deadlines are kept, files arrive unchanged, several coroutines may use one session. README.md
-- has the list.

local daemon = require("sshrpc.daemon")
local json = require("sshrpc.json")
local sessions = require("sshrpc.session")

local M = {}

-- Seconds without a byte from the server after which a login is given up. eco.ssh has the same limit for
-- each step of a login, so that a slow login as a whole may take longer.
local IDLE_TIMEOUT = 5
-- Seconds for which the shared daemon (SSHRPC_SHARED=1) keeps a login after its last user.
local PERSIST = 3600
local EXEC_TIMEOUT = 30

--- Checks a string argument. A number is taken as its text, as Lua's own C functions do.
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
  -- Written so that it fails for NaN, too, which compares as false with everything.
  if not (math.abs(number) < 2 ^ 63 and number == math.floor(number)) then
    error(("bad argument #%d to '%s' (number has no integer representation)"):format(position, name), 3)
  end
  return math.floor(number)
end

--- Whether it is an address to getaddrinfo(3), but not to inet_pton(3), by which eco.ssh checks it. Such a
-- one is `127`, which getaddrinfo takes for 0.0.0.127. It can't be a host's name: the last label of a name is
-- never a number (RFC 1123 §2.1).
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

-- eco.ssh doesn't check these arguments. It fails later, with these messages.
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

--- The message that every method gives for a time-out and for a lost or closed connection; nil for any
-- other error.
local function connection_message(problem)
  local kind = problem.kind
  if kind == "Timeout" then return "timeout" end
  if kind == "ConnectionLost" then return "transport read" end
  if kind == "DaemonLost" then return "transport read: " .. problem.message end
  if kind == "SessionClosed" or kind == "SessionNotFound" then return "Unable to send channel-open request" end
  if kind == "ChannelOpenFailed" then return "Channel open failure: " .. problem.message end
  return nil
end

-- Errors of a file that is open already: eco.ssh's message for these doesn't name the file.
local unnamed_writes = { ENOSPC = true, EDQUOT = true, EFBIG = true, EIO = true }
-- Errors of stat(2): here, too, eco.ssh's message doesn't name the file.
local unnamed_reads = { ENOENT = true, ENOTDIR = true, ELOOP = true, ENAMETOOLONG = true }

--- The message for a local file that can't be sent, nil for one that can. eco.ssh finds that out before it
-- asks the remote side.
local function unreadable(path)
  local file, problem, errno = io.open(path, "rb")
  if file then
    -- io.open opens a folder, too; only reading it fails.
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

-- For all scp_ methods: the error is "timeout" when no byte has moved for 30 seconds; errors of the
-- connection are those of `exec`. Paths are taken literally; remote ones may be any bytes but NUL, at most
-- 60000 of them.

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

-- As with libssh2: where the remote path is a folder, the file is written into it, under the folder's name.
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

--- Disconnects and tells the server why. Where an argument is refused, as a reason that is out of range, the
-- connection stays. A second call, or one after `free`, does nothing.
---@param reason integer? 0 to 4294967295 (RFC 4253 §11.1), by default 11, "by application"
---@param description string? in UTF-8 and without NUL, by default "Normal Shutdown"
---@return boolean? ok
---@return string? error
function methods:disconnect(reason, description)
  reason = reason and integer(reason, 1, "disconnect") or nil
  description = description and text(description, 2, "disconnect") or nil
  if self.freed or self.disconnected then return true end
  local done, problem = self.session:disconnect(reason, description)
  -- The connection ended with the daemon: nothing is left to be done.
  if not done and problem.kind ~= "DaemonLost" then return nil, problem.message end
  self.disconnected = true
  return true
end

--- Disconnects and forgets the session. A second call does nothing.
function methods:free()
  if self.freed then return end
  self.freed, self.disconnected = true, true
  self.session:free()
end

local metatable = {
  __index = methods,
  __close = methods.free,
  -- A finalizer may not wait. So it only notes the end, and the finalizer of the inner session frees it;
  -- that one is called in Lua 5.1, too, which has no `__gc` for tables.
  __gc = function(self) self.freed, self.disconnected = true, true end,
}

--- Connects and logs in, by password or, with the same one, keyboard-interactive.
--
-- The host key is checked against ~/.ssh/known_hosts: a new one is recorded, a changed one refused.
-- The login is given up when the server has been silent for 5 seconds, or after 30 in all. With
-- SSHRPC_SHARED=1 in the environment, the daemon that all of the user's programs share keeps it for an hour
-- after its last user, and the next script that logs in with the same arguments is given it.
--
-- Errors: "invalid ipaddr: …", "Connection refused" and the system's other texts, "timeout" (of the
-- connection), "Failed getting banner", "handshake timeout", "Unable to exchange encryption keys: …",
-- "Authentication failed (username/password)", "authentication timeout", "transport read"; and two that
-- eco.ssh doesn't have: that the host key was refused, and that the daemon can't be started.
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
    -- eco.ssh knows passwords only: a script that gives none doesn't expect a login by the user's keys.
    agent = false,
    identityFiles = json.array({}),
    idleTimeout = IDLE_TIMEOUT,
    persist = is_shared and PERSIST or nil,
  })
  if not session then return nil, connect_message(problem, ipaddr) end
  return setmetatable({ session = session }, metatable)
end

return M
