local ssh = require 'eco.ssh'
local session<close> = assert(ssh.new('127.0.0.1', 22, 'root', 'password'))

local ok, err = session:scp_send('hello\n', '/tmp/hello')
assert(ok, err)
