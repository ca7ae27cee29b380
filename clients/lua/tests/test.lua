--- A tiny test runner: each test prints a line, the last line counts.

local M = { passed = 0, failed = 0, skipped = 0 }

local function place(problem)
  return tostring(problem):gsub("\n", " | ")
end

--- Runs a test.
function M.test(name, body)
  local ok, problem = xpcall(body, function(what)
    return type(what) == "string" and debug.traceback(what, 2) or what
  end)
  if ok then
    M.passed = M.passed + 1
    print("ok - " .. name)
  else
    M.failed = M.failed + 1
    print("not ok - " .. name .. ": " .. place(problem))
  end
  io.stdout:flush()
end

function M.skip(name, why)
  M.skipped = M.skipped + 1
  print(("skipped: %s: %s"):format(name, why))
end

--- Prints the counts; to be called last.
function M.done()
  print(("# %d %d %d"):format(M.passed, M.failed, M.skipped))
  io.stdout:flush()
end

local function show(value)
  if type(value) == "string" then return #value > 200 and ("%d bytes"):format(#value) or ("%q"):format(value) end
  return tostring(value)
end

function M.equal(actual, expected, what)
  if actual ~= expected then
    error(("%s is %s, not %s"):format(what or "it", show(actual), show(expected)), 2)
  end
end

--- Checks for nil and a message that begins so.
function M.fails(value, problem, beginning)
  if value ~= nil then error("succeeded with " .. show(value), 2) end
  if tostring(problem):sub(1, #beginning) ~= beginning then
    error(("the error is %s, not %s…"):format(show(tostring(problem)), show(beginning)), 2)
  end
end

--- Checks that a call throws, with this in its message.
function M.throws(part, func, ...)
  local ok, problem = pcall(func, ...)
  if ok then error("did not throw", 2) end
  if not tostring(problem):find(part, 1, true) then
    error(("threw %s, not …%s…"):format(show(tostring(problem)), show(part)), 2)
  end
end

--- The test server, as run.lua started it.
M.server = {
  host = os.getenv("T_HOST"),
  port = tonumber(os.getenv("T_PORT")),
  username = os.getenv("T_USER"),
  password = os.getenv("T_PASSWORD"),
  home = os.getenv("T_HOME"),
}
M.tmp = os.getenv("T_TMP")

--- A port of another kind of server.
function M.port(name)
  return tonumber(os.getenv("T_PORT_" .. name))
end

function M.write_file(path, data)
  local file = assert(io.open(path, "wb"))
  file:write(data)
  file:close()
end

function M.read_file(path)
  local file = io.open(path, "rb")
  local data = file and file:read("*a")
  if file then file:close() end
  return data
end

--- What a shell command prints.
function M.shell(command)
  local path = os.tmpname()
  os.execute("{ " .. command .. "; } >" .. path .. " 2>&1")
  local text = M.read_file(path)
  os.remove(path)
  return text
end

--- Whether a process lives.
function M.alive(pid)
  return M.shell(("test -d /proc/%d && ! grep -q '^State:.Z' /proc/%d/status && echo yes"):format(pid, pid)) == "yes\n"
end

function M.all_bytes()
  local out = {}
  for code = 0, 255 do out[#out + 1] = string.char(code) end
  return table.concat(out)
end

return M
