-- One command, by sshrpc.
local sshrpc = require("sshrpc")

local is_shared = os.getenv("BENCH_SHARED") and true or nil
local session = sshrpc.assert(sshrpc.connect({
  host = os.getenv("BENCH_HOST"),
  port = tonumber(os.getenv("BENCH_PORT")),
  username = os.getenv("BENCH_USER"),
  identity_files = { os.getenv("BENCH_KEY") },
  known_hosts = { os.getenv("BENCH_KNOWN_HOSTS") },
  agent = false,
  shared = is_shared,
  persist = is_shared and 600,
}))
io.write(sshrpc.assert(session:exec("echo " .. os.getenv("BENCH_ANSWER"))).stdout)
session:free()
