--- Finds and starts the daemon, and lets sessions share one.

local bytes = require("sshrpc.bytes")
local errors = require("sshrpc.errors")
local pairs = require("sshrpc.support.pairs")
local relay = require("sshrpc.support.relay")
local rpc = require("sshrpc.rpc")
local shell = require("sshrpc.support.shell")
local version = require("sshrpc.support.version")

local M = {}

local function exists(path)
  local file = io.open(path, "r")
  if not file then return false end
  -- io.open opens a folder, too; only reading it fails.
  local _, problem = file:read(1)
  file:close()
  return problem == nil
end

local function in_path(program)
  for folder in (os.getenv("PATH") or ""):gmatch("[^:]+") do
    local path = folder .. "/" .. program
    if exists(path) then return path end
  end
  return nil
end

local unpack = table.unpack or rawget(_G, "unpack")
local WINDOWS = package.config:sub(1, 1) == "\\"

local function command_for(path)
  if not path:find("%.m?js$") then return { argv = { path }, follow = true, name = path } end
  if not WINDOWS and not in_path("node") then
    return nil, errors.new("DaemonNotFound",
      ("no node in the PATH, which is to run %s: install Node.js 20.19 or newer"):format(path))
  end
  return { argv = { "node", path }, follow = true, name = path }
end

--- The daemon of the repository that this file (clients/lua/sshrpc/daemon.lua) is in, if it is in one.
local function in_repository()
  local source = debug.getinfo(1, "S").source
  local folder = source:match("^@(.*)sshrpc/daemon%.lua$")
  if not folder then return nil end
  if folder == "" then folder = "./" end
  local path = folder .. "../../bin/sshrpc.js"
  return exists(path) and path or nil
end

--- What starts the daemon: the argument, else the environment's SSHRPC_DAEMON, else `sshrpc` of
-- the PATH, else the repository that this file is in.
--
---@param daemon string|string[]|nil a path (one that ends in .js is run by node), or a command and
--  its arguments, used as they are
---@return table? command
---@return sshrpc.Error?
function M.find(daemon)
  if type(daemon) == "table" then
    return { argv = daemon, follow = false, name = table.concat(daemon, " ") }
  end
  local environment = os.getenv("SSHRPC_DAEMON")
  if environment == "" then environment = nil end
  local path = daemon or environment or in_path("sshrpc") or in_repository()
  if path then return command_for(path) end
  return nil, errors.new("DaemonNotFound", "no sshrpc in the PATH: install it (npm install -g, with the package or a checkout), "
    .. "or name it by the option `daemon` or the environment's SSHRPC_DAEMON")
end

--- How this runtime can start a process and talk to it.
local function find_adapter()
  for _, name in ipairs({ "eco", "uv", "popen" }) do
    local adapter = require("sshrpc.adapters." .. name)
    if adapter.usable() then return adapter, name end
  end
  return nil
end

-- Runs a program and gives its stderr; one that hasn't ended after 2 seconds is killed.
local BOUNDED = [[
"$@" 2>&1 >/dev/null </dev/null & program=$!
{ trap 'kill $sleep; exit' TERM; sleep 2 & sleep=$!; wait $sleep; kill -9 $program; } >/dev/null 2>&1 & killer=$!
wait $program; kill $killer
]]

