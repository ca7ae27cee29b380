--- The rock installs, what it installs works, the daemon is found, the linter is content.

local t = require("test")

local here = os.getenv("T_HERE")
local tree = t.tmp .. "/tree"

local function has(program)
  return t.shell("command -v " .. program) ~= ""
end

local headers = t.shell("ls /usr/include/lua5.4/lua.h /usr/local/include/lua.h /usr/include/lua.h 2>/dev/null") ~= ""

if has("luarocks") and headers then
  t.test("luarocks make installs it", function()
    local output = t.shell(("cp -r %s %s/rock && cd %s/rock && luarocks --lua-version 5.4 --tree %s make --deps-mode none; echo status $?")
      :format(here, t.tmp, t.tmp, tree))
    assert(output:find("status 0\n$"), output)
  end)
  t.test("what it installed runs", function()
    local code = [[
      local s <close> = assert(require("eco.ssh").new(os.getenv("T_HOST"), os.getenv("T_PORT"), os.getenv("T_USER"), os.getenv("T_PASSWORD")))
      print(s:exec("echo hi"))
      print(require("sshrpc")._VERSION)
    ]]
    local share = tree .. "/share/lua/5.4"
    t.write_file(t.tmp .. "/installed.lua", code)
    t.equal(t.shell(("cd / && LUA_PATH='%s/?.lua;%s/?/init.lua' lua5.4 %s/installed.lua"):format(share, share, t.tmp)), "hi\n\t0\tnil\n" .. require("sshrpc")._VERSION .. "\n")
  end)
else
  t.skip("luarocks make", "luarocks, or Lua's headers (liblua5.4-dev), for which it asks, are not installed")
end

t.test("every loop over pairs is by the one that LuaJIT compiles right", function()
  local files = t.shell(("grep -rlE '(^|[^i])pairs\\(' %s/sshrpc %s/eco %s/../neovim/lua | xargs grep -L 'require(\"sshrpc.support.pairs\")'"):format(here, here, here))
  t.equal(files, "")
end)

t.test("the daemon is found: environment, PATH, repository", function()
  local find = [[lua5.4 -e 'print(require("sshrpc.daemon").find().name)']]
  t.equal(t.shell("SSHRPC_DAEMON=/x/y.js " .. find), "/x/y.js\n")
  os.execute(("mkdir -p %s/bin && : >%s/bin/sshrpc"):format(t.tmp, t.tmp))
  t.equal(t.shell(("unset SSHRPC_DAEMON; PATH=%s/bin:$PATH %s"):format(t.tmp, find)), t.tmp .. "/bin/sshrpc\n")
  t.equal(t.shell(("unset SSHRPC_DAEMON; PATH=/usr/bin:/bin %s"):format(find)), here .. "/../../bin/sshrpc.js\n")
end)

t.test("a folder called sshrpc is no daemon, and without node a script isn't one", function()
  local find = [[/usr/bin/env lua5.4 -e 'local command, problem = require("sshrpc.daemon").find() print(command and command.name or problem)']]
  os.execute(("mkdir -p %s/folder/sshrpc %s/no-node && ln -sf $(command -v lua5.4) %s/no-node/"):format(t.tmp, t.tmp, t.tmp))
  t.equal(t.shell(("unset SSHRPC_DAEMON; PATH=%s/folder:/usr/bin:/bin %s"):format(t.tmp, find)), here .. "/../../bin/sshrpc.js\n")
  local output = t.shell(("SSHRPC_DAEMON=/x/y.js PATH=%s/no-node %s"):format(t.tmp, find))
  t.equal(output, "no node in the PATH, which is to run /x/y.js: install Node.js 20.19 or newer\n")
end)

