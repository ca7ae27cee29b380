#!/usr/bin/env eco

local ssh = require 'eco.ssh'

local session, err = ssh.new('127.0.0.1', 22, 'root', '1')
if not session then
    print('connecting failed:', err)
    return
end

local output, code, signal = session:exec('echo uptime; exit 4')
if not output then
    print('exec failed:', code)
elseif signal then
    print('ended by', signal)
else
    print('code', code)
    print('output', output)
end

session:free()