--- Finds out why a program didn't start, from what it writes to stderr. For that it is started once more: with
-- --version, or, where it was started with --attach, in the same way again.
---@return string? line
local function last_words(command)
  local words = { unpack(command.argv) }
  if not command.attach then words[#words + 1] = "--version" end
  local argv = command.follow and not WINDOWS and shell.argv(BOUNDED, unpack(words))
  if not argv then return nil end
  for index, word in ipairs(argv) do argv[index] = shell.quoted(word) end
  local said = shell.capture("exec 2>/dev/null " .. table.concat(argv, " ")) or ""
  return said:match("sshrpc: [^\n]*") or said:match("[^\n]+")
end

--- Sends `initialize` to a daemon.
---@return table? result nil where it has ended, or where it isn't one
---@return sshrpc.Error?
local function initialize(started, environment)
  return started:call("initialize", {
    capabilities = { prompt = true, binaryFrames = true }, environment = environment, processId = environment and started.pid,
  })
end

--- The text with U+FFFD in place of each byte beyond ASCII, where it isn't UTF-8: JSON can't carry that. Node
-- replaces what isn't UTF-8 in its own environment, too.
local function text(value)
  if bytes.is_utf8(value) then return value end
  return (value:gsub("[\128-\255]", "\239\191\189"))
end

--- This process's environment as `initialize` takes it.
local function told(environment)
  local variables = {}
  for name, value in pairs(environment.variables) do variables[text(name)] = text(value) end
  return { cwd = text(environment.cwd), umask = environment.umask, variables = variables }
end

--- Connects to the socket of the user's shared daemon; nil where there is none, or where it ends at this moment.
local function by_socket(adapter, command, on_start)
  local socket = adapter.socket and adapter.socket()
  local started = socket and rpc.start(adapter, command, socket)
  if not started then return nil end
  if on_start then on_start(started) end
  local result = initialize(started, told(adapter.environment()))
  return result and result.capabilities and result.capabilities.binaryFrames and started or nil
end

--- Starts a daemon of one's own, or finds the one that all of the user's programs share.
---@param daemon string|string[]|nil as for `find`
---@param is_shared boolean? finds the shared one
---@param on_start fun(rpc: sshrpc.Rpc)? called as soon as there is an rpc, before the daemon has answered
---@return sshrpc.Rpc?
---@return sshrpc.Error?
function M.start(daemon, is_shared, on_start)
  local adapter = find_adapter()
  if not adapter then
    return nil, errors.new("DaemonNotFound", "this Lua can't start processes (no io.popen)")
  end
  local refusal = adapter.refusal and adapter.refusal()
  if refusal then error(refusal, 0) end
  local command, problem = M.find(daemon)
  if not command then return nil, problem end
  local starter = command
  local started
  if is_shared then
    started = by_socket(adapter, command, on_start)
    if started then return started end
    command.argv = { unpack(command.argv) }
    command.argv[#command.argv + 1] = "--attach"
    command.attach = true
    -- A command of the user's may be of another machine.
    if not adapter.socket and command.follow and relay.usable() and in_path("perl") then
      starter = relay.before(version, command)
    end
  end
  started, problem = rpc.start(adapter, starter)
  if not started then return nil, problem end
  if on_start then on_start(started) end
  local result
  result, problem = initialize(started)
  local capabilities = type(result) == "table" and result.capabilities
  if capabilities and capabilities.binaryFrames then return started end
  local message
  if started.ended then
    local why = last_words(command)
    message = "did not start: " .. tostring(started.reason) .. (why and ": " .. why or "")
  else
    message = "is no sshrpc daemon: it answered " .. (problem and problem.message or "nonsense")
    started.transport:_end("it is none")
  end
  return nil, errors.new("DaemonNotFound", command.name .. " " .. message, { dispatched = "no" })
end

local shared = {}

--- Whether a daemon still answers. It is asked before use, since a call that finds it dead would be lost.
local function answers(found)
  if found:gone() then return false end
  -- A second `initialize` is refused and changes nothing. Any reply, this refusal too, shows that it lives.
  found:call("initialize", {})
  return not found:gone()
end

--- The daemon that the sessions of this process share: one for each command and each kind of runtime. It is
-- started when it is first asked for, and again after it was lost.
---@param daemon string|string[]|nil as for `find`
---@param is_users boolean? connects to the daemon that all of the user's programs share
---@return sshrpc.Rpc?
---@return sshrpc.Error?
function M.shared(daemon, is_users)
  local _, kind = find_adapter()
  local command, problem = M.find(daemon)
  if not command then return nil, problem end
  local key = table.concat({ tostring(kind), tostring(is_users), unpack(command.argv) }, "\0")
  local found = shared[key]
  while found do
    if answers(found) then return found end
    -- Another coroutine may have started one meanwhile.
    if shared[key] == found then break end
    found = shared[key]
  end
  -- Put into the table before this coroutine waits: others, which run meanwhile, are to use it, too.
  return M.start(daemon, is_users, function(started) shared[key] = started end)
end

--- Ends the daemons that `shared` has given, and with them their sessions.
function M.close_shared()
  for key, daemon in pairs(shared) do
    shared[key] = nil
    daemon:close()
  end
end

return M