t.test("where there is no sshrpc, the error says how to get one", function()
  -- A copy that is in no repository.
  os.execute(("mkdir -p %s/alone && cp -r %s/sshrpc %s/alone/ && ln -sf $(command -v lua5.4) %s/alone/"):format(t.tmp, here, t.tmp, t.tmp))
  local output = t.shell(("unset SSHRPC_DAEMON; cd %s/alone && PATH=%s/alone LUA_PATH='./?.lua;./?/init.lua' lua5.4 -e '%s'")
    :format(t.tmp, t.tmp, "print(select(2, require([[sshrpc]]).daemon()))"))
  for _, part in ipairs({ "no sshrpc in the PATH", "npm install -g", "SSHRPC_DAEMON" }) do
    assert(output:find(part, 1, true), output)
  end
end)

t.test("why the daemon didn't start is in the error", function()
  local starts = [[lua5.4 -e 'print(select(2, require("sshrpc").daemon()))' 2>/dev/null]]
  os.execute(("mkdir -p %s/old && printf '#!/bin/sh\\necho \"sshrpc: needs Node.js 20 or later, this is 18.2.0\" >&2; exit 70\\n' >%s/old/sshrpc && chmod +x %s/old/sshrpc")
    :format(t.tmp, t.tmp, t.tmp))
  local output = t.shell(("SSHRPC_DAEMON=%s/old/sshrpc %s"):format(t.tmp, starts))
  t.equal(output, t.tmp .. "/old/sshrpc did not start: it ended: sshrpc: needs Node.js 20 or later, this is 18.2.0\n")
  output = t.shell(("SSHRPC_DAEMON=%s/gone/sshrpc %s"):format(t.tmp, starts))
  assert(output:find("/gone/sshrpc: No such file", 1, true), output)
  -- One that does nothing at all holds nobody up.
  os.execute(("printf '#!/bin/sh\\ncase $1 in --version) exec sleep 60; esac\\n' >%s/old/mute && chmod +x %s/old/mute"):format(t.tmp, t.tmp))
  output = t.shell(("SSHRPC_DAEMON=%s/old/mute timeout 30 %s"):format(t.tmp, starts))
  t.equal(output, t.tmp .. "/old/mute did not start: it ended\n")
end)

t.test("the README's first example runs", function()
  local example = t.read_file(here .. "/README.md"):match("```lua\n(.-)```")
  local _, lines = example:gsub("\n", "")
  assert(lines < 10, lines)
  example = example:gsub('"example.org"', 'os.getenv("T_HOST"), port = tonumber(os.getenv("T_PORT"))')
    :gsub('"me"', 'os.getenv("T_USER")'):gsub('"…"', 'os.getenv("T_PASSWORD")')
  t.write_file(t.tmp .. "/readme.lua", example)
  local output = t.shell("lua5.4 " .. t.tmp .. "/readme.lua; echo status $?")
  assert(output:find("load average", 1, true) and output:find("status 0\n$"), output)
end)

local examples = here .. "/../../examples"

if has("nvim") then
  t.test("the Neovim example runs", function()
    local output = t.shell(("nvim --headless -u NONE -i NONE -c 'luafile %s/neovim/sshrpc.lua' -c qa! 2>&1; echo status $?"):format(examples))
    assert(output:find("hello from", 1, true), output)
  end)
else
  t.skip("the Neovim example", "nvim is not installed")
end

if has("bash") then
  t.test("the shell example runs", function()
    local output = t.shell(("cd %s/shell && SSH_HOST=$T_HOST SSH_PORT=$T_PORT SSH_USER=$T_USER SSH_PASSWORD=$T_PASSWORD sh ./sshrpc.sh; echo status $?"):format(examples))
    assert(output:find("hello from", 1, true) and output:find("status 0\n$"), output)
  end)
end

if has("luacheck") then
  t.test("luacheck is content", function()
    local output = t.shell(("cd %s && luacheck --quiet . ../../examples/neovim; echo status $?"):format(here))
    assert(output:find("status 0\n$"), output)
  end)
else
  t.skip("luacheck", "luacheck (Debian's lua-check) is not installed")
end

t.done()
