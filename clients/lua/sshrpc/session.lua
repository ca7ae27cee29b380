--- A session: one SSH connection.
--
-- Every method gives nil and an sshrpc.Error on failure. Times are in seconds, sizes in bytes.

local bytes = require("sshrpc.bytes")
local collect = require("sshrpc.collect")
local command = require("sshrpc.command")
local errors = require("sshrpc.errors")
local files = require("sshrpc.files")
local forwards = require("sshrpc.forwards")
local gc = require("sshrpc.support.gc")
local inbox = require("sshrpc.inbox")
local names = require("sshrpc.names")
local pairs = require("sshrpc.support.pairs")
local process = require("sshrpc.support.process")
local programs = require("sshrpc.programs")
local prompts = require("sshrpc.prompts")
local states = require("sshrpc.states")
local spool = require("sshrpc.spool")

local M = {}

---@class sshrpc.SessionInfo
---@field host string the server's name or address; where the option `host` was an alias, what that stands for
---@field port integer
---@field username string the account that is logged in to
---@field server_ident string the server's identification string (RFC 4253 §4.2), as `SSH-2.0-OpenSSH_9.2p1`
---@field host_key { type: string, fingerprint: string, status: string, certificate: table?, reason: string? } as in
--  the protocol's `ssh.new`; of a certificate `key_id`, `serial`, `principals`, `valid_after`, `valid_before`, `ca`
---@field auth_method string the method (RFC 4252) that succeeded; where the server wanted several, all: "publickey,password"
---@field kex string the key exchange method (RFC 4253 §7.1), as `mlkem768x25519-sha256`
---@field cipher string the cipher for what is sent, as `aes128-gcm@openssh.com`
---@field mac string the MAC for what is sent; `<implicit>` where the cipher authenticates, too
---@field post_quantum boolean whether the key exchange is safe from quantum computers
---@field warnings string[]? what `warn_weak_crypto` warns of, if anything
---@field ignored string[]? with `config`: its settings that have no effect here

---@class sshrpc.Session
---@field info sshrpc.SessionInfo
---@field files sshrpc.Files
---@field handle integer its number in the daemon: for the option `via` of another session, and for `daemon:call`
local Session = {}
Session.__index = Session
Session.__close = function(self) self:free() end

--- Sets a param that goes to the remote side as bytes, be it text or not: a command, a remote path, input.
local function set_bytes(params, name, value)
  bytes.put(params, name, value, name .. "Encoding")
  return params
end

--- Ends the session's callbacks: no more questions, no more states.
local function forget(rpc, handle, state)
  if state.token then rpc.listeners[state.token] = nil end
  states.forget(rpc, handle)
end

--- Connects, checks the host key against ~/.ssh/known_hosts, logs in.
---@param rpc sshrpc.Rpc
---@param params sshrpc.SshNewParams
---@param on_prompt (fun(prompt: sshrpc.Prompt): sshrpc.Answer)?
---@param on_state (fun(state: "lost"|"open"|"closed", why: sshrpc.Error?))?
---@return sshrpc.Session?
---@return sshrpc.Error?
function M.open(rpc, params, on_prompt, on_state)
  states.attach(rpc)
  local info, problem
  if on_prompt then
    info, problem = prompts.login(rpc, params, on_prompt)
  else
    -- Said for this login alone: the daemon may ask other sessions of this process, which have an on_prompt.
    params.prompt = false
    info, problem = rpc:call("ssh.new", params)
  end
  if not info then return nil, problem end
  local state, handle = { freed = false, info = names.from_wire(info), on_state = on_state }, info.session
  local self = setmetatable({ rpc = rpc, handle = handle, info = state.info, state = state }, Session)
  self.files = files.new(self)
  if on_prompt and params.reconnect then
    state.token = params.token
    prompts.listen(rpc, state.token, on_prompt)
  end
  states.watch(rpc, handle, state)
  gc.guard(self, function()
    if state.freed then return end
    forget(rpc, handle, state)
    rpc:notify_later("session.free", { session = handle })
  end)
  return self
end

--- Puts the session into the params.
---@return true?
---@return sshrpc.Error?
function Session:_take(params)
  if self.state.freed then return nil, errors.new("SessionNotFound", "the session was freed", { dispatched = "no" }) end
  params.session = self.handle
  return true
end

function Session:_call(method, params)
  local ok, problem = self:_take(params)
  if not ok then return nil, problem end
  return self.rpc:call(method, params)
end

local not_params = { on_progress = true, on_output = true }

