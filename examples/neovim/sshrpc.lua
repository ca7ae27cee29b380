-- SSH in Neovim without a plugin: the sshrpc daemon speaks as language servers do, so Neovim's own
-- client for those drives it.
--
--   SSH_HOST=… SSH_PORT=… SSH_USER=… SSH_PASSWORD=… nvim -c 'luafile examples/neovim/sshrpc.lua'
--
-- (T_HOST and so on, of the tests, serve as well.)

local function env(name, default)
  return os.getenv("SSH_" .. name) or os.getenv("T_" .. name) or default
end

local function daemon_command()
  local path = os.getenv("SSHRPC_DAEMON") or "sshrpc"
  return path:find("%.js$") and { "node", path } or { path }
end

local cmd = daemon_command()
local pending = {}

local dispatchers = {
  -- Output of streamed commands comes here.
  notification = function(method, params)
    if method == "session/output" then vim.api.nvim_echo({ { params.data } }, true, {}) end
  end,
  -- After a crash Neovim never calls what still waits, so that is up to us.
  on_exit = function(code)
    for id, done in pairs(pending) do
      pending[id] = nil
      done({ message = "the sshrpc daemon ended (" .. code .. ")", data = { kind = "DaemonLost" } })
    end
  end,
}

-- Neovim 0.10 takes the whole command in one list, older ones the arguments apart.
local rpc
if vim.fn.has("nvim-0.10") == 1 then
  rpc = vim.lsp.rpc.start(cmd, dispatchers)
else
  rpc = vim.lsp.rpc.start(cmd[1], vim.list_slice(cmd, 2), dispatchers)
end

local count = 0

--- Calls a method; `done(error, result)` is called once.
local function call(method, params, done)
  count = count + 1
  local id = count
  pending[id] = done
  local sent = rpc.request(method, params, function(problem, result)
    if not pending[id] then return end
    pending[id] = nil
    done(problem, result)
  end)
  if not sent then
    pending[id] = nil
    done({ message = "the sshrpc daemon doesn't run", data = { kind = "DaemonLost" } })
  end
end

local finished = false

local function fail(problem)
  vim.api.nvim_err_writeln("ssh: " .. problem.message)
  finished = true
end

call("ssh.new", {
  host = env("HOST", "127.0.0.1"),
  port = tonumber(env("PORT", "22")),
  username = env("USER"),
  password = env("PASSWORD"),
}, function(problem, connection)
  if problem then return fail(problem) end
  call("session.exec", { session = connection.session, command = "echo hello from $(id -un)", timeout = 10 }, function(failure, result)
    if failure then return fail(failure) end
    vim.schedule(function() print(vim.trim(result.output)) end)
    call("session.free", { session = connection.session }, function() finished = true end)
  end)
end)

-- In a script nothing else keeps Neovim here; in an editor leave this out.
vim.wait(20000, function() return finished end, 10)
