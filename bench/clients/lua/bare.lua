--- The least that a Lua program could do: prebuilt frames out, frames in. See ../../README.md.

local serve = require("serve")

-- A stock Lua has no two-way pipe: a FIFO to the daemon, popen from it.
local fifo = os.tmpname()
os.remove(fifo)
os.execute("umask 077 && mkfifo " .. fifo)
local output = assert(io.popen("exec <" .. fifo .. "; exec node " .. os.getenv("SSHRPC_DAEMON") .. " --stdio"))
local input = assert(io.open(fifo, "wb"))
input:setvbuf("full", 65536)
os.remove(fifo)

local session

local function frame(method, params, binary)
  local body = ('{"jsonrpc":"2.0","id":1,"method":"%s","params":{%s}}'):format(method, params)
  if not binary then return ("Content-Length: %d\r\n\r\n%s"):format(#body, body) end
  local kind = ("Content-Type: application/vnd.sshrpc; json=%d"):format(#body)
  local header = ("Content-Length: %d\r\n%s\r\n\r\n"):format(#body + #binary, kind)
  return header .. body .. binary
end

local function ask(request)
  input:write(request)
  input:flush()
  local length
  while true do
    local line = output:read("*l")
    if line == "\r" then break end
    length = length or tonumber(line:match("^Content%-Length: (%d+)"))
  end
  local body = output:read(length)
  assert(not body:sub(1, 100):find('"error"', 1, true), body:sub(1, 1000))
  return body
end

local function of_session(rest)
  return ('"session":%d,%s'):format(session, rest)
end

local function transfer(method, source, dest)
  ask(frame(method, of_session(('"source":"%s","dest":"%s"'):format(source, dest))))
end

ask(frame("initialize", '"capabilities":{"binaryFrames":true}'))

serve.serve({
  open = function()
    local server = '"host":"%s","port":%d,"username":"%s","agent":false'
    local keys = ',"identityFiles":["%s"],"knownHosts":["%s"]'
    local params = server:format(serve.host, serve.port, serve.user)
    session = ask(frame("ssh.new", params .. keys:format(serve.key, serve.known_hosts)))
    session = tonumber(session:match('"session":(%d+)'))
  end,
  call = function(count)
    local request = frame("daemon.status", "")
    for _ = 1, count do ask(request) end
  end,
  exec = function(count, command)
    local request = frame("session.exec", of_session('"command":"' .. command .. '"'))
    for _ = 1, count do ask(request) end
  end,
  get = function(remote, path) transfer("session.scpRecv", remote, path) end,
  put = function(path, remote) transfer("session.scpSendfile", path, remote) end,
  read = function(remote)
    ask(frame("session.scpRecv", of_session('"source":"' .. remote .. '"')))
  end,
  write = function(path, remote)
    local data = serve.content(path)
    local params = '"dest":"%s","data":[0,%d],"encoding":"binary"'
    ask(frame("session.scpSend", of_session(params:format(remote, #data)), data))
  end,
})

input:close()
output:close()