local function exec_params(text, options)
  return set_bytes(names.to_wire(options, not_params), "command", text)
end

--- Calls the protocol's `session.exec`.
function Session:_exec(text, options)
  return self:_call("session.exec", exec_params(text, options))
end

---@class sshrpc.CommandOptions
---@field timeout number? seconds for the whole call, by default none (`math.huge`); zero or less is a time-out at once
---@field env table<string, string>? environment variables; one that the server refuses is the error `ChannelRequestDenied`
---@field env_mode "send"|"export"|nil how the variables are set. "send", the default: by a request that the server may refuse;
--  "export": in the command line, which works with every server
---@field pty sshrpc.Pty? runs the command on a terminal; all its output comes as stdout then
---@field sudo boolean|string|nil `true` runs the command as root by sudo(8), a name as that user; its shell is sh. sudo may
--  remove variables of `env`, unless `env_mode` is "export"
---@field sudo_password string? the answer where sudo asks for a password; it is in no command line and no output. Without it,
--  a sudo that asks is the error `SudoFailed`: `on_prompt` is for the login only
---@field forward_agent boolean? lends the server the agent of the login while the command runs, as `ssh -A` does. Whoever is
--  root there can log in elsewhere with its keys meanwhile

---@class sshrpc.ExecOptions: sshrpc.CommandOptions
---@field stdin string? all of the command's input, by default none
---@field max_output integer? the most bytes of stdout and stderr together, 0 to 268435456 (256 MiB), which is the default;
--  more is the error `OutputTooLarge`
---@field on_output (fun(data: string, stream: "stdout"|"stderr"))? called with each piece of the output as it comes; the
--  result has the output, too. An error that it throws cancels the command, and is thrown on

---@class sshrpc.StartOptions: sshrpc.CommandOptions
---@field stdin string|true|nil as for `exec`; `true` leaves the input open for `command:write`

---@class sshrpc.Pty
---@field term string? the terminal's type, which is the variable TERM; by default "xterm"
---@field columns integer? at least 1, by default 80
---@field rows integer? at least 1, by default 24

--- Runs a command and waits for its end. A non-zero exit is a result, not an error.
--
-- When the time is over the command is sent TERM, and KILL two seconds later.
--
-- Errors: `Timeout`; `OutputTooLarge`; `SudoFailed`, whose `data.reason` is "wrongPassword", "passwordNeeded",
-- "noTerminal" (it wants a `pty`), "notAllowed" (by sudoers), "unknownUser", "notFound" (there is no sudo) or "other";
-- `ChannelRequestDenied` where the server refuses the command, a variable of `env`, the `pty`, or the agent;
-- `ChannelOpenFailed`; `ConnectionLost`, meanwhile; `SessionClosed`, lost or disconnected before; `SessionNotFound`,
-- freed; `InvalidParams`, an option that is unknown or out of range; `InvalidArgument`, a text in `env` or `pty` that
-- isn't UTF-8; `DaemonLost`.
---@param text string the command, for the account's shell: any bytes, at most 250000
---@param options sshrpc.ExecOptions?
---@return { stdout: string, stderr: string, exit_code: integer?, signal: string? }? result
---@return sshrpc.Error? problem `data.stdout` and `data.stderr` of it have what had arrived before, as of a `Timeout`
function Session:exec(text, options)
  if options and options.on_output then return self:_exec_telling(text, options) end
  local params = exec_params(text, options)
  params.streams = "separate"
  if params.stdin then set_bytes(params, "stdin", params.stdin) end
  local result, problem = self:_call("session.exec", params)
  if not result then return nil, problem end
  return { stdout = result.stdout, stderr = result.stderr, exit_code = result.exitCode, signal = result.exitSignal }
end

function Session:_exec_telling(text, options)
  self.rpc:before_wait()
  local started, problem = self:start(text, options)
  if not started then return nil, problem end
  local result, thrown
  result, problem, thrown = collect.run(started, options.on_output, options.max_output)
  if thrown then error(problem, 0) end
  return result, problem
end

--- Starts a command whose output is read as it comes, by `read`, `read_line`, `output` or `lines`. Output that
-- isn't read is not sent on by the server, so that the option `max_output` isn't needed, and does nothing here.
--
-- Errors: `SessionNotFound`, the session was freed; `InvalidArgument`, a text in `env` or `pty` that isn't UTF-8;
-- `DaemonLost`. All others come from `command:wait`.
---@param text string the command, for the account's shell: any bytes, at most 250000
---@param options sshrpc.StartOptions?
---@return sshrpc.Command?
---@return sshrpc.Error?
function Session:start(text, options)
  local params = exec_params(text, options)
  local ok, problem = self:_take(params)
  if not ok then return nil, problem end
  if params.stdin == true then params.stdin, params.openStdin = nil, true end
  if params.stdin then set_bytes(params, "stdin", params.stdin) end
  return command.start(self.rpc, params)
