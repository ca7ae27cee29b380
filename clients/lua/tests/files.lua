--- session.files against a real sshd.

local t = require("test")
local bytes = require("sshrpc.bytes")
local sshrpc = require("sshrpc")

local ok = sshrpc.assert
local server = t.server
local session = ok(sshrpc.connect({
  host = server.host, port = server.port, username = server.username, password = server.password,
}))
local files = session.files
local folder = "files"

local function fails(errno, value, problem)
  t.equal(value, nil)
  t.equal(problem.kind, "RemoteFileError")
  t.equal(problem.errno, errno)
end

ok(files:rm(folder, { recursive = true, force = true }))
ok(files:mkdir(folder .. "/sub/deep", { recursive = true }))

t.test("how the files are reached", function()
  local info = ok(files:info())
  t.equal(info.via, "sftp")
  t.equal(info.home, server.home)
end)

t.test("names of any bytes", function()
  local name = folder .. "/sub/caf\233 \255'"
  ok(files:write(name, "1", { mode = 416 }))
  t.equal(ok(files:stat(name)).mode, 416)
  local entries = ok(files:readdir(folder .. "/sub"))
  t.equal(#entries, 2)
  local seen = {}
  for entry, stat in files:dir(folder .. "/sub") do seen[entry] = stat.type end
  t.equal(seen["caf\233 \255'"], "file")
  t.equal(seen.deep, "directory")
  ok(files:unlink(name))
  t.equal(bytes.from_base64("Y2Fm6SD/Jw=="), "caf\233 \255'")
  t.throws("no-such", function() files:dir("no-such") end)
end)

t.test("a large directory comes by pieces, and a loop that is left ends it", function()
  ok(session:exec("mkdir -p many && cd many && seq 7000 | xargs touch"))
  local seen, count = {}, 0
  for name, stat in files:dir("many") do
    if not seen[name] and stat.type == "file" then count = count + 1 end
    seen[name] = true
  end
  t.equal(count, 7000)
  local left = 0
  for _ in files:dir("many") do
    left = left + 1
    if left == 3 then break end
  end
  collectgarbage()
  collectgarbage()
  t.equal(#ok(files:readdir("many")), 7000)
end)

t.test("what can be done to a name", function()
  local one, two, link = folder .. "/one", folder .. "/two", folder .. "/link"
  ok(files:write(one, "content"))
  ok(files:chmod(one, 384))
  ok(files:utimes(one, 1e9, 1e9 + 60))
  local stat = ok(files:stat(one))
  t.equal(stat.size, 7)
  t.equal(stat.mode, 384)
  t.equal(stat.mtime, 1e9 + 60)
  ok(files:chown(one, stat.uid, stat.gid))
  ok(files:truncate(one, 3))
  ok(files:link(one, two))
  ok(files:copy(two, folder .. "/copy"))
  ok(files:rename(folder .. "/copy", two))
  fails("EEXIST", files:rename(one, two, { overwrite = false }))
  ok(files:symlink("two", link))
  t.equal(ok(files:readlink(link)), "two")
  t.equal(ok(files:lstat(link)).type, "symlink")
  t.equal(ok(files:realpath(link)), server.home .. "/" .. two)
  t.equal(ok(files:read(link)), "con")
  t.equal(ok(files:read(link, { offset = 1, length = 1 })), "o")
  t.equal(ok(files:statvfs(folder)).block_size > 0, true)
  ok(files:rmdir(folder .. "/sub/deep"))
end)

t.test("errors have their names", function()
  fails("ENOENT", files:stat(folder .. "/missing"))
  fails("ENOTEMPTY", files:rmdir(folder))
  fails("EACCES", files:open("/etc/shadow"))
  fails("EEXIST", files:mkdir(folder))
  t.equal(select(2, files:stat(folder .. "/missing")).data.code, "ENOENT")
end)

t.test("an open file", function()
  local path, all = folder .. "/open", t.all_bytes()
  local file = ok(files:open(path, "w+"))
  t.equal(ok(file:write(all)), 256)
  t.equal(ok(file:seek("set", 10)), 10)
  t.equal(ok(file:read(3)), "\10\11\12")
  t.equal(ok(file:seek()), 13)
  t.equal(#ok(file:read("a")), 243)
  t.equal(file:read(1), nil)
  t.equal(select(2, file:read(1)), nil)
  t.equal(ok(file:read()), "")
  ok(file:truncate(100))
  t.equal(ok(file:seek("end", -1)), 99)
  t.equal(select(2, file:seek("set", -1)).kind, "InvalidArgument")
  t.equal(ok(file:stat()).size, 100)
  ok(file:sync())
  ok(file:close())
  ok(file:close())
  fails("EBADF", file:read(1))
  file = ok(files:open(path, "a"))
  ok(file:write("end"))
  ok(file:close())
  t.equal(ok(files:read(path)), all:sub(1, 100) .. "end")
end)

t.test("upload and download: functions and Lua's files", function()
  local path, data = folder .. "/stream", t.all_bytes():rep(20000)
  ok(files:write(path, "old", { mode = 416 }))
  local sent = 0
  local function reader()
    if sent >= #data then return nil end
    sent = sent + 300000
    return data:sub(sent - 299999, sent)
  end
  t.equal(ok(files:upload(reader, path)), #data)
  t.equal(ok(files:stat(path)).mode, 416)
  local pieces = {}
  t.equal(ok(files:download(path, function(piece) pieces[#pieces + 1] = piece return true end)), #data)
  t.equal(table.concat(pieces), data)
  t.write_file(t.tmp .. "/up", "small")
  local here = assert(io.open(t.tmp .. "/up", "rb"))
  t.equal(ok(files:upload(here, path)), 5)
  here:close()
  here = assert(io.open(t.tmp .. "/down", "wb"))
  t.equal(ok(files:download(path, here)), 5)
  here:close()
  t.equal(t.read_file(t.tmp .. "/down"), "small")
  -- What fails leaves the old file, and nothing beside it.
  sent = 0
  local _, problem = files:upload(function()
    local piece = reader()
    if piece then return piece end
    return nil, "the reader's own"
  end, path)
  t.equal(problem, "the reader's own")
  t.equal(ok(files:read(path)), "small")
  for name in files:dir(folder) do assert(not name:find("sshrpc"), name) end
  _, problem = files:download(path, function() return nil, "full" end)
  t.equal(problem, "full")
end)

t.test("trees, with progress", function()
  os.execute(("mkdir -p '%s/tree/sub' && cd '%s/tree' && printf 1 >one && printf 22 >sub/two && printf x >sub/left.tmp"):format(t.tmp, t.tmp))
  local last
  local options = {
    recursive = true, preserve = true, overwrite = "changed", delete = true, exclude = { "*.tmp" },
    on_progress = function(...) last = { ... } end,
  }
  local result = ok(files:put(t.tmp .. "/tree", folder .. "/tree", options))
  t.equal(result.files, 2)
  t.equal(result.bytes, 3)
  t.equal(last[1] .. "," .. last[3] .. "," .. last[4], "3,2,2")
  t.equal(ok(files:put(t.tmp .. "/tree", folder .. "/tree", options)).files, 0)
  t.equal(ok(files:get(folder .. "/tree", t.tmp .. "/back", { recursive = true, exclude = {} })).files, 2)
  t.equal(t.read_file(t.tmp .. "/back/sub/two"), "22")
  fails("ENOENT", files:get(folder .. "/missing", t.tmp .. "/none"))
  ok(files:chmod(folder .. "/tree/one", 0))
  local _, problem = files:get(folder .. "/tree", t.tmp .. "/partly", { recursive = true })
  t.equal(problem.kind, "TransferIncomplete")
  t.equal(problem.data.failures[1].path, "one")
  t.equal(problem.data.files, 1)
end)

ok(files:rm(folder, { recursive = true }))
session:free()
t.done()
