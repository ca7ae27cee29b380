--- Names in Lua's style: `max_output` here is `maxOutput` in the protocol. The protocol's names work, too: in
-- options, in `session.info`, and in an error's `data`.

local json = require("sshrpc.json")
local pairs = require("sshrpc.support.pairs")

local M = {}

--- Params that are lists: of an empty table JSON couldn't tell whether it is a list or an object.
M.lists = { exclude = true, identityFiles = true, certificateFiles = true, hostKeyFingerprints = true, knownHosts = true }

--- Params that are objects of lists.
M.groups_of_lists = { algorithms = true }

-- Seconds, in place of `math.huge`: JSON has no infinity.
local FOREVER = 1e9

local function list(value)
  if type(value) == "table" and next(value) == nil then return json.array({}) end
  return value
end

local function wire_name(name)
  return (name:gsub("_(%l)", string.upper))
end

--- A copy of the options as params of the protocol. `math.huge` becomes a billion (seconds).
---@param options table?
---@param without table<string, true>? options to leave out, since they are the client's own
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

local function lua_name(name)
  return (name:gsub("%u", function(letter) return "_" .. letter:lower() end))
end

local by_either = {
  __index = function(object, name)
    return type(name) == "string" and name:find("%u") and rawget(object, lua_name(name)) or nil
  end,
}

--- A copy of a result or of an error's data with all names in Lua's style. Fields can be read by the protocol's
-- names, too.
function M.from_wire(value)
  if type(value) ~= "table" then return value end
  local copy = setmetatable({}, getmetatable(value) or by_either)
  for name, field in pairs(value) do
    copy[type(name) == "string" and lua_name(name) or name] = M.from_wire(field)
  end
  return copy
end

return M
