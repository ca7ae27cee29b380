local ssh = require 'eco.ssh'
local eco = require 'eco'

eco.run(function()
    local session<close> = assert(ssh.new('127.0.0.1', 22, 'root', 'password'))
    local data = assert(session:scp_recv('/etc/os-release'))
    print(data)
    assert(session:scp_recv('/etc/os-release', '/tmp/os-release'))
end)

eco.loop()
