--- 100 MB through memory and by path, bytes equal.

local t = require("test")
local ssh = require("eco.ssh")

local server = t.server
local source, remote, back = t.tmp .. "/bulk", server.home .. "/bulk", t.tmp .. "/bulk-back"
os.execute("head -c 100000000 /dev/urandom >" .. source)
local session = assert(ssh.new(server.host, server.port, server.username, server.password))

local function same()
  t.equal(t.shell(("cmp %s %s && echo same"):format(source, remote)), "same\n")
end

local function timed(name, body)
  t.test(name, function()
    local function now() return tonumber(t.read_file("/proc/uptime"):match("%S+")) end
    local begin = now()
    body()
    print(("ok - %s took %.2f s"):format(name, now() - begin))
  end)
end

timed("100 MB by path, there", function() assert(session:scp_sendfile(source, remote)) end)
t.test("arrived as they were", same)
timed("100 MB by path, back", function() t.equal(assert(session:scp_recv(remote, back)), 100000000) end)
t.test("came back as they were", function()
  t.equal(t.shell(("cmp %s %s && echo same"):format(source, back)), "same\n")
end)
local data = t.read_file(source)
session:exec("rm -f bulk")
timed("100 MB through memory, there", function() assert(session:scp_send(data, remote)) end)
t.test("arrived as they were", same)
timed("100 MB through memory, back", function() t.equal(assert(session:scp_recv(remote)) == data, true) end)
session:exec("rm -f bulk")
os.remove(source)
os.remove(back)
session:free()

t.done()
