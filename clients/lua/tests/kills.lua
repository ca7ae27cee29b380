--- Whatever ends a script, and wherever it is then: its daemon ends, and nothing of it stays in the
-- temporary folder.

local t = require("test")

local here = os.getenv("T_HERE")

-- Ends its own process group, as Ctrl-C does, at the place that it is told.
local script = [[
local place, signal, tmp = os.getenv("T_PLACE"), os.getenv("T_SIGNAL"), os.getenv("T_OWN")
local count = 0
os.tmpname = function()
  count = count + 1
  return tmp .. "/" .. count
end
local function kill(when)
  os.execute(("{ n=0; until %s || [ $((n += 1)) -gt 500 ]; do sleep 0.02; done; echo >%s.killed; kill -%s -%s; } >/dev/null 2>&1 &")
    :format(when, tmp, signal, os.getenv("T_GROUP")))
end
local sshrpc, private, spool = require("sshrpc"), require("sshrpc.support.private"), require("sshrpc.spool")
spool.THRESHOLD = 1000000
if place == "start" then
  kill("test -e " .. tmp .. "/1/content")
  local fifo = private.fifo
  private.fifo = function()
    fifo()
    os.execute("exec sleep 10 2>/dev/null")
    error("interrupted")
  end
end
if place == "open" then
  -- The shell waits for the FIFO's other end.
  local open = io.open
  io.open = function(name, mode)
    if mode ~= "r+b" then return open(name, mode) end
    kill("true")
    os.execute("exec sleep 10 2>/dev/null")
    error("interrupted")
  end
end
local session = sshrpc.assert(sshrpc.connect({
  host = os.getenv("T_HOST"), port = tonumber(os.getenv("T_PORT")), username = os.getenv("T_USER"), password = os.getenv("T_PASSWORD"),
}))
local file = io.open(tmp .. ".pid", "w")
file:write(("%d"):format(sshrpc.assert(session.rpc:call("daemon.status", {})).pid))
file:close()
if place == "exec" then
  local mark = tmp:match("[^/]*$") .. ".runs"
  kill("test -e '" .. os.getenv("T_HOME") .. "/" .. mark .. "'")
  session:exec("touch " .. mark .. "; sleep 2")
elseif place == "read" then
  sshrpc.assert(session:exec("truncate -s 300M large"))
  kill("ls -A " .. tmp .. "/*/ | grep -q [.]content")
  session:read("large", { timeout = 2 })
elseif place == "write" then
  sshrpc.assert(session:exec("test -p pipe || mkfifo pipe"))
  kill("test -s " .. tmp .. "/2/content || test -s " .. tmp .. "/1/content")
  session:write("pipe", ("x"):rep(3000000), { timeout = 2 })
elseif place == "stuck" then
  -- It takes nothing any more; we wait to write the rest.
  os.execute("kill -STOP " .. sshrpc.assert(session.rpc:call("daemon.status", {})).pid)
  kill("grep -q pipe /proc/" .. os.getenv("T_GROUP") .. "/wchan")
  session:exec("cat", { stdin = ("x"):rep(300000) })
end
]]
local path = t.tmp .. "/killed.lua"
t.write_file(path, script)

local runtimes = {
  { "plain", "lua5.4 " .. path },
  { "luv", "lua5.4 -lluv " .. path },
  { "eco", ("lua5.4 %s/tests/eco-double/interpreter.lua %s"):format(here, path) },
  { "luajit", "luajit " .. path },
  { "nvim", ([[nvim --headless -u NONE -i NONE -c "lua package.path=os.getenv('LUA_PATH')..package.path" -c "luafile %s" -c qa!]]):format(path) },
}

local function has(command)
  return t.shell(command .. " >/dev/null 2>&1 && echo yes") == "yes\n"
end

--- Starts it at the head of a process group of its own, with SIGINT as a terminal's programs have it.
local function start(command, own, place, signal)
  os.execute("mkdir -p " .. own)
  return ([[{ T_OWN=%s T_PLACE=%s T_SIGNAL=%s timeout -s KILL 30 setsid -w env --default-signal=INT sh -c 'export T_GROUP=$$; exec %s' >%s.log 2>&1; } & ]])
    :format(own, place, signal, command:gsub("'", "'\\''"), own)
end

--- Nothing is left: the daemon is gone, its folder is empty, and no process is busy with it.
local function settled(own)
  local pid = tonumber(t.read_file(own .. ".pid") or "")
  return t.read_file(own .. ".killed") and t.shell("ls -A " .. own) == "" and not (pid and t.alive(pid))
    and t.shell("pgrep -f '" .. own .. "/[0-9]'") == ""
end

for _, runtime in ipairs(runtimes) do
  local name, command = runtime[1], runtime[2]
  local present = has("command -v " .. command:match("%S+"))
  if name == "luv" or name == "eco" then present = has("lua5.4 -e 'require[[luv]]'") end
  if not present then
    t.skip("kills under " .. name, "it is not installed")
  else
    local runs, commands = {}, {}
    local places = { "exec", "read", "write" }
    -- Over libuv a daemon is started without a FIFO.
    if name ~= "luv" and name ~= "nvim" then places[4] = "start" end
    if name == "plain" then places[5], places[6] = "open", "stuck" end
    for _, place in ipairs(places) do
      -- Who is killed ends nobody that is stuck.
      for _, signal in ipairs(place == "stuck" and { "INT" } or { "INT", "TERM", "KILL" }) do
        local own = ("%s/%s-%s-%s"):format(t.tmp, name, place, signal)
        runs[#runs + 1] = { own = own, title = ("%s during %s under %s leaves nothing"):format(signal, place, name) }
        commands[#commands + 1] = start(command, own, place, signal)
      end
    end
    -- All at once: they mostly wait.
    os.execute(table.concat(commands) .. "wait")
    for _, run in ipairs(runs) do
      t.test(run.title, function()
        for _ = 1, 60 do
          if settled(run.own) then return end
          os.execute("sleep 0.05")
        end
        error(t.shell("find " .. run.own .. "; cat " .. run.own .. ".pid " .. run.own .. ".log"))
      end)
    end
  end
end

t.done()
