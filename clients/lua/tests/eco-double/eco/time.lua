local eco = require("eco")
local uv = require("luv")

return {
  sleep = eco.sleep,
  now = function()
    local seconds, micro = uv.gettimeofday()
    return seconds + micro / 1e6
  end,
}
