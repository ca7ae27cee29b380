--- Options as params: `max_output` here is `maxOutput` on the wire, which is taken as well.

local json = require("sshrpc.json")

local M = {}

--- Params that are lists, which an empty table doesn't tell.
M.lists = { identityFiles = true, hostKeyFingerprints = true, knownHosts = true }

--- Params that hold lists only, under names of the protocol.
M.groups_of_lists = { algorithms = true }

-- Seconds: JSON has no infinity.
local FOREVER = 1e9

local function list(value)
  if type(value) == "table" and next(value) == nil then return json.array({}) end
  return value
end

local function wire_name(name)
  return (name:gsub("_(%l)", string.upper))
end

--- A copy of the options as params of the protocol. Of `math.huge` seconds come a billion.
---@param options table?
---@param without table<string, true>? names that aren't the protocol's
---@return table
function M.to_wire(options, without)
  local params = {}
  for name, value in pairs(options or {}) do
    if not (without and without[name]) then
      name = wire_name(name)
      if M.lists[name] then
        value = list(value)
      elseif M.groups_of_lists[name] and type(value) == "table" then
        local group = {}
        for each, of in pairs(value) do group[wire_name(each)] = list(of) end
        value = group
      elseif value == math.huge then
        value = FOREVER
      end
      params[name] = value
    end
  end
  return params
end

return M
