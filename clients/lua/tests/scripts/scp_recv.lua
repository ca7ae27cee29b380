#!/usr/bin/env eco

local ssh = require 'eco.ssh'

local session, err = ssh.new('127.0.0.1', 22, 'root', '1')
if not session then
    print('connecting failed:', err)
    return
end

local content, err = session:scp_recv('/etc/os-release')
if not content then
    print('receiving failed:', err)
    return
end
io.write(content)

local size, err = session:scp_recv('/etc/os-release', '/tmp/os-release')
if not size then
    print('receiving failed:', err)
    return
end
print('size', size)

session:free()