end

---@class sshrpc.TransferOptions
---@field timeout number? seconds for the whole transfer, by default none; zero or less is a time-out at once
---@field idle_timeout number? seconds, above zero, without a byte after which it is given up; by default 30
---@field on_progress fun(bytes: integer, total: integer)? called at most ten times a second. An error that it throws cancels the
--  transfer, and is thrown on

---@class sshrpc.ReceiveOptions: sshrpc.TransferOptions
---@field max_output integer? the most bytes that the file may have, 0 to 268435456 (256 MiB); a larger one is the error
--  `OutputTooLarge`. By default any size

---@class sshrpc.SendOptions: sshrpc.TransferOptions
---@field mode integer? the permission bits of a new remote file, 0 to 511 (0777)
---@field into_directory boolean? where the remote path is a folder, the file is written into it, under the folder's name:
--  "/tmp" makes "/tmp/tmp". By default a folder is refused


--- Adds the options that all transfers have in common to the params.
local function transfer_params(params, options)
  for name, value in pairs(names.to_wire(options, not_params)) do params[name] = value end
  return params
end

--- Calls a method that transfers a file, and calls `on_progress` meanwhile.
---@return any? result
---@return any? problem an sshrpc.Error, or what `on_progress` threw
---@return boolean? thrown true for what `on_progress` threw, which `give` throws again
function Session:_transfer(method, params, options)
  local on_progress = options and options.on_progress
  if not on_progress then return self:_call(method, params) end
  local ok, problem = self:_take(params)
  if not ok then return nil, problem end
  params.workDoneToken = inbox.token()
  self.rpc:before_wait()
  local call
  call, problem = inbox.send(self.rpc, method, params, params.workDoneToken)
  if not call then return nil, problem end
  return call:finish(function(message)
    local value = message.params.value
    on_progress(value.bytes or 0, value.total or 0, value.files, value.totalFiles)
  end)
end

local function give(result, problem, thrown)
  if thrown then error(problem, 0) end
  return result, problem
end

--- Calls `fs.get` or `fs.put`.
function Session:_copy(method, params, options)
  local result, problem, thrown = self:_transfer(method, transfer_params(params, options), options)
  if not result then return give(nil, problem, thrown) end
  return names.from_wire(result)
end

--- Reads a remote file, by SCP.
--
-- Errors: `ScpRemoteError`, what the remote scp reports, as a file that isn't there; `ScpProtocolError`;
-- `OutputTooLarge`, it is larger than `max_output` (or than 256 MiB, where no temporary file can be made);
-- `LocalFileError`, of the temporary file; `Timeout`, of either kind; `ChannelOpenFailed`;
-- `ChannelRequestDenied`; `ConnectionLost`, meanwhile; `SessionClosed`, lost or disconnected before;
-- `SessionNotFound`, freed; `InvalidParams`, an option that is unknown or out of range; `DaemonLost`.
---@param path string taken literally, byte for byte: no glob, no `~`; at most 60000 bytes
---@param options sshrpc.ReceiveOptions?
---@return string?
---@return sshrpc.Error?
function Session:read(path, options)
  local params = set_bytes(transfer_params({}, options), "source", path)
  local limited = params.maxOutput ~= nil
  if not limited then params.maxOutput = spool.THRESHOLD end
  local result, problem, thrown = self:_transfer("session.scpRecv", params, options)
  if result then return result.data end
  if limited or thrown or problem.kind ~= "OutputTooLarge" then return give(nil, problem, thrown) end
  -- The file is larger than a message can be: it comes by a temporary file.
  local place = spool.write("")
  if not place then return nil, problem end
  params.maxOutput, params.dest = nil, place
  result, problem, thrown = self:_transfer("session.scpRecv", params, options)
  local data = spool.take(place, self.rpc.transport.breathe)
  if not result then return give(nil, problem, thrown) end
  if data then return data end
  return nil, errors.new("LocalFileError", "the temporary file can't be read", { dispatched = "yes" })
end

