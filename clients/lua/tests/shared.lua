--- The daemon that all of a user's programs share.

local t = require("test")
local json = require("sshrpc.json")
local sshrpc = require("sshrpc")

local server = t.server
local runtime = os.getenv("XDG_RUNTIME_DIR")

local function options(more)
  local all = { host = server.host, port = server.port, username = server.username, password = server.password, shared = true }
  for name, value in pairs(more or {}) do all[name] = value end
  return all
end

local function connect(more)
  return sshrpc.assert(sshrpc.connect(options(more)))
end

local function status(rpc, params)
  return sshrpc.assert(rpc:call("daemon.status", params or {}))
end

-- Under eco a coroutine that runs for two seconds is a panic.
local is_eco, eco_time = pcall(require, "eco.time")

--- Waits for what comes soon.
local function until_true(condition, what)
  for _ = 1, 3000 do
    if condition() then return end
    if is_eco then eco_time.sleep(0.02) else os.execute("sleep 0.02") end
  end
  error("not within a minute: " .. what)
end

--- What a shell command prints, which may take its time.
local function shell(command)
  local out, done = t.tmp .. "/out", t.tmp .. "/done"
  os.remove(done)
  os.execute(("( { %s; } >%s 2>&1 </dev/null; : >%s ) &"):format(command, out, done))
  until_true(function() return t.read_file(done) end, command)
  return t.read_file(out)
end

--- Another program's way to it.
local function run(code, before)
  local path = t.tmp .. "/other.lua"
  t.write_file(path, code)
  return shell(("%s lua5.4 %s"):format(before or "", path))
end

local script = ([[
  local session = assert(require("sshrpc").connect(%s))
  print(require("sshrpc").assert(session.rpc:call("daemon.status", {})).pid)
  io.write(assert(session:exec("pwd -P; echo on")).stdout)
]]):format("require('sshrpc.json').decode([==[" .. json.encode(options()) .. "]==])")

t.test("is one for all programs, and outlives them", function()
  local session = connect()
  local pid = status(session.rpc).pid
  t.equal(session:exec("echo on").stdout, "on\n")
  t.equal(run(script):match("^%d+"), ("%d"):format(pid))
  session:free()
  sshrpc.close()
  t.equal(t.alive(pid), true)
  local again = connect()
  t.equal(status(again.rpc).pid, pid)
  again:free()
end)

