--- What a session runs beside commands: its methods `shell`, `subsystem`, `connect`.

local bytes = require("sshrpc.bytes")
local command = require("sshrpc.command")
local names = require("sshrpc.names")
local stream = require("sshrpc.stream")
local talk = require("sshrpc.talk")

local M = {}

local not_params = { prompt = true, pager = true, within = true }

--- The params of a program whose input is open, unless `stdin` says all of it.
local function params_of(session, options)
  local params = names.to_wire(options, not_params)
  local ok, problem = session:_take(params)
  if not ok then return nil, problem end
  if type(params.stdin) == "string" then
    bytes.put(params, "stdin", params.stdin, "stdinEncoding")
  else
    params.openStdin = params.stdin ~= false
    params.stdin = nil
  end
  return params
end

---@class sshrpc.ShellOptions
---@field pty sshrpc.Pty|false|nil its terminal; `false` for none
---@field env table<string, string>?
---@field env_mode "send"|"export"|nil as for `exec`, like the next three
---@field sudo boolean|string|nil a login shell of root, or of that user
---@field sudo_password string?
---@field forward_agent boolean?
---@field timeout number? seconds for all of it
---@field idle_timeout number? seconds between two pieces of output
---@field prompt string? for `command`, a Lua pattern of the prompt's whole line; by default it is found out
---@field pager string? for `command`, a Lua pattern of what is shown at a page's end, in lower case
---@field within number? seconds that a `command` may take, by default 30

--- Methods of a session, into its class.
function M.add(Session)
  --- Starts the account's login shell, on a terminal: a Command with `expect`, `command` and `send`.
  --
  -- Errors: as of `start`.
  ---@param options sshrpc.ShellOptions?
  ---@return sshrpc.Shell?
  ---@return sshrpc.Error?
  function Session:shell(options)
    local params, problem = params_of(self, options)
    if not params then return nil, problem end
    return talk.start(self.rpc, params, options or {})
  end

  --- Starts a subsystem of the server, as "netconf"; its input is open, unless `stdin` is `false` or says all of it.
  --
  -- Errors: as of `start`.
  ---@param name string
  ---@param options sshrpc.StartOptions?
  ---@return sshrpc.Command?
  ---@return sshrpc.Error?
  function Session:subsystem(name, options)
    local params, problem = params_of(self, options)
    if not params then return nil, problem end
    params.name = name
    return command.start(self.rpc, params, "session.subsystem")
  end

  --- Has the server connect to a host and port, or with `{ path = … }` to a Unix socket, and gives the connection.
  --
  -- Errors: `ConnectFailed`; `Timeout`; `ConnectionLost`; `SessionClosed`; `SessionNotFound`; `InvalidParams`;
  -- `DaemonLost`.
  ---@param host string|{ path: string } as the server sees it
  ---@param port integer?
  ---@param options { timeout: number? }? seconds for connecting
  ---@return sshrpc.Stream?
  ---@return sshrpc.Error?
  function Session:connect(host, port, options)
    local params = type(host) == "table" and { socketPath = host.path } or { host = host, port = port }
    local ok, problem = self:_take(params)
    if not ok then return nil, problem end
    return stream.connect(self.rpc, params, options and options.timeout)
  end
end

return M