--- Writes a remote file, by SCP.
--
-- Errors: `ScpRemoteError`, what the remote scp reports, as a folder that isn't there; `ScpProtocolError`;
-- `Timeout`, of either kind; `ChannelOpenFailed`; `ChannelRequestDenied`; `ConnectionLost`, meanwhile;
-- `SessionClosed`, lost or disconnected before; `SessionNotFound`, freed; `InvalidParams`, an option that is
-- unknown or out of range; `InvalidArgument`, above 256 MiB where no temporary file can be made; `DaemonLost`.
---@param path string as for `read`; the file's own name, since a folder is refused (but see `into_directory`)
---@param data string any bytes
---@param options sshrpc.SendOptions? `mode` is by default 420 (0644)
---@return true?
---@return sshrpc.Error?
function Session:write(path, data, options)
  local params = set_bytes(transfer_params({}, options), "dest", path)
  -- Before the temporary file is made: where this throws, none may be left.
  self.rpc:before_wait()
  local place = #data > spool.THRESHOLD and spool.write(data, self.rpc.transport.breathe)
  if place then
    params.source, params.mode = place, params.mode or 420
    local done, problem, thrown = self:_transfer("session.scpSendfile", params, options)
    spool.remove(place)
    return give(done, problem, thrown)
  end
  bytes.put(params, "data", data, "encoding")
  return give(self:_transfer("session.scpSend", params, options))
end

--- Receives a remote file into a local one, by SCP. A local file that exists is replaced when all has come.
--
-- Errors: `ScpRemoteError`, what the remote scp reports, as a file that isn't there; `ScpProtocolError`;
-- `LocalFileError`, it can't be written; `OutputTooLarge`, it is larger than `max_output`; `Timeout`, of either kind;
-- `ChannelOpenFailed`; `ChannelRequestDenied`; `ConnectionLost`, meanwhile; `SessionClosed`, lost or disconnected
-- before; `SessionNotFound`, freed; `InvalidParams`, an option that is unknown or out of range; `InvalidArgument`,
-- the local path isn't UTF-8; `DaemonLost`.
---@param remote string as for `read`
---@param path string local, in UTF-8
---@param options sshrpc.ReceiveOptions?
---@return integer? bytes
---@return sshrpc.Error?
function Session:get(remote, path, options)
  local params = transfer_params({ dest = process.absolute(path) }, options)
  set_bytes(params, "source", remote)
  local result, problem, thrown = self:_transfer("session.scpRecv", params, options)
  if not result then return give(nil, problem, thrown) end
  return result.bytes
end

--- Sends a local file, by SCP.
--
-- Errors: `ScpRemoteError`, what the remote scp reports, as a folder that isn't there; `ScpProtocolError`;
-- `LocalFileError`, it can't be read or is no regular file; `Timeout`, of either kind; `ChannelOpenFailed`;
-- `ChannelRequestDenied`; `ConnectionLost`, meanwhile; `SessionClosed`, lost or disconnected before;
-- `SessionNotFound`, freed; `InvalidParams`, an option that is unknown or out of range; `InvalidArgument`, the
-- local path isn't UTF-8; `DaemonLost`.
---@param path string local, in UTF-8
---@param remote string as for `write`
---@param options sshrpc.SendOptions? `mode` is by default the local file's
---@return true?
---@return sshrpc.Error?
function Session:put(path, remote, options)
  local params = transfer_params({ source = process.absolute(path) }, options)
  set_bytes(params, "dest", remote)
  return give(self:_transfer("session.scpSendfile", params, options))
end

--- Ends the connection and tells the server the reason (RFC 4253 §11.1). Where an argument is refused, as a reason
-- that is out of range, the connection stays.
--
-- Errors: `InvalidParams`, a reason out of range or a NUL; `InvalidArgument`, the description isn't UTF-8;
-- `SessionNotFound`, the session in `via` was freed, and this one with it; `DaemonLost`.
---@param reason integer? 0 to 4294967295, by default 11, "by application"
---@param description string? in UTF-8 and without NUL, by default "Normal Shutdown"
---@return true?
---@return sshrpc.Error?
function Session:disconnect(reason, description)
  if self.state.freed then return true end
  return self:_call("session.disconnect", { reason = reason, description = description })
end

--- Ends the connection and forgets the session. Freeing twice is no error; `<close>` does it too.
-- A caller that can't wait, as a finalizer, doesn't wait until it is done.
function Session:free()
  if self.state.freed then return end
  self.state.freed = true
  forget(self.rpc, self.handle, self.state)
  local params = { session = self.handle }
  if self.rpc:refusal() then self.rpc:notify_later("session.free", params)
  else self.rpc:call("session.free", params) end
end

programs.add(Session)
forwards.add(Session)

return M
