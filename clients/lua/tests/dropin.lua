--- The rows of the table of eco.ssh's behaviour, in its order.

local t = require("test")
local ssh = require("eco.ssh")

local server = t.server
local home = server.home
local function new()
  return ssh.new(server.host, server.port, server.username, server.password)
end

local function seconds()
  return tonumber(t.read_file("/proc/uptime"):match("%S+"))
end

t.test("new: wrong password, unknown user", function()
  t.fails(ssh.new(server.host, server.port, server.username, "wrong"), select(2,
    ssh.new(server.host, server.port, "nobody-such", "wrong")), "Authentication failed (username/password)")
end)

t.test("new: refused, not SSH, closes at once", function()
  local session, problem = ssh.new("127.0.0.1", 1, "a", "b")
  t.fails(session, problem, "Connection refused")
  session, problem = ssh.new("127.0.0.1", t.port("CLOSING"), "a", "b")
  t.fails(session, problem, "Failed getting banner")
  session, problem = ssh.new("127.0.0.1", t.port("HTTP"), "a", "b")
  t.fails(session, problem, "Failed getting banner")
end)

t.test("new: names resolve; none and unknown ones don't", function()
  assert(ssh.new("localhost", server.port, server.username, server.password)):free()
  local session, problem = ssh.new("", 22, "a", "b")
  t.fails(session, problem, "invalid ipaddr: ")
  session, problem = ssh.new("no-such-host.invalid", 22, "a", "b")
  t.fails(session, problem, "invalid ipaddr: no-such-host.invalid")
end)

t.test("new: a silent server is a handshake timeout at 5 s", function()
  local begin = seconds()
  local session, problem = ssh.new("127.0.0.1", t.port("SILENT"), "a", "b")
  t.fails(session, problem, "handshake timeout")
  assert(seconds() - begin > 4.5 and seconds() - begin < 7, seconds() - begin)
end)

if _VERSION == "Lua 5.4" then
  t.test("new: a server that is slow, but not silent", function()
    local session = assert(ssh.new("127.0.0.1", t.port("SLOW"), server.username, server.password))
    t.equal((session:exec("echo hi")), "hi\n")
    session:free()
  end)
end

t.test("new: no password where one is wanted, no password authentication", function()
  local session, problem = ssh.new(server.host, server.port, server.username)
  t.fails(session, problem, "Authentication failed")
  session, problem = ssh.new(server.host, t.port("NOPASSWORD"), server.username, server.password)
  t.fails(session, problem, "Authentication failed")
end)

t.test("new: arguments", function()
  t.throws("bad argument #1", ssh.new, nil, 22, "a", "b")
  t.throws("bad argument #2", ssh.new, "127.0.0.1", nil, "a", "b")
  t.throws("bad argument #3", ssh.new, "127.0.0.1", 22, nil, "b")
  local session, problem = ssh.new(server.host, tostring(server.port), server.username, 12345)
  t.fails(session, problem, "Authentication failed")
  assert(ssh.new(server.host, tostring(server.port), server.username, server.password)):free()
end)

t.test("new: what is no address, port or user", function()
  local odd = { "[::1]", "a b", "127.0.0.1 ", "h\0", "\255", "127", "127.1", "127.0.0.01", "127.0.0.256", "0x7f.0.0.1", "1.2.3.4.5" }
  for _, host in ipairs(odd) do
    local refused, problem = ssh.new(host, server.port, "a", "b")
    t.fails(refused, problem, "invalid ipaddr: " .. host)
  end
  for _, user in ipairs({ "", "a\255" }) do
    local refused, problem = ssh.new(server.host, server.port, user, "b")
    t.fails(refused, problem, "Authentication failed (username/password)")
  end
  local refused, problem = ssh.new(server.host, server.port, server.username, "\255")
  t.fails(refused, problem, "Authentication failed (username/password)")
  refused, problem = ssh.new(server.host, 0, "a", "b")
  t.fails(refused, problem, "Connection refused")
  for _, port in ipairs({ 22.5, "22.5", math.huge, -math.huge, 0 / 0 }) do
    t.throws("number has no integer representation", ssh.new, server.host, port, "a", "b")
  end
  t.throws("number expected, got table", ssh.new, server.host, {}, "a", "b")
end)

local session = assert(new())

t.test("exec: output, code, signal", function()
  local out, code, signal = session:exec("echo a; echo b >&2; echo c; exit 7")
  t.equal(out, "a\nc\nb\n")
  t.equal(code, 7)
  t.equal(tostring(code), "7")
  t.equal(signal, nil)
  t.equal((session:exec("printf 'a\\0b\\377'")), "a\0b\255")
end)

