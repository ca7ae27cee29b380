--- The Lua client: see ../../README.md for what is read and answered.

local serve = require("serve")
local sshrpc = require("sshrpc")

local session

serve.serve({
  open = function()
    session = sshrpc.assert(sshrpc.connect({
      host = serve.host,
      port = serve.port,
      username = serve.user,
      identity_files = { serve.key },
      known_hosts = { serve.known_hosts },
      agent = false,
    }))
  end,
  call = function(count)
    for _ = 1, count do sshrpc.assert(session.rpc:call("daemon.status")) end
  end,
  exec = function(count, command)
    for _ = 1, count do
      local result = sshrpc.assert(session:exec(command))
      assert(result.exit_code == 0)
    end
  end,
  get = function(remote, path) sshrpc.assert(session:get(remote, path)) end,
  put = function(path, remote) sshrpc.assert(session:put(path, remote)) end,
  read = function(remote) sshrpc.assert(session:read(remote)) end,
  write = function(path, remote) sshrpc.assert(session:write(remote, serve.content(path))) end,
})
