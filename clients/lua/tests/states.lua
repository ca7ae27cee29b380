--- Sessions whose connection is lost, with `reconnect` and without.

local t = require("test")
local sshrpc = require("sshrpc")

local ok = sshrpc.assert
local server = t.server

local function connected(options)
  options.host, options.port, options.username = server.host, server.port, server.username
  if not options.on_prompt then options.password = server.password end
  options.identity_files, options.agent = {}, false
  return ok(sshrpc.connect(options))
end

-- The server's process of the connection is the parent of what it runs.
local function lose(session)
  local result, problem = session:exec("kill -9 $PPID; sleep 60")
  t.equal(result, nil)
  t.equal(problem.kind, "ConnectionLost")
end

-- Has what the daemon sends read until so much was told. Another session's call: it needs no connection of ours.
local other = connected({})
local function until_told(told, count)
  local patience = os.time() + 60
  while os.time() < patience do
    if #told >= count then return end
    ok(other:exec("true"))
  end
  error("told " .. #told .. " of " .. count)
end

t.test("one that is connected to again tells, and asks again", function()
  local told, asked = {}, 0
  local session = connected({
    reconnect = true,
    on_prompt = function(prompt)
      t.equal(prompt.kind, "password")
      asked = asked + 1
      return server.password
    end,
    on_state = function(state, why) told[#told + 1] = state .. " " .. tostring(why and why.kind ~= nil and why.message ~= "") end,
  })
  local before = session.info
  lose(session)
  t.equal(ok(session:exec("echo back")).stdout, "back\n")
  until_told(told, 2)
  t.equal(table.concat(told, ", "), "lost true, open nil")
  t.equal(asked, 2)
  t.equal(session.info, before)
  t.equal(session.info.auth_method, "password")
  session:free()
  ok(other:exec("true"))
  t.equal(#told, 2)
end)

t.test("who is told, and asked, may call and wait", function()
  local told, session = {}, nil
  session = connected({
    reconnect = true,
    on_prompt = function()
      ok(other:exec("true"))
      return server.password
    end,
    on_state = function(state)
      if state == "open" then state = ok(session:exec("echo again")).stdout end
      told[#told + 1] = state
    end,
  })
  lose(session)
  until_told(told, 2)
  t.equal(table.concat(told, ", "), "lost, again\n")
  session:free()
end)

t.test("one that isn't tells that it is lost for good", function()
  local told = {}
  local session = connected({ on_state = function(state, why) told[#told + 1] = { state, why } end })
  lose(session)
  until_told(told, 1)
  t.equal(told[1][1], "closed")
  t.equal(sshrpc.is_error(told[1][2]), true)
  t.equal(#told, 1)
  session:free()
end)

t.test("answers that are none refuse, and it ends", function()
  local told, answer = {}, server.password
  local session = connected({
    reconnect = true,
    on_prompt = function() return answer end,
    on_state = function(state, why) told[#told + 1] = state .. " " .. tostring(why and why.kind) end,
  })
  answer = nil
  lose(session)
  until_told(told, 2)
  t.equal(told[2], "closed AuthenticationFailed")
  session:free()
end)

other:free()
t.done()
