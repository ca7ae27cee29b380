local ssh = require 'eco.ssh'
local eco = require 'eco'

eco.run(function()
    local session<close>, err = ssh.new('127.0.0.1', 22, 'root', 'password')
    assert(session, err)

    local out, code, signal = session:exec('uptime')
    assert(out, code)
    print('exit:', code, 'signal:', signal)
    print(out)
end)

eco.loop()
