-- Run in a headless Neovim (`-c 'luafile tests/plugin.lua'`), with T_HOST, T_PORT, T_USER, T_PASSWORD and
-- T_HOME (the account's), as test/clients-neovim/neovim.test.ts does. It prints a line for each test.

local host = ("%s@%s:%s"):format(os.getenv("T_USER"), os.getenv("T_HOST"), os.getenv("T_PORT"))
local home = os.getenv("T_HOME")
local asked = {}

vim.o.hidden = true
vim.fn.inputsecret = function(text)
  asked[#asked + 1] = text
  return os.getenv("T_PASSWORD")
end
vim.fn.confirm = function(text)
  asked[#asked + 1] = text
  return 1
end
local said = {}
vim.notify = function(text) said[#said + 1] = text end

local function equal(actual, expected, what)
  if not vim.deep_equal(actual, expected) then
    error(("%s: %s, not %s"):format(what, vim.inspect(actual), vim.inspect(expected)), 2)
  end
end

--- Waits as a user does: Neovim takes keys meanwhile.
local function until_so(what, is_so)
  local me = coroutine.running()
  for _ = 1, 1000 do
    if is_so() then return end
    vim.defer_fn(function() assert(coroutine.resume(me)) end, 10)
    coroutine.yield()
  end
  error(("never so: %s %s\n%s"):format(what, vim.inspect(said), table.concat(vim.api.nvim_buf_get_lines(0, 0, 30, false), "\n")), 2)
end

local function write_file(name, data)
  local file = assert(io.open(home .. "/" .. name, "wb"))
  file:write(data)
  file:close()
end

local function read_file(name)
  local file = io.open(home .. "/" .. name, "rb")
  local data = file and file:read("*a")
  if file then file:close() end
  return data
end

--- :edit, and what is known of the buffer in the end.
local function edit(path)
  vim.cmd("edit " .. vim.fn.fnameescape(("sshrpc://%s%s"):format(host, path)))
  local buffer = vim.api.nvim_get_current_buf()
  until_so(path .. " is read", function() return vim.b[buffer].sshrpc_state ~= nil end)
  return buffer, vim.b[buffer].sshrpc_state
end

local function write_and_wait()
  vim.cmd("write")
  local buffer = vim.api.nvim_get_current_buf()
  until_so("written", function() return not vim.bo[buffer].modified end)
end

local function lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
end

local function test(name, body)
  said = {}
  local ok, problem = xpcall(body, debug.traceback)
  io.stdout:write(ok and "ok " or "not ok ", name, ok and "" or ": " .. tostring(problem), "\n")
end

local function tests()

vim.cmd("filetype on")
vim.fn.mkdir(home .. "/nvim/sub", "p")
vim.loop.fs_chmod(home .. "/nvim", 511)
vim.loop.fs_chmod(home .. "/nvim/sub", 511)
write_file("nvim/x.lua", "return 1\nlast\n")

test("a file is read while Neovim goes on", function()
  vim.cmd(("edit sshrpc://%s%s/nvim/x.lua"):format(host, home))
  local buffer = vim.api.nvim_get_current_buf()
  equal(vim.b[buffer].sshrpc_state, nil, "it hasn't waited")
  equal(vim.bo[buffer].modifiable, false, "nothing can be typed before it is there")
  until_so("read", function() return vim.b[buffer].sshrpc_state == "read" end)
  equal(lines(buffer), { "return 1", "last" }, "lines")
  equal(vim.bo[buffer].filetype, "lua", "filetype")
  equal(vim.bo[buffer].modified, false, "modified")
  equal(#asked > 0 and asked[#asked]:find("assword") ~= nil, true, "asked for the password")
end)

test("and written", function()
  vim.api.nvim_buf_set_lines(0, 0, 1, true, { "return 2" })
  vim.cmd("write")
  equal(vim.bo.modified, true, "it isn't written before the server says so")
  until_so("written", function() return not vim.bo.modified end)
  equal(read_file("nvim/x.lua"), "return 2\nlast\n", "the file")
end)

test("a new file", function()
  local _, state = edit(home .. "/nvim/new file")
  equal(state, "new", "state")
  vim.api.nvim_buf_set_lines(0, 0, -1, true, { "grün" })
  write_and_wait()
  equal(read_file("nvim/new file"), "grün\n", "the file")
end)

test("bytes stay the same", function()
  for name, data in pairs({
    empty = "", noeol = "a\nb", dos = "a\r\nb\r\n", mixed = "a\r\nb\n", nul = "a\0b\n\255\254\n", newline = "\n",
    bom = "\239\187\191x\n", long = ("x"):rep(300000) .. "\n",
  }) do
    write_file("nvim/bytes-" .. name, data)
    vim.loop.fs_chmod(home .. "/nvim/bytes-" .. name, 438)
    local buffer = edit(home .. "/nvim/bytes-" .. name)
    vim.bo[buffer].fixendofline = false
    vim.bo[buffer].modified = true
    write_and_wait()
    equal(read_file("nvim/bytes-" .. name) == data, true, name)
  end
end)

test("directories", function()
  local buffer, state = edit(home .. "/nvim/")
  equal(state, "directory", "state")
  equal(vim.tbl_contains(lines(buffer), "sub/"), true, "a folder in it")
  equal(vim.tbl_contains(lines(buffer), "x.lua"), true, "a file in it")
  vim.fn.search("^sub/$")
  vim.api.nvim_feedkeys("\r", "xt", false)
  equal(vim.api.nvim_buf_get_name(0):match("/nvim/sub$") ~= nil, true, "<CR> opens")
  until_so("sub", function() return vim.b.sshrpc_state == "directory" end)
  vim.api.nvim_feedkeys("-", "xt", false)
  equal(vim.api.nvim_buf_get_name(0):match("/nvim$") ~= nil, true, "- goes up")
end)

test("what can't be read is said, and not written over", function()
  write_file("nvim/secret", "secret")
  vim.loop.fs_chmod(home .. "/nvim/secret", 0)
  local _, state = edit(home .. "/nvim/secret")
  equal(state, "failed", "state")
  equal(#said, 1, "said")
  equal(vim.bo.modifiable, false, "modifiable")
  vim.bo.modifiable = true
  vim.cmd("write")
  equal(said[2]:find("was not read") ~= nil, true, "refused")
end)

test("a write that fails leaves the buffer modified", function()
  local _, state = edit(home .. "/nvim/absent/x")
  equal(state, "new", "state")
  vim.api.nvim_buf_set_lines(0, 0, -1, true, { "x" })
  vim.cmd("write")
  until_so("said", function() return #said == 1 end)
  equal(vim.bo.modified, true, "modified")
  vim.bo.modified = false
end)

test("paths from the account's home", function()
  local _, state = edit("/~/nvim/x.lua")
  equal(state, "read", "state")
end)

local function shown(buffer)
  return table.concat(lines(buffer), "\n")
end

local function type_keys(keys)
  vim.api.nvim_input(keys)
end

test("a terminal", function()
  vim.cmd("SshTerm " .. host)
  local buffer = vim.api.nvim_get_current_buf()
  type_keys("iecho size=$(stty size)<CR>")
  until_so("its size", function() return shown(buffer):find("size=%d+ %d+") end)
  local size = ("size=%d %d"):format(vim.api.nvim_win_get_height(0), vim.api.nvim_win_get_width(0))
  equal(shown(buffer):match("size=%d+ %d+"), size, "its size")
  type_keys("<C-\\><C-N>:split<CR>")
  until_so("split", function() return #vim.api.nvim_list_wins() == 2 end)
  local rows = 0
  for _, window in ipairs(vim.api.nvim_list_wins()) do rows = math.max(rows, vim.api.nvim_win_get_height(window)) end
  local new = ("now=%d "):format(rows)
  type_keys("iecho now=$(stty size)<CR>")
  until_so("its new size", function() return shown(buffer):find(new, 1, true) end)
  type_keys("exit 3<CR>")
  until_so("its end", function() return vim.b[buffer].sshrpc_state == "ended with 3" end)
  type_keys("<C-\\><C-N>:only<CR>")
  until_so("one window", function() return #vim.api.nvim_list_wins() == 1 end)
end)

test("a terminal under steady output takes keys, another size, and Ctrl-C", function()
  vim.cmd("SshTerm " .. host)
  local buffer = vim.api.nvim_get_current_buf()
  -- By a shell of its own, which Ctrl-C always ends; the outer one waits on where it forks just then.
  type_keys("ish -c 'while sleep 0.02; do echo now=$(stty size); done'<CR>")
  until_so("output", function() return shown(buffer):find("now=%d+ %d+") end)
  type_keys("<C-\\><C-N>:split<CR>")
  until_so("split", function() return #vim.api.nvim_list_wins() == 2 end)
  local rows = 0
  for _, window in ipairs(vim.api.nvim_list_wins()) do rows = math.max(rows, vim.api.nvim_win_get_height(window)) end
  until_so("its new size", function() return shown(buffer):find(("now=%d "):format(rows), 1, true) end)
  type_keys("i")
  until_so("it takes keys", function() return vim.api.nvim_get_mode().mode == "t" end)
  -- As of a person's keyboard: nvim_input would have Neovim interrupt itself, for ever in 0.7.
  vim.api.nvim_feedkeys("\3", "nt", false)
  until_so("it is interrupted", function() return shown(buffer):find("^C", 1, true) end)
  type_keys("echo stop''ped; exit 3<CR>")
  until_so("its end", function() return vim.b[buffer].sshrpc_state == "ended with 3" end)
  until_so("what it did last", function() return shown(buffer):find("stopped", 1, true) end)
  type_keys("<C-\\><C-N>:only<CR>")
  until_so("one window", function() return #vim.api.nvim_list_wins() == 1 end)
end)

test("a terminal that is closed ends its shell", function()
  vim.cmd("SshTerm " .. host)
  local buffer = vim.api.nvim_get_current_buf()
  type_keys("iecho pid=$$; exec sleep 1000<CR>")
  local pid
  until_so("its process", function()
    pid = shown(buffer):match("pid=(%d+)")
    return pid
  end)
  type_keys("<C-\\><C-N>:bwipeout! " .. buffer .. "<CR>")
  until_so("it ends", function() return not vim.loop.fs_stat("/proc/" .. pid) end)
end)

test("several connect once", function()
  local before = #asked
  local connection = require("sshrpc_nvim.connection")
  local got = {}
  for index = 1, 5 do connection.session(host, function(session) got[index] = session end) end
  until_so("sessions", function() return #got == 5 end)
  equal(got[1] == got[5], true, "one")
  equal(#asked, before, "asked")
end)

test("a lost session is logged in to anew", function()
  local connection = require("sshrpc_nvim.connection")
  local freed
  connection.session(host, function(session)
    connection.request(session.rpc, "session.free", { session = session.handle }, function() freed = true end)
  end)
  until_so("freed", function() return freed end)
  local _, state = edit(home .. "/nvim/sub")
  equal(state, "directory", "state")
end)

test("hosts are completed", function()
  local folder = os.getenv("HOME") .. "/.ssh"
  vim.fn.mkdir(folder .. "/more", "p")
  vim.fn.writefile({ "Include more/*", "Host web1 web2 *.example", "  HostName x", "host=other" }, folder .. "/config")
  vim.fn.writefile({ 'Host "webbed"' }, folder .. "/more/one")
  equal(vim.fn.getcompletion("SshTerm web", "cmdline"), { "web1", "web2", "webbed" }, "completion")
  equal(vim.fn.getcompletion("SshTerm me@o", "cmdline"), { "me@other" }, "with a user")
  vim.fn.delete(folder .. "/config")
end)

-- The last: it ends Neovim, which waits for the write.
edit(home .. "/nvim/last")
vim.api.nvim_buf_set_lines(0, 0, -1, true, { "written at the end" })
for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
  if buffer ~= vim.api.nvim_get_current_buf() then vim.bo[buffer].modified = false end
end
vim.api.nvim_input("<Esc>:wqall<CR>")
coroutine.yield()

end

local all = coroutine.create(function()
  local ok, problem = xpcall(tests, debug.traceback)
  if not ok then io.stdout:write("not ok ", tostring(problem), "\n") end
  vim.cmd("cquit")
end)
assert(coroutine.resume(all))
