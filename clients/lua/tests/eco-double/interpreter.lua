--- What the `eco` program does with a script: `lua5.4 interpreter.lua SCRIPT [ARG]...`.

local folder = arg[0]:match("^(.*)/") or "."
package.path = package.path .. ";" .. folder .. "/?.lua"

local eco = require("eco")
_G.eco = eco

local script = table.remove(arg, 1)
arg[0] = script
eco.run(assert(loadfile(script)), table.unpack(arg))
eco.loop()

-- luv 1.44 doesn't survive the end of the state with handles half closed; the real one has no luv.
local uv = require("luv")
uv.walk(function(handle)
  if not handle:is_closing() then handle:close() end
end)
uv.run("nowait")
