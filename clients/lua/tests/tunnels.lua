--- session:connect and forwards, between a real sshd and itself.

local t = require("test")
local sshrpc = require("sshrpc")

local ok = sshrpc.assert
local server = t.server
local session = ok(sshrpc.connect({
  host = server.host, port = server.port, username = server.username, password = server.password,
}))

local function greeting(stream)
  local line = ok(stream:recvfull(8))
  t.equal(line, "SSH-2.0-")
  stream:close()
end

t.test("a stream to what the server reaches", function()
  local stream = ok(session:connect("127.0.0.1", server.port))
  t.equal(ok(stream:recv(4)), "SSH-")
  t.equal(ok(stream:recvfull(4)), "2.0-")
  ok(stream:send("no SSH\r\n"))
  local rest = {}
  while true do
    local data, problem = stream:recv()
    if not data then
      t.equal(problem, nil)
      break
    end
    rest[#rest + 1] = data
  end
  assert(table.concat(rest):find("OpenSSH", 1, true), table.concat(rest))
  ok(stream:shutdown())
  ok(stream:close())
  ok(stream:close())
end)

t.test("half-close, and more than a window both ways", function()
  -- A server that gives back what it is sent, by the account's own tools.
  local path = server.home .. "/echo.sock"
  ok(session.files:rm(path, { force = true }))
  local echo = ok(session:start("exec node -e '" ..
    "const s = require(\"net\").createServer({ allowHalfOpen: true }, (c) => c.pipe(c)).listen(process.argv[1], () => console.log(1));" ..
    "process.stdin.resume().on(\"end\", () => process.exit())' " .. path, { stdin = true }))
  if not echo:read_line() then return t.skip("half-close", "the account has no node") end
  local stream = ok(session:connect({ path = path }))
  local data = t.all_bytes():rep(12000)
  ok(stream:send(data:sub(1, 1000000)))
  t.equal(ok(stream:recvfull(1000000)), data:sub(1, 1000000))
  ok(stream:send("last"))
  ok(stream:shutdown())
  t.equal(ok(stream:recvfull(100)), "last")
  t.equal(stream:recv(), nil)
  ok(stream:close())
  ok(echo:close_stdin())
  ok(echo:wait())
end)

t.test("a connection that can't be made", function()
  local stream, problem = session:connect("127.0.0.1", 1)
  t.equal(stream, nil)
  t.equal(problem.kind, "ConnectFailed")
end)

t.test("forwards, local, remote and dynamic", function()
  local to = { host = server.host, port = server.port }
  for _, forward in ipairs({ ok(session:forward_local(0, to)), ok(session:forward_remote({ port = 0 }, to)) }) do
    greeting(ok(session:connect(forward.host, forward.port)))
    ok(forward:close())
    ok(forward:close(true))
    t.equal(select(2, session:connect(forward.host, forward.port)).kind, "ConnectFailed")
  end
  local socks = ok(session:forward_dynamic(0))
  local stream = ok(session:connect(socks.host, socks.port))
  -- SOCKS 4: connect to the server's own port.
  ok(stream:send(string.char(4, 1, math.floor(server.port / 256), server.port % 256, 127, 0, 0, 1, 0)))
  t.equal(ok(stream:recvfull(8)):byte(2), 90)
  greeting(stream)
  ok(socks:close())
  local path = t.tmp .. "/forward.sock"
  local forward = ok(session:forward_local({ path = path }, server.port))
  t.equal(forward.path, path)
  ok(forward:close())
  local _, problem = session:forward_local(server.port, to)
  t.equal(problem.kind, "ForwardRefused")
end)

session:free()
t.done()
