--- SSH over the sshrpc daemon, for Lua 5.1 to 5.4, LuaJIT, Neovim and lua-eco.
--
--     local sshrpc = require("sshrpc")
--     local session = assert(sshrpc.connect({ host = "example.org", username = "me", password = "…" }))
--     print(assert(session:exec("uptime")).stdout)
--     session:free()

local daemon = require("sshrpc.daemon")
local errors = require("sshrpc.errors")
local names = require("sshrpc.names")
local session = require("sshrpc.session")

local M = {
  _VERSION = require("sshrpc.support.version"),
  --- Whether a value is an error of this library.
  is_error = errors.is,
}

local not_params = { daemon = true, shared = true, on_prompt = true, on_state = true }

---@class sshrpc.ConnectOptions
---@field host string a name or an address (IPv6 without brackets); with `config` an alias, too
---@field port integer? 1 to 65535; by default what `config` says, else 22
---@field username string? needed without `config`; with it, by default whom that says, else the daemon's user
---@field password string?
---@field timeout number? seconds for all of it; zero or less has passed already; by default the ConnectTimeout of `config`,
--  else 30, and then time in which you are asked isn't counted
---@field config true|string|nil the user's ssh_config(5) says what isn't said here: `true` for the files that `ssh` reads, or
--  one's path. Where its StrictHostKeyChecking is `ask` (OpenSSH's default), `on_prompt` is asked about an unknown
--  host; without it, its key is recorded.
---@field on_prompt (fun(prompt: sshrpc.Prompt): sshrpc.Answer)? answers what the login asks; without it every question is
--  refused. With `reconnect` it is asked again when the session is connected to again, as `on_state` is told; its error
--  refuses then.
---@field reconnect boolean? a session whose connection is lost is connected to again: what runs then fails with
--  `ConnectionLost`, later calls wait for the new connection
---@field on_state (fun(state: "lost"|"open"|"closed", why: sshrpc.Error?))? told when the connection is lost, when it is
--  restored (with `reconnect`), and when the session is lost for good; not of your own `free`. `session.info` has the new
--  connection's then. It is told when what the daemon sends is read: while any call of its sessions waits or, under luv
--  and in Neovim, the loop runs; under lua-eco and luv in a coroutine of its own, in
--  Neovim by `vim.schedule`. It may call. Its error goes to stderr.
---@field daemon string|string[]|sshrpc.Rpc|nil a path, a command, or what `sshrpc.daemon` gave
---@field shared boolean? `true`: the daemon that all of the user's programs share, started where there is none; with
--  `persist` the login stays there for so many seconds, for whoever connects alike. `false`: a daemon of its own, which
--  ends when it is closed (`session.rpc:close()`). By default one that the sessions of this process share.

--- Connects, checks the host key against ~/.ssh/known_hosts (new ones are recorded), logs in.
--
-- Every other option of the protocol's `ssh.new` is taken, too, as `private_key` or `privateKey`.
--
-- Errors: `ConnectFailed`; `HandshakeFailed`, no SSH or no common algorithm; `HostKeyRejected`;
-- `AuthenticationFailed`; `ConnectionLost`, meanwhile; `Timeout`; `SessionNotFound` and `SessionClosed`, of the
-- session in `via`; `InvalidParams`, an option that is unknown, out of range, or doesn't go together with
-- another; `InvalidArgument`, a text that isn't UTF-8; `DaemonNotFound`; `DaemonLost`. What `on_prompt` throws,
-- and an answer that is none, is thrown.
---@param options sshrpc.ConnectOptions
---@return sshrpc.Session?
---@return sshrpc.Error?
function M.connect(options)
  local rpc = options.daemon
  if type(rpc) ~= "table" or not rpc.call then
    local start = options.shared == false and daemon.start or daemon.shared
    local problem
    rpc, problem = start(options.daemon, options.shared)
    if not rpc then return nil, problem end
  end
  return session.open(rpc, names.to_wire(options, not_params), options.on_prompt, options.on_state)
end

--- `assert` for Lua 5.1 and 5.2, whose own takes no error but a string.
function M.assert(value, problem, ...)
  if value then return value, problem, ... end
  if _VERSION < "Lua 5.3" then problem = tostring(problem) end
  error(problem, 0)
end

--- Starts a daemon of one's own: `daemon:call(method, params)` for every method of the protocol but
-- `initialize`, which has been called.
---@param path string|string[]|nil where it isn't to be searched for
---@param options { shared: boolean? }? `shared`: the one that all of the user's programs share; what we have of it is ours
---@return sshrpc.Rpc?
---@return sshrpc.Error?
function M.daemon(path, options)
  return daemon.start(path, options and options.shared)
end

--- Ends the shared daemon, and with it all sessions. The end of the process does it too.
function M.close()
  daemon.close_shared()
end

return M
