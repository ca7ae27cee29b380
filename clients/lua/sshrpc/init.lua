--- SSH over the sshrpc daemon, for Lua 5.1 to 5.4, LuaJIT, Neovim and lua-eco.
--
--     local sshrpc = require("sshrpc")
--     local session = assert(sshrpc.connect({ host = "example.org", username = "me", password = "…" }))
--     print(assert(session:exec("uptime")).stdout)
--     session:free()

local address = require("sshrpc.address")
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
---@field host string a name or an address, with `config` an alias, too; or all in one, "user@host:port", where an IPv6
--  address stands in brackets
---@field port integer? 1 to 65535; by default what `config` says, else 22
---@field username string? required without `config`, unless `host` says it; with it, by default the one that it names, else
--  the daemon's user
---@field password string?
---@field timeout number? seconds for connecting and logging in; zero or less is a time-out at once. By default it is the
--  ConnectTimeout of `config`, else 30; then the time in which `on_prompt` is asked isn't counted
---@field config true|string|nil takes from ssh_config(5) what the other options don't say: `true` for the files that `ssh`
--  reads, or the path of one. Where its StrictHostKeyChecking is `ask` (OpenSSH's default), `on_prompt` is asked about
--  an unknown host key; without `on_prompt` the key is recorded.
---@field on_prompt (fun(prompt: sshrpc.Prompt): sshrpc.Answer)? answers the questions of the login; without it every
--  question is refused. With `reconnect` it is called again at each reconnecting, in the same way as `on_state`; an
--  error that it throws then refuses.
---@field reconnect boolean? a session whose connection is lost is connected to again: what runs then fails with
--  `ConnectionLost`, later calls wait for the new connection
---@field on_state (fun(state: "lost"|"open"|"closed", why: sshrpc.Error?))? called with `reconnect` when the connection is
--  lost ("lost") and when it is restored ("open"; `session.info` is then that of the new connection), and in any case when
--  the session has ended for good ("closed"), unless by your own `free`. It can only be called while the daemon's messages
--  are read: while a call of any session of the same daemon waits, or, under luv and in Neovim, while the loop runs. Under
--  lua-eco and luv it runs in a coroutine of its own, in Neovim by `vim.schedule`. It may call the session's methods. An
--  error that it throws is written to stderr.
---@field daemon string|string[]|sshrpc.Rpc|nil the daemon's path, a command and its arguments, or what `sshrpc.daemon` gave
---@field shared boolean? `true`: the daemon that all of the user's programs share, which is started where there is none; with
--  `persist` (seconds) the login stays there for that long after its last user, for the next program that connects with
--  the same options. `false`: a daemon for this session alone, until `session.rpc:close()`. By default the sessions of this
--  process share one.

--- Connects, checks the host key against ~/.ssh/known_hosts (a new one is recorded), and logs in.
--
-- All other options of the protocol's `ssh.new` are accepted, too, in either style: `private_key` or `privateKey`.
--
-- Errors: `ConnectFailed`; `HandshakeFailed`, no SSH or no common algorithm; `HostKeyRejected`;
-- `AuthenticationFailed`; `ConnectionLost`, meanwhile; `Timeout`; `SessionNotFound` and `SessionClosed`, of the
-- session in `via`; `InvalidParams`, an option that is unknown, out of range, or doesn't go together with
-- another; `InvalidArgument`, a text that isn't UTF-8; `DaemonNotFound`; `DaemonLost`. What `on_prompt` throws is
-- thrown on, and an answer of a wrong type is an error that is thrown.
---@param options sshrpc.ConnectOptions
---@return sshrpc.Session?
---@return sshrpc.Error?
function M.connect(options)
  local params = names.to_wire(options, not_params)
  local ok, wrong = address.apply(params)
  if not ok then return nil, wrong end
  local rpc = options.daemon
  if type(rpc) ~= "table" or not rpc.call then
    local start = options.shared == false and daemon.start or daemon.shared
    local problem
    rpc, problem = start(options.daemon, options.shared)
    if not rpc then return nil, problem end
  end
  return session.open(rpc, params, options.on_prompt, options.on_state)
end

--- `assert` that takes errors of any type, as that of Lua 5.3 and later does; the one of 5.1 and 5.2 takes strings
-- only.
function M.assert(value, problem, ...)
  if value then return value, problem, ... end
  if _VERSION < "Lua 5.3" then problem = tostring(problem) end
  error(problem, 0)
end

--- Starts a daemon for use by `daemon:call(method, params)`, with every method of the protocol but `initialize`,
-- which has been called already.
---@param path string|string[]|nil the program, or a command and its arguments; by default it is searched for
---@param options { shared: boolean? }? `shared = true` connects to the daemon that all of the user's programs share; other
--  programs don't see your sessions there
---@return sshrpc.Rpc?
---@return sshrpc.Error?
function M.daemon(path, options)
  return daemon.start(path, options and options.shared)
end

--- Ends the daemons that this process's sessions share, and with them these sessions. The end of the process does
-- so, too.
function M.close()
  daemon.close_shared()
end

return M
