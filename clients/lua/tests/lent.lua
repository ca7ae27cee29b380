--- What a program is lent or given: root's rights by a real sudo(8), and the agent. What sudo may do is in
-- test/fixtures/sudo-server.ts.

local t = require("test")
local sshrpc = require("sshrpc")

local ok = sshrpc.assert
local server = t.server

local function connected(port, options)
  options = options or {}
  options.host, options.port, options.username = server.host, port, server.username
  if not options.on_prompt then options.password = server.password end
  return ok(sshrpc.connect(options))
end

local function refused(reason, result, problem)
  t.equal(result, nil)
  t.equal(problem.kind .. " " .. tostring(problem.data.reason) .. " " .. problem.data.dispatched, "SudoFailed " .. reason .. " no")
  t.equal(problem.message:find(server.password, 1, true), nil)
end

if not t.port("SUDO") then
  t.skip("sudo", os.getenv("T_PORT_SUDO"))
else
  local session = connected(t.port("SUDO"))

  t.test("sudo: a command, as root and as another user", function()
    local result = ok(session:exec("id -un; cat; exit 7", { sudo = true, sudo_password = server.password, stdin = "in" }))
    t.equal(result.stdout .. " " .. result.exit_code, "root\nin 7")
    result = ok(session:exec("id -un", { sudo = "daemon", sudo_password = server.password, pty = {} }))
    t.equal(result.stdout:match("%w+"), "daemon")
    local pieces = {}
    ok(session:exec("id -un", { sudo = true, sudo_password = server.password, on_output = function(data)
      pieces[#pieces + 1] = data
    end }))
    t.equal(table.concat(pieces), "root\n")
  end)

  t.test("sudo: a command that is written to", function()
    local command = ok(session:start("id -un; cat", { sudo = true, sudo_password = server.password, stdin = true }))
    ok(command:write("typed"))
    ok(command:close_stdin())
    local shown = ""
    while true do
      local data = command:read()
      if not data then break end
      shown = shown .. data
    end
    t.equal(shown, "root\ntyped")
    t.equal(ok(command:wait()).exit_code, 0)
  end)

  t.test("sudo: a shell", function()
    local shell = ok(session:shell({
      sudo = true, sudo_password = server.password, env = { GREETING = "it's me" }, env_mode = "export",
    }))
    t.equal(ok(shell:command("id -un; echo $GREETING")), "root\nit's me\n")
    shell:close()
  end)

  t.test("sudo: each refusal is its own", function()
    refused("wrongPassword", session:exec("true", { sudo = true, sudo_password = "wrong" }))
    refused("passwordNeeded", session:exec("true", { sudo = true }))
    refused("noTerminal", session:exec("true", { sudo = "daemon", sudo_password = server.password }))
    refused("notAllowed", session:exec("true", { sudo = "bin", sudo_password = server.password }))
    refused("unknownUser", session:exec("true", { sudo = "nobody-there", sudo_password = server.password }))
    local without = connected(t.port("NOSUDO"))
    refused("notFound", without:exec("true", { sudo = true }))
    without:free()
  end)

  t.test("sudo: the login's on_prompt isn't asked", function()
    local asked = 0
    local other = connected(t.port("SUDO"), { on_prompt = function()
      asked = asked + 1
      return server.password
    end })
    t.equal(asked, 1)
    refused("passwordNeeded", ok(other:start("true", { sudo = true })):wait())
    refused("passwordNeeded", ok(other:shell({ sudo = true })):wait())
    local drained = ok(other:start("true", { sudo = true }))
    drained:drain()
    refused("passwordNeeded", drained:wait())
    t.equal(asked, 1)
    other:free()
  end)

  session:free()
end

t.test("the agent is lent where that is asked for", function()
  local session = connected(t.port("AGENT"), { agent = os.getenv("T_AGENT") })
  t.equal(ok(session:exec("ssh-add -l", { forward_agent = true })).stdout:find("SHA256:", 1, true) ~= nil, true)
  t.equal(ok(session:exec("ssh-add -l")).exit_code ~= 0, true)
  local shell = ok(session:shell({ forward_agent = true }))
  t.equal(ok(shell:command("ssh-add -l")):find("SHA256:", 1, true) ~= nil, true)
  shell:close()
  session:free()
  session = connected(t.port("AGENT"))
  local _, problem = session:exec("true", { forward_agent = true })
  t.equal(problem.kind, "InvalidParams")
  session:free()
end)

t.done()
