--- session:shell and session:subsystem against a real sshd.

local t = require("test")
local sshrpc = require("sshrpc")

local ok = sshrpc.assert
local server = t.server
local session = ok(sshrpc.connect({
  host = server.host, port = server.port, username = server.username, password = server.password,
}))

-- A prompt as a switch has it: it echoes, pages, and shows its prompt anew for an empty line.
ok(session.files:write("device.sh", [[
stty -echo -icanon; IFS=
key() { dd bs=1 count=1 2>/dev/null; }
printf 'Welcome\n\nsw1# '
while read -r line; do
  printf '%s\n' "$line"
  case $line in
    show*) printf 'line 1\nline 2\n --More-- '; key >/dev/null; printf '\b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bline 3\n';;
    color) printf '\033[1;32mgreen\033[0m\n';;
    hang) sleep 60;;
  esac
  printf 'sw1# '
done
]]))

t.test("expect: a pattern, text, the end; what was read stays", function()
  local shell = ok(session:shell({ pty = { columns = 100, rows = 30 } }))
  ok(shell:send("PS1=; printf '%s>\\n' ready\r"))
  ok(shell:expect({ text = "ready>\r\n" }, 30))
  ok(shell:resize(120, 40))
  ok(shell:send("stty size\r"))
  local match = ok(shell:expect({ "never", "(%d+) (%d+)\r\n" }, 30))
  t.equal(match.index .. " " .. match.captures[1] .. " " .. match.captures[2], "2 40 120")
  ok(shell:send("echo st''ays\r"))
  local _, problem = shell:expect("never", 0.3)
  t.equal(problem.kind, "Timeout")
  t.equal(ok(shell:expect({ text = "stays\r\n" }, 30)).text, "stays\r\n")
  ok(shell:send("exit 3\r"))
  _, problem = shell:expect("never")
  t.equal(problem.kind, "CommandNotFound")
  assert(ok(shell:expect(shell.EOF)).before:find("exit 3", 1, true))
  t.equal(ok(shell:wait()).exit_code, 3)
end)

t.test("command: a device's prompt, given or found; paging is answered", function()
  for _, prompt in ipairs({ false, "sw%d+[>#] " }) do
    local shell = ok(session:shell({ prompt = prompt or nil }))
    ok(shell:send("exec sh device.sh\r"))
    ok(shell:expect({ text = "Welcome\r\n" }, 30))
    t.equal(ok(shell:command("show version")), "line 1\nline 2\nline 3\n")
    t.equal(ok(shell:command("color")), "green\n")
    t.equal(ok(shell:command("")), "")
    shell.within = 0.3
    local _, problem = shell:command("hang")
    t.equal(problem.kind, "Timeout")
    shell:close()
    shell:close()
  end
end)

t.test("command at a shell's prompt, typed ahead", function()
  local shell = ok(session:shell({ pty = { columns = 500 } }))
  ok(shell:send("cd /\r"))
  t.equal(ok(shell:command("echo one; pwd")), "one\n/\n")
  shell:close()
end)

t.test("without a terminal", function()
  local shell = ok(session:shell({ pty = false }))
  ok(shell:send("tty; echo out\n"))
  ok(shell:close_stdin())
  t.equal(ok(shell:expect(shell.EOF, 30)).before, "not a tty\nout\n")
  t.equal(ok(shell:wait()).exit_code, 0)
end)

t.test("a subsystem", function()
  local sftp = ok(session:subsystem("sftp"))
  -- SSH_FXP_INIT, and the server's SSH_FXP_VERSION.
  ok(sftp:write("\0\0\0\5\1\0\0\0\3"))
  t.equal(sftp:read():byte(5), 2)
  ok(sftp:close_stdin())
  t.equal(ok(sftp:wait()).exit_code, 0)
  local _, problem = ok(session:subsystem("missing")):wait()
  t.equal(problem.kind, "ChannelRequestDenied")
end)

t.test("README.md's example", function()
  local text = t.read_file(os.getenv("T_HERE") .. "/README.md")
  -- The first listing of an sftp-server under nss_wrapper, as this sshd has it, may have every entry twice.
  ok(session.files:readdir("."))
  local example = text:match("## Files, shells, tunnels\n\n```lua\n(.-)```")
  local lines = {}
  local function print_(...)
    local words = { ... }
    for index = 1, select("#", ...) do words[index] = tostring(words[index]) end
    lines[#lines + 1] = table.concat(words, " ")
  end
  local names = "local session, port, print, assert = ...\n"
  local run = assert((rawget(_G, "loadstring") or load)(names .. example))
  run(session, server.port, print_, ok)
  table.sort(lines)
  t.equal(table.concat(lines, "|"), "127.0.0.1|</h1>|directory css|file index.html|index.html\n|nil ENOENT|yes")
end)

session:free()
t.done()