t.test("gives each client handles of its own", function()
  local first = connect()
  local other = sshrpc.assert(sshrpc.daemon(nil, { shared = true }))
  local second = connect({ daemon = other, shared = false })
  t.equal(#status(other).sessions, 1)
  t.equal(#status(other, { all = true }).sessions, 2)
  second:free()
  other:close()
  t.equal(first:exec("echo on").stdout, "on\n")
  -- Its end is heard of when it is.
  until_true(function() return #status(first.rpc, { all = true }).clients == 1 end, "the other is gone")
  first:free()
end)

local probe = sshrpc.assert(sshrpc.daemon(nil, { shared = true }))
local adapter = probe.adapter
probe:close()
local socket = ("%s/sshrpc/%s.sock"):format(runtime, sshrpc._VERSION)
if adapter.connect then
  t.test("is reached by its socket", function()
    local rpc = sshrpc.assert(sshrpc.daemon(nil, { shared = true }))
    t.equal(rpc.transport.process and rpc.transport.process.pid, nil)
    rpc:close()
    t.equal(adapter.socket(), socket)
  end)
else
  if t.shell("command -v perl") == "" then t.skip("is reached by perl", "perl is not installed")
  else
    t.test("is reached by perl", function()
      local rpc = sshrpc.assert(sshrpc.daemon(nil, { shared = true }))
      local names = "for pid in $(cat /proc/%d/task/*/children); do cat /proc/$pid/comm; done"
      t.equal(t.shell(names:format(rpc.transport.parts.shell)), "perl\n")
      rpc:close()
    end)
  end

  t.test("whatever the user has perl or the locale set to", function()
    local rpc = sshrpc.assert(sshrpc.daemon(nil, { shared = true }))
    local pid = status(rpc).pid
    for _, setting in ipairs({ "PERL_UNICODE=SAD", "PERL5OPT=-Mnosuch", "PERL5OPT=-w", "LC_ALL=xx_XX.UTF-8" }) do
      -- The shell may complain of a locale, too.
      local said = run(script, setting):gsub("[^\n]*warning: setlocale[^\n]*\n", "")
      t.equal(said:gsub("/[^\n]*", ""), ("%d\n\non\n"):format(pid), setting .. ": " .. said)
    end
    rpc:close()
  end)

  t.test("is told of no variable that isn't there", function()
    local told = t.tmp .. "/variables"
    os.remove(told)
    run(([[
      require("sshrpc").connect({ host = "nowhere", username = "nobody", shared = true, proxy_command = "env >%s" })
    ]]):format(told), "env -u TMPDIR -u TMP -u TEMP -u PERL_BADLANG")
    local variables = "\n" .. t.read_file(told)
    for _, name in ipairs({ "TMPDIR", "TMP", "TEMP", "PERL_BADLANG" }) do t.equal(variables:match("\n" .. name .. "=[^\n]*"), nil) end
  end)

  t.test("says why the program that starts it can't be run", function()
    local said = run([[
      local _, problem = require("sshrpc").daemon("/nowhere/sshrpc", { shared = true })
      print(problem.kind, problem.message)
    ]], "XDG_RUNTIME_DIR=" .. t.tmp .. "/nowhere")
    assert(said:find("DaemonNotFound\t/nowhere/sshrpc did not start: it ended: [^\n]*/nowhere/sshrpc: N?n?o[^\n]+\n$"), said)
  end)

  t.test("or by Node where there is no perl", function()
    local place = t.tmp .. "/without-perl"
    local links = "mkdir %s; for each in node sh mkdir mkfifo rm sed sleep lua5.4; do ln -s $(command -v $each) %s; done"
    os.execute(links:format(place, place))
    local rpc = sshrpc.assert(sshrpc.daemon(nil, { shared = true }))
    local pid = status(rpc).pid
    t.equal(run(script, "PATH=" .. place):match("^%d+\n"), ("%d\n"):format(pid))
    rpc:close()
  end)

  t.test("hears of a client's death where others have inherited its FIFO", function()
    local session = connect()
    local said = run([[
      assert(require("sshrpc").daemon(nil, { shared = true }))
      os.execute("sleep 120 >/dev/null 2>&1 & echo $!; kill -9 $PPID")
    ]])
    local sleeper = said:match("^(%d+)\n")
    until_true(function() return #status(session.rpc, { all = true }).clients == 1 end, "the other is gone")
    t.equal(t.alive(sleeper), true)
    os.execute("kill " .. sleeper)
    session:free()
  end)
end

t.test("takes and gives any bytes, and many", function()
  local session = connect()
  local bytes = t.all_bytes():rep(20000)
  t.equal(session:exec("cat", { stdin = bytes }).stdout, bytes)
  session:free()
end)

t.test("isn't used where others may use it", function()
  local folder = socket:match("^(.*)/")
  for _, change in ipairs({ "chmod 755 " .. folder, "chmod 666 " .. socket, ("mv %s %s.old && ln -s %s.old %s"):format(folder, folder, folder, folder) }) do
    os.execute(change)
    if adapter.socket then t.equal(adapter.socket(), nil, change) end
    -- It says why within 2 seconds, which may be too long for eco.
    if not is_eco then
      local _, problem = sshrpc.daemon(nil, { shared = true })
      t.equal(problem and problem.kind, "DaemonNotFound", change)
      assert(problem.message:find("can't be trusted", 1, true), problem.message)
    end
    os.execute(("if [ -L %s ]; then rm %s; mv %s.old %s; fi; chmod 700 %s; chmod 600 %s"):format(folder, folder, folder, folder, folder, socket))
  end
  sshrpc.assert(sshrpc.daemon(nil, { shared = true })):close()
end)

t.test("and one that ends as it is connected to is replaced", function()
  -- What dies without a word to whoever connects, and leaves its socket.
  local old = shell("node " .. os.getenv("SSHRPC_DAEMON") .. " stop")
  assert(old:find("Ended", 1, true), old)
  t.write_file(t.tmp .. "/ends.js", ([[
    const server = require("node:net").createServer(() => process.exit());
    process.umask(0o177);
    server.listen(%q, () => require("node:fs").writeFileSync(%q, ""));
  ]]):format(socket, t.tmp .. "/listens"))
  os.execute(("rm -f %s/listens; node %s/ends.js </dev/null >/dev/null 2>&1 &"):format(t.tmp, t.tmp))
  until_true(function() return t.read_file(t.tmp .. "/listens") end, "it listens")
  local session = connect()
  t.equal(session:exec("echo on").stdout, "on\n")
  session:free()
end)

t.test("ends: that is told, and the next session has another", function()
  local session = connect()
  local pid = status(session.rpc).pid
  os.execute(("kill -9 %d"):format(pid))
  local result, problem = session:exec("echo on")
  t.equal(result, nil)
  t.equal(problem.kind, "DaemonLost")
  local again = connect()
  t.equal(again:exec("echo on").stdout, "on\n")
  assert(status(again.rpc).pid ~= pid)
  again:free()
end)

t.test("knows where we run", function()
  os.execute(("rm -rf %s/place; mkdir %s/place"):format(t.tmp, t.tmp))
  run([[
    require("sshrpc").connect({ host = "nowhere", username = "nobody", shared = true, proxy_command = "sh -c 'pwd -P; echo $TOLD' >told" })
  ]], ("cd %s/place; TOLD=yes"):format(t.tmp))
  t.equal(t.read_file(t.tmp .. "/place/told"), t.shell(("cd %s/place; pwd -P"):format(t.tmp)) .. "yes\n")
  local session = connect()
  -- What the adapter itself tells, too.
  local path = t.tmp .. "/told"
  os.remove(path)
  local _, problem = sshrpc.connect(options({ proxy_command = ("sh -c 'pwd -P; echo $T_HOST' >%s"):format(path) }))
  t.equal(problem.kind, "ConnectFailed")
  t.equal(t.read_file(path), t.shell("pwd -P") .. server.host .. "\n")
  session:free()
end)

t.test("has what eco.ssh's scripts need, where the environment says so", function()
  local dropin = ([[
    local session = assert(require("eco.ssh").new(%q, %d, %q, %q))
    print(session:exec("echo $SSH_CONNECTION"))
    session:free()
  ]]):format(server.host, server.port, server.username, server.password)
  -- The client's port is the connection's: one login, for all of them.
  local first = run(dropin, "SSHRPC_SHARED=1")
  assert(first:find("^127%.0%.0%.1 %d+ .*\t0\tnil\n$"), first)
  t.equal(run(dropin, "SSHRPC_SHARED=1"), first)
  local rpc = sshrpc.assert(sshrpc.daemon(nil, { shared = true }))
  local before = #status(rpc, { all = true }).clients
  -- Without it, it has a daemon of its own.
  assert(run(dropin, "SSHRPC_SHARED=") ~= first)
  t.equal(before, #status(rpc, { all = true }).clients)
  rpc:close()
end)

sshrpc.close()
t.done()
