--- However a script ends, its daemon ends too.

local t = require("test")

local here = os.getenv("T_HERE")

local script = [[
local ssh = require("eco.ssh")
local mode = (arg and arg[1]) or os.getenv("T_MODE")
local session = assert(ssh.new(os.getenv("T_HOST"), os.getenv("T_PORT"), os.getenv("T_USER"), os.getenv("T_PASSWORD")))
print("pid " .. ("%d"):format(session.session.rpc:call("daemon.status", {}).pid))
io.stdout:flush()
if mode == "error" then error("on purpose") end
if mode == "exit" then os.exit(3) end
if mode == "close" then os.exit(3, true) end
if mode == "TERM" or mode == "KILL" then
  os.execute("(sleep 0.3; kill -" .. mode .. " $PPID) &")
  session:exec("sleep 120")
end
if mode == "background" then os.execute("sleep 120 >/dev/null 2>&1 & echo sleeper $!") end
if mode == "free" then session:free() end
]]
local path = t.tmp .. "/exit.lua"
t.write_file(path, script)

local runtimes = {
  plain = "lua5.4 " .. path,
  luv = "lua5.4 -lluv " .. path,
  eco = ("lua5.4 %s/tests/eco-double/interpreter.lua %s"):format(here, path),
  luajit = "luajit " .. path,
  ["lua5.1"] = "lua5.1 " .. path,
  nvim = ([[nvim --headless -u NONE -i NONE -c "lua package.path=os.getenv('LUA_PATH')..package.path" -c "luafile %s" -c qa! 2>&1]]):format(path),
}
local statuses = { ["return"] = 0, free = 0, background = 0, exit = 3, close = 3, error = 1, TERM = 143, KILL = 137 }

for name, command in pairs(runtimes) do
  local program = command:match("%S+")
  local present = t.shell("command -v " .. program) ~= ""
  if present and (name == "luv" or name == "eco") then
    present = t.shell("lua5.4 -e 'require[[luv]]' >/dev/null 2>&1 && echo yes") == "yes\n"
  end
  if not present then
    t.skip("exits under " .. name, program .. " or luv is not installed")
  else
    for _, mode in ipairs({ "return", "free", "background", "error", "exit", "close", "TERM", "KILL" }) do
      -- The limit is only there against what hangs.
      t.test(("%s under %s leaves no daemon"):format(mode, name), function()
        local output = t.shell(("T_MODE=%s timeout 60 %s %s; echo status $?"):format(mode, command, name == "nvim" and "" or mode))
        local sleeper = output:match("sleeper (%d+)")
        if sleeper then os.execute("kill " .. sleeper) end
        local pid = tonumber(output:match("pid (%d+)"))
        assert(pid, output)
        if statuses[mode] and not (name == "nvim" and mode ~= "exit") then
          t.equal(tonumber(output:match("status (%d+)")), statuses[mode], output)
        end
        for _ = 1, 40 do
          if not t.alive(pid) then return end
          os.execute("sleep 0.05")
        end
        os.execute("kill -9 " .. pid)
        error("the daemon lives")
      end)
    end
  end
end

-- Answers, and then hears nothing any more.
local hanging = t.tmp .. "/hanging.js"
t.write_file(hanging, [[
process.on("SIGTERM", () => {});
process.stdin.once("data", () => {
  require("node:fs").writeFileSync(process.env.T_PID, String(process.pid));
  const reply = JSON.stringify({ jsonrpc: "2.0", id: 1, result: { capabilities: { binaryFrames: true } } });
  process.stdout.write(`Content-Length: ${reply.length}\r\n\r\n${reply}`);
  setInterval(() => {}, 60000);
});
]])
local starting = t.tmp .. "/starting.lua"
t.write_file(starting, 'local sshrpc = require("sshrpc") assert(sshrpc.daemon(), "none") print("done")')

for name, command in pairs(runtimes) do
  if t.shell("command -v " .. command:match("%S+")) ~= "" then
    t.test("a daemon that hangs doesn't hold the script under " .. name, function()
      local pid_file = t.tmp .. "/hanging.pid"
      os.remove(pid_file)
      -- The limit is only there against what hangs.
      local output = t.shell(("T_PID=%s SSHRPC_DAEMON=%s timeout 30 %s; echo status $?")
        :format(pid_file, hanging, (command:gsub("/exit%.lua", "/starting.lua"))))
      local pid = tonumber(t.read_file(pid_file) or "")
      assert(pid, output)
      local lives = t.alive(pid)
      if lives then os.execute("kill -9 " .. pid) end
      assert(output:find("done", 1, true) and output:find("status 0\n"), output)
      -- A plain Lua waits for it, and ends it.
      if name == "plain" or name == "luajit" or name == "lua5.1" then t.equal(lives, false, "the daemon's life") end
    end)
  end
end

t.test("no FIFO and no spool file is left", function()
  t.equal(t.shell("find /tmp -maxdepth 1 -name 'lua_*' ! -type f -newer " .. path), "")
end)

t.done()
