--- Runs all tests: `lua5.4 clients/lua/tests/run.lua [SUITE | "SUITE under INTERPRETER"]...`, after
-- `npm run build`. With --list it prints the suites, and runs none.
--
-- Environment: SSHRPC_DAEMON (by default the repository's), SSHRPC_BUILD (the folder with the
-- daemon's dist, by default the repository), TEST_COUNTS (a file for the counts as JSON).

local here = arg[0]:match("^(.*)/tests/run%.lua$") or "."
if here:sub(1, 1) ~= "/" then
  local pipe = io.popen("pwd")
  here = pipe:read("l") .. "/" .. here
  pipe:close()
end
local lua_path = ("%s/?.lua;%s/?/init.lua;%s/tests/?.lua;;"):format(here, here, here)
package.path = lua_path:gsub(";;", ";") .. package.path

local json = require("sshrpc.json")
local t = require("test")

local suites = {
  { "unit", { "lua5.1", "lua5.2", "lua5.3", "lua5.4", "luajit", "nvim" } },
  { "native", { "lua5.1", "lua5.2", "lua5.3", "lua5.4", "luajit", "nvim", "luv", "eco", "eco 4.0" } },
  { "files", { "lua5.1", "lua5.4", "luajit", "nvim", "luv", "eco" } },
  { "lent", { "lua5.1", "lua5.4", "luv", "eco" } },
  { "states", { "lua5.1", "lua5.4", "luajit", "nvim", "luv", "eco", "eco 4.0" } },
  { "talk", { "lua5.1", "lua5.4", "nvim", "luv", "eco", "eco 4.0" } },
  { "tunnels", { "lua5.1", "lua5.4", "luv", "eco" } },
  { "dropin", { "lua5.1", "lua5.4", "luajit", "luv", "eco", "eco 4.0" } },
  { "concurrency", { "eco", "eco 4.0" } },
  { "starting", { "lua5.1", "lua5.4", "luajit", "nvim", "luv", "eco", "eco 4.0" } },
  { "shared", { "lua5.1", "lua5.4", "luajit", "nvim", "luv", "eco", "eco 4.0" } },
  { "loop", { "luv5.1", "luv5.2", "luv5.3", "luv", "luvjit" } },
  { "scripts", { "lua5.4" } },
  { "exits", { "lua5.4" } },
  { "kills", { "lua5.4" } },
  { "conformance", { "lua5.1", "lua5.4", "luajit" } },
  { "bulk", { "lua5.4", "luajit", "eco" } },
  { "package", { "lua5.4" } },
}

if arg[1] == "--list" then
  for _, entry in ipairs(suites) do print(entry[1]) end
  os.exit(0)
end

local build = os.getenv("SSHRPC_BUILD") or here .. "/../.."
local daemon = os.getenv("SSHRPC_DAEMON") or build .. "/bin/sshrpc.js"

local function capture(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("a")
  pipe:close()
  return text
end

local tmp = capture("mktemp -d"):match("%S+")
local home = tmp .. "/home"
os.execute("mkdir " .. home)

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Starts a helper that prints one line of JSON and ends with its stdin.
local helpers = {}
local function helper(name, command)
  local out = tmp .. "/" .. name .. ".json"
  helpers[#helpers + 1] = assert(io.popen(("exec %s >%s"):format(command, out), "w"))
  for _ = 1, 600 do
    local text = t.read_file(out)
    if text and text:find("\n") then return json.decode(text:match("^[^\n]*")) end
    os.execute("sleep 0.1")
  end
  error(name .. " did not start")
end

local serve = "node " .. quoted(build .. "/dist/test/fixtures/serve-sshd.js")
local server = helper("sshd", serve)
if server.skip then
  print("skipped: " .. server.skip)
  local counts = os.getenv("TEST_COUNTS")
  if counts then t.write_file(counts, '{"passed":0,"failed":0,"skipped":1}\n') end
  os.exit(0)
end
local environment = {
  HOME = home, SSHRPC_DAEMON = daemon, LUA_PATH = lua_path, T_TMP = tmp, T_HERE = here,
  T_HOST = server.host, T_PORT = server.port, T_USER = server.username, T_PASSWORD = server.password,
  T_HOME = server.home,
  -- Where a shared daemon is, if a test starts one.
  XDG_RUNTIME_DIR = tmp,
  -- What the daemons have compiled is kept for the next ones.
  XDG_CACHE_HOME = os.getenv("XDG_CACHE_HOME") or build .. "/.cache",
}
local function wants(suite)
  return #arg == 0 or (" " .. table.concat(arg, " ")):find(" " .. suite, 1, true)
end
if wants("dropin") then
  environment.T_PORT_NOPASSWORD = helper("keys", serve .. [[ '{"config":["PasswordAuthentication no"]}']]).port
  local faulty = helper("faulty", "node -e " .. quoted([[
    const net = require("node:net");
    const kinds = {
      SILENT() {},
      CLOSING(socket) { socket.end(); },
      HTTP(socket) { socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"); },
      // Says that it is busy (RFC 4253 §4.2), for longer than eco.ssh's 5 s, and is then the real one.
      SLOW(socket) {
        let left = 6;
        const timer = setInterval(() => {
          socket.write("please wait\r\n");
          if (--left > 0) return;
          clearInterval(timer);
          const real = net.connect(Number(process.argv[1]), "127.0.0.1");
          real.on("error", () => socket.destroy());
          socket.pipe(real).pipe(socket);
        }, 1000);
        socket.pause().once("close", () => clearInterval(timer));
      },
    };
    const ports = {};
    for (const [name, act] of Object.entries(kinds)) {
      const server = net.createServer((socket) => { socket.on("error", () => {}); socket.resume(); act(socket); });
      server.listen(0, "127.0.0.1", () => {
        ports[name] = server.address().port;
        if (Object.keys(ports).length === Object.keys(kinds).length) console.log(JSON.stringify(ports));
      });
    }
    process.stdin.resume().on("end", () => process.exit());
  ]]) .. " " .. server.port)
  for kind, port in pairs(faulty) do environment["T_PORT_" .. kind] = port end
end
if wants("lent") then
  local sudo = helper("sudo", serve .. [[ '{"sudo":true}']])
  environment.T_PORT_SUDO = sudo.port or sudo.skip
  environment.T_PORT_NOSUDO = helper("without_sudo", serve .. [[ '{"config":["SetEnv PATH=/var/empty"]}']]).port
  local agent = helper("agent", serve .. [[ '{"agent":true}']])
  environment.T_PORT_AGENT, environment.T_AGENT = agent.port, agent.agent
end
local exports = {}
for name, value in pairs(environment) do exports[#exports + 1] = name .. "=" .. quoted(tostring(value)) end
local env = "unset LUA_PATH_5_4 LUA_PATH_5_3 LUA_PATH_5_2; export " .. table.concat(exports, " ") .. "; "

local nvim = ([[nvim --headless -u NONE -i NONE -c "lua package.path = '%s' .. package.path" -c 'luafile %%s' -c qa! 2>&1]])
  :format(lua_path:gsub(";;", ";"))
local double = "lua5.4 " .. quoted(here .. "/tests/eco-double/interpreter.lua") .. " %s"
local runtimes = {
  ["lua5.1"] = { need = "lua5.1", command = "lua5.1 %s" },
  ["lua5.2"] = { need = "lua5.2", command = "lua5.2 %s" },
  ["lua5.3"] = { need = "lua5.3", command = "lua5.3 %s" },
  ["lua5.4"] = { need = "lua5.4", command = "lua5.4 %s" },
  luajit = { need = "luajit", command = "luajit %s" },
  nvim = { need = "nvim", command = nvim },
  ["luv5.1"] = { need = "lua5.1", luv = true, command = "lua5.1 -lluv %s" },
  ["luv5.2"] = { need = "lua5.2", luv = true, command = "lua5.2 -lluv %s" },
  ["luv5.3"] = { need = "lua5.3", luv = true, command = "lua5.3 -lluv %s" },
  luvjit = { need = "luajit", luv = true, command = "luajit -lluv %s" },
  luv = { need = "lua5.4", luv = true, command = "lua5.4 -lluv %s" },
  eco = { need = "lua5.4", luv = true, command = double },
  ["eco 4.0"] = { need = "lua5.4", luv = true, command = "ECO_DOUBLE=4.0 " .. double },
}

local wanted = {}
for _, name in ipairs(arg) do wanted[name] = true end

local total = { passed = 0, failed = 0, skipped = 0 }
local failures = {}

local function available(runtime)
  if capture("command -v " .. runtime.need) == "" then return runtime.need .. " is not installed" end
  if runtime.luv and capture(runtime.need .. " -e 'print(pcall(require, [[luv]]))' 2>&1"):sub(1, 4) ~= "true" then
    return "luv (Debian's lua-luv) is not installed"
  end
  return nil
end

local function run(suite, name)
  local runtime = runtimes[name]
  local missing = available(runtime)
  if missing then
    total.skipped = total.skipped + 1
    return print(("skipped: %s under %s: %s"):format(suite, name, missing))
  end
  local output = capture(env .. "timeout 600 " .. "sh -c " .. quoted(runtime.command:format(here .. "/tests/" .. suite .. ".lua")) .. " 2>&1")
  local passed, failed, skipped = output:match("# (%d+) (%d+) (%d+)")
  local _, oks = output:gsub("%f[%w]ok %- ", "")
  for line in output:gmatch("[^\r\n]+") do
    if not line:find("^ok %- ") and not line:find("^# ") then print(("  %s: %s"):format(name, line)) end
    if line:find("^not ok") then failures[#failures + 1] = ("%s under %s: %s"):format(suite, name, line) end
  end
  if not passed then
    -- It ended before its last line.
    passed, failed, skipped = oks, 1, 0
    failures[#failures + 1] = ("%s under %s did not end"):format(suite, name)
    print("not ok - " .. failures[#failures])
  end
  print(("%s under %s: %d passed, %d failed, %d skipped"):format(suite, name, passed, failed, skipped))
  total.passed = total.passed + passed
  total.failed = total.failed + failed
  total.skipped = total.skipped + skipped
end

for _, entry in ipairs(suites) do
  for _, name in ipairs(entry[2]) do
    local both = entry[1] .. " under " .. name
    if #arg == 0 or wanted[entry[1]] or wanted[both] then run(entry[1], name) end
  end
end

capture(env .. "node " .. quoted(daemon) .. " stop 2>&1")
for index = #helpers, 1, -1 do helpers[index]:close() end
os.execute("rm -rf " .. quoted(tmp))

print(("\n%d passed, %d failed, %d skipped"):format(total.passed, total.failed, total.skipped))
local counts = os.getenv("TEST_COUNTS")
if counts then
  total.failures = json.array(failures)
  t.write_file(counts, json.encode(total))
end
os.exit(total.failed == 0)
