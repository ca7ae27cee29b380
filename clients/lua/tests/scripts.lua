--- The seed page's snippets, and scripts of the kind that lua-eco ships, as they are.

local t = require("test")

local here = os.getenv("T_HERE")
local double = "lua5.4 " .. here .. "/tests/eco-double/interpreter.lua "

local function run(interpreter, script)
  return t.shell(("cd %s && LUA_INIT_5_4='@%s/tests/scripts/redirect.lua' %s %s/tests/scripts/%s.lua; echo status $?")
    :format(t.tmp, here, interpreter, here, script))
end

local has_luv = t.shell("lua5.4 -e 'require[[luv]]' >/dev/null 2>&1 && echo yes") == "yes\n"
local release = t.read_file("/etc/os-release")
local sent = "/tmp/sshrpc-sent-1 /tmp/sshrpc-sent-2"
t.write_file(t.tmp .. "/to-send", "a file\0\n")

local checks = {
  ["seed-exec"] = function(output)
    assert(output:find("^exit:\t0\tsignal:\tnil\n.*load average.*status 0\n$"), output)
  end,
  ["seed-scp-recv"] = function(output)
    t.equal(output, release .. "\nstatus 0\n")
    t.equal(t.read_file("/tmp/os-release"), release)
  end,
  ["seed-scp-send"] = function(output)
    t.equal(output, "status 0\n")
    t.equal(t.read_file("/tmp/hello"), "hello\n")
  end,
  exec = function(output)
    t.equal(output, "code\t4\noutput\tuptime\n\nstatus 0\n")
  end,
  scp_recv = function(output)
    t.equal(output, ("%ssize\t%d\nstatus 0\n"):format(release, #release))
  end,
  scp_send = function(output)
    t.equal(output, "sent\nstatus 0\n")
    t.equal(t.read_file("/tmp/sshrpc-sent-1"), "12345\n")
    t.equal(t.read_file("/tmp/sshrpc-sent-2"), "a file\0\n")
  end,
}
-- Those that require 'eco' itself need one.
local needs_eco = { ["seed-exec"] = true, ["seed-scp-recv"] = true }
local plain_with_eco = ("lua5.4 -e 'package.path=package.path..\";%s/tests/eco-double/?.lua\"'"):format(here)

for name, check in pairs(checks) do
  for title, interpreter in pairs({ plain = needs_eco[name] and plain_with_eco or "lua5.4 ", eco = double }) do
    local label = ("%s runs as it is under %s"):format(name, title)
    if not has_luv and (title == "eco" or needs_eco[name]) then
      t.skip(label, "luv (Debian's lua-luv) is not installed")
    else
      t.test(label, function()
        os.execute("rm -f /tmp/hello /tmp/os-release " .. sent)
        check(run(interpreter, name))
      end)
    end
  end
end
os.execute("rm -f /tmp/hello /tmp/os-release " .. sent)

t.done()
