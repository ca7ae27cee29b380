--- The methods of a session that run something other than a command: `shell`, `subsystem`, `connect`.

local bytes = require("sshrpc.bytes")
local command = require("sshrpc.command")
local names = require("sshrpc.names")
local stream = require("sshrpc.stream")
local talk = require("sshrpc.talk")

local M = {}

local not_params = { prompt = true, pager = true, within = true }

--- The params of a program whose input stays open, unless `stdin` is given: then that is all of its input.
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
---@field pty sshrpc.Pty|false|nil its terminal, by default 80 × 24 of "xterm"; `false` for none
---@field env table<string, string>?
---@field env_mode "send"|"export"|nil as for `exec`
---@field sudo boolean|string|nil `true` starts a login shell of root, a name one of that user; else, and for the next two
--  fields, as for `exec`
---@field sudo_password string?
---@field forward_agent boolean?
---@field timeout number? seconds after which the shell is ended, by default none
---@field idle_timeout number? seconds without output after which the shell is ended, by default none
---@field prompt string? for `command`: a Lua pattern that matches the whole line of the prompt. By default the prompt is
--  found by typing an empty line
---@field pager string? for `command`: a Lua pattern of what a device shows at the end of a page; it is compared with the
--  line in lower case. By default "--more--" and the like
---@field within number? seconds that one piece of a `command`'s output, up to the next page or prompt, may take; by default 30

--- Adds the methods to the class of sessions.
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

  --- Starts a subsystem of the server, as "netconf". Its input stays open for `write`, unless `stdin` is `false`, or a
  -- string, which is then all of its input.
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

  --- Makes a connection from the server to a host and port, or with `{ path = … }` to a Unix socket of the server's.
  --
  -- Errors: `ConnectFailed`; `Timeout`; `ConnectionLost`; `SessionClosed`; `SessionNotFound`; `InvalidParams`;
  -- `DaemonLost`.
  ---@param host string|{ path: string } as the server sees it
  ---@param port integer?
  ---@param options { timeout: number? }? `timeout`: seconds for connecting, by default none
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
