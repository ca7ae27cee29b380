#!/usr/bin/env eco

local ssh = require 'eco.ssh'

local session, err = ssh.new('127.0.0.1', 22, 'root', '1')
if not session then
    print('connecting failed:', err)
    return
end

local ok, err = session:scp_send('12345\n', '/tmp/sshrpc-sent-1')
if not ok then
    print('sending failed:', err)
    return
end

local ok, err = session:scp_sendfile('to-send', '/tmp/sshrpc-sent-2')
if not ok then
    print('sending failed:', err)
    return
end

print('sent')
session:free()