t.test("exec: signals", function()
  for name, number in pairs({ TERM = 143, KILL = 137, SEGV = 139, USR1 = 138 }) do
    local out, code, signal = session:exec("kill -" .. name .. " $$")
    t.equal(out, "")
    t.equal(code, number)
    t.equal(signal, name)
  end
  local _, code, signal = session:exec("kill -BUS $$")
  t.equal(code, 128)
  assert(type(signal) == "string" and #signal > 0)
end)

t.test("exec: time-outs; the session stays usable", function()
  local begin = seconds()
  local out, problem = session:exec("sleep 10", 0.5)
  t.fails(out, problem, "timeout")
  t.equal(problem, "timeout")
  assert(seconds() - begin < 2, seconds() - begin)
  out, problem = session:exec("echo hi", 0)
  t.fails(out, problem, "timeout")
  out, problem = session:exec("echo hi", -1)
  t.fails(out, problem, "timeout")
  for _, never in ipairs({ -math.huge, 0 / 0 }) do
    out, problem = session:exec("echo hi", never)
    t.fails(out, problem, "timeout")
  end
  t.equal((session:exec("echo hi", math.huge)), "hi\n")
  t.equal((session:exec("echo hi", false)), "hi\n")
  out, problem = session:exec("sleep 10 & echo hi", 0.5)
  t.fails(out, problem, "timeout")
  t.equal((session:exec("echo hi")), "hi\n")
end)

t.test("exec: NUL in the command, no command, a long one, much on stderr, stdin", function()
  local out, problem = session:exec("echo a\0b")
  t.equal(out, nil)
  assert(type(problem) == "string")
  t.throws("bad argument #1", session.exec, session)
  t.equal((session:exec("printf %s \255\233")), "\255\233")
  t.equal(#session:exec("echo " .. ("x"):rep(100000)), 100001)
  t.equal(#session:exec("head -c 3000000 /dev/zero >&2"), 3000000)
  t.equal((session:exec("cat")), "")
end)

t.test("scp_recv: contents exactly", function()
  for _, size in ipairs({ 0, 1, 4095, 4096, 4097, 1048576, 1048577 }) do
    local data = t.all_bytes():rep(math.floor(size / 256) + 1):sub(1, size)
    assert(session:scp_send(data, home .. "/f"))
    t.equal(assert(session:scp_recv(home .. "/f")), data, size)
    t.equal(assert(session:scp_recv(home .. "/f", t.tmp .. "/f")), size)
    t.equal(t.read_file(t.tmp .. "/f"), data, size)
  end
  t.equal(session:scp_recv("/proc/version"), "")
end)

t.test("scp_recv: what can't be had", function()
  for _, path in ipairs({ "/no/such", "/etc/shadow", "/etc", "/dev/null" }) do
    local data, problem = session:scp_recv(path)
    t.fails(data, problem, "Failed to recv file")
  end
  t.equal((session:scp_recv("")), nil)
  local data, problem = session:scp_recv("/no/such", t.tmp .. "/not-made")
  t.fails(data, problem, "Failed to recv file")
  t.equal(t.read_file(t.tmp .. "/not-made"), nil)
end)

t.test("paths are literal", function()
  for _, name in ipairs({ "a b", "'\"", "$HOME", "`id`", "a;b", "a\nb", "*", "é", "-x", "~", "\255\128", "caf\233" }) do
    assert(session:scp_send(name, home .. "/" .. name))
    t.equal(session:scp_recv(home .. "/" .. name), name)
  end
end)

t.test("scp_recv: local destinations", function()
  local data, problem = session:scp_recv("/etc/hostname", t.tmp .. "/no/such")
  t.equal(data, nil)
  t.equal(problem, t.tmp .. "/no/such: No such file or directory")
  data, problem = session:scp_recv("/etc/hostname", t.tmp)
  t.equal(data, nil)
  t.equal(problem, t.tmp .. ": Is a directory")
  data, problem = session:scp_recv("/etc/hostname", "")
  t.fails(data, problem, "")
  t.write_file(t.tmp .. "/mode", "")
  os.execute("chmod 640 " .. t.tmp .. "/mode")
  assert(session:scp_recv("/etc/hostname", t.tmp .. "/mode"))
  assert(session:scp_recv("/etc/hostname", t.tmp .. "/fresh"))
  t.equal(t.shell("umask; stat -c %a " .. t.tmp .. "/mode " .. t.tmp .. "/fresh"), "0022\n640\n644\n")
end)

t.test("scp_send: modes, folders, what can't be", function()
  session:exec("umask 022; rm -f m n; : >n; chmod 600 n; mkdir -p d d/x")
  assert(session:scp_send("x", home .. "/m"))
  assert(session:scp_send("x", home .. "/n"))
  assert(session:scp_send("", home .. "/e"))
  assert(session:scp_send(42, home .. "/d/x"))
  t.equal((session:exec("stat -c %a m n; stat -c %s e; cat d/x/x")), "644\n600\n0\n42")
  t.throws("bad argument #1", session.scp_send, session, nil, "/x")
  for _, path in ipairs({ "/no/such/x", "/etc/x", home .. "/d/", "/dev/full" }) do
    local ok, problem = session:scp_send("data", path)
    t.fails(ok, problem, "failed to send file")
  end
end)

t.test("scp_sendfile", function()
  local path = t.tmp .. "/to-send"
  t.write_file(path, t.all_bytes())
  os.execute("chmod 750 " .. path .. "; ln -sf to-send " .. path .. "-link")
  session:exec("rm -f s l")
  t.equal(assert(session:scp_sendfile(path, home .. "/s")), true)
  assert(session:scp_sendfile(path .. "-link", home .. "/l"))
  t.equal(session:scp_recv(home .. "/l"), t.all_bytes())
  t.equal((session:exec("stat -c %a s l")), "750\n750\n")
  local ok, problem = session:scp_sendfile(t.tmp .. "/missing", home .. "/x")
  t.equal(ok, nil)
  t.equal(problem, "No such file or directory")
  ok, problem = session:scp_sendfile(t.tmp, home .. "/x")
  t.equal(ok, nil)
  t.equal(problem, t.tmp .. ": not a regular file")
  ok, problem = session:scp_sendfile(path, "/no/such/x")
  t.fails(ok, problem, "failed to send file")
end)

t.test("connection lost during exec", function()
  local lost = assert(new())
  local out, problem = lost:exec("kill -9 $PPID; sleep 5")
  t.fails(out, problem, "transport read")
  out, problem = lost:exec("true")
  t.fails(out, problem, "Unable to send channel-open request")
  lost:free()
end)

t.test("disconnect, free, and what comes after", function()
  local other = assert(new())
  t.equal(other:disconnect(), true)
  t.equal(other:disconnect(11, "again"), true)
  local out, problem = other:exec("true")
  t.fails(out, problem, "Unexpected error")
  out, problem = other:scp_recv("/etc/hostname")
  t.fails(out, problem, "Unable to send channel-open request")
  -- A local file is looked at first.
  out, problem = other:scp_sendfile("/etc/hostname", "x")
  t.fails(out, problem, "Unable to send channel-open request")
  for path, message in pairs({
    [t.tmp .. "/missing"] = "No such file or directory",
    [t.tmp .. "/missing/x"] = "No such file or directory",
    ["/etc/hostname/x"] = "Not a directory",
    [t.tmp] = t.tmp .. ": not a regular file",
  }) do
    out, problem = other:scp_sendfile(path, "x")
    t.equal(out, nil)
    t.equal(problem, message)
  end
  t.equal(select("#", other:free()), 0)
  t.equal(select("#", other:free()), 0)
  t.equal(other:disconnect(), true)
  t.throws("session freed", other.exec, other, "true")
  t.throws("session freed", other.scp_send, other, "x", "/x")
end)

t.test("disconnect that fails leaves the connection as it was", function()
  local other = assert(new())
  for _, arguments in ipairs({ { -1 }, { 2 ^ 32 }, { 11, "\255" }, { 11, "a\0b" } }) do
    local ok, problem = other:disconnect(arguments[1], arguments[2])
    t.equal(ok, nil)
    t.equal(type(problem), "string")
    t.equal((other:exec("echo on")), "on\n")
  end
  t.equal(other:disconnect(false, false), true)
  other:free()
  other = assert(new())
  t.equal(other:disconnect(nil, false), true)
  other:free()
end)

t.test("a session is a table with __gc and __close", function()
  t.equal(type(session), "table")
  t.equal(type(getmetatable(session).__gc), "function")
  t.equal(type(getmetatable(session).__close), "function")
end)

if _VERSION == "Lua 5.4" then
  t.test("<close> frees", function()
    local outside
    assert(load([[
      local new, keep = ...
      local session <close> = assert(new())
      keep(session)
    ]]))(new, function(closed) outside = closed end)
    t.throws("session freed", outside.exec, outside, "true")
  end)
end

session:free()
t.done()
