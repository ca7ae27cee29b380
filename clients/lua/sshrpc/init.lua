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
  _VERSION = "0.1.0",
  --- Whether a value is an error of this library.
  is_error = errors.is,
}

local not_params = { daemon = true, shared = true, on_prompt = true }

---@class sshrpc.ConnectOptions
---@field host string
---@field port integer? by default 22
---@field username string
---@field password string?
---@field timeout number? seconds for all of it, by default 30
---@field on_prompt (fun(prompt: sshrpc.Prompt): sshrpc.Answer)? answers what the login asks; without it every question is refused
---@field daemon string|string[]|sshrpc.Rpc|nil a path, a command, or what `sshrpc.daemon` gave
---@field shared boolean? `false`: a daemon of its own, which ends when it is closed (`session.rpc:close()`)

--- Connects, checks the host key against ~/.ssh/known_hosts (new ones are recorded), logs in.
--
-- Every other option of the protocol's `ssh.new` is taken, too, as `private_key` or `privateKey`.
---@param options sshrpc.ConnectOptions
---@return sshrpc.Session?
---@return sshrpc.Error?
function M.connect(options)
  local rpc = options.daemon
  if type(rpc) ~= "table" or not rpc.call then
    local start = options.shared == false and daemon.start or daemon.shared
    local problem
    rpc, problem = start(options.daemon)
    if not rpc then return nil, problem end
  end
  return session.open(rpc, names.to_wire(options, not_params), options.on_prompt)
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
---@return sshrpc.Rpc?
---@return sshrpc.Error?
function M.daemon(path)
  return daemon.start(path)
end

--- Ends the shared daemon, and with it all sessions. The end of the process does it too.
function M.close()
  daemon.close_shared()
end

return M
