--- What the bench's programs in Lua share: a line asks for work, a line answers (see ../../README.md).

local M = {
  host = os.getenv("BENCH_HOST"),
  port = tonumber(os.getenv("BENCH_PORT")),
  user = os.getenv("BENCH_USER"),
  key = os.getenv("BENCH_KEY"),
  known_hosts = os.getenv("BENCH_KNOWN_HOSTS"),
}

local contents = {}

function M.content(path)
  if not contents[path] then
    local file = assert(io.open(path, "rb"))
    contents[path] = file:read("*a")
    file:close()
  end
  return contents[path]
end

--- Does what is asked for by the functions of `work`, until stdin ends.
function M.serve(work)
  for line in io.lines() do
    local words = {}
    for word in line:gmatch("[^\t]+") do words[#words + 1] = tonumber(word) or word end
    local ok, problem = pcall(work[words[1]], words[2], words[3])
    print(ok and "ok" or "error " .. tostring(problem):gsub("\n", " "))
    io.stdout:flush()
  end
end

return M
