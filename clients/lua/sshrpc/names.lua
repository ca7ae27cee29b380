--- Names of options: `max_output` here is `maxOutput` on the wire, which is taken as well.

local M = {}

--- A copy of the options as params of the protocol.
---@param options table?
---@param without table<string, true>? names that aren't the protocol's
---@return table
function M.to_wire(options, without)
  local params = {}
  for name, value in pairs(options or {}) do
    if not (without and without[name]) then
      params[name:gsub("_(%l)", string.upper)] = value
    end
  end
  return params
end

return M
