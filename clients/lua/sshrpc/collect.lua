--- `exec` with `on_output`: the output is given to the callback as it comes, and kept for the result, too.

local errors = require("sshrpc.errors")

local M = {}

-- Bytes: the daemon's limits.maxOutput, and so the default of exec's `max_output`.
local MAX_OUTPUT = 256 * 1024 * 1024

--- Reads a command to its end.
---@param command sshrpc.Command
---@param on_output fun(data: string, stream: "stdout"|"stderr") its error cancels the command
---@param max_output integer? bytes of both streams
---@return table? result as `exec` gives it
---@return any? problem an sshrpc.Error, or what `on_output` threw
---@return boolean? thrown whether it is that
function M.run(command, on_output, max_output)
  max_output = max_output or MAX_OUTPUT
  local kept, size, thrown, too_large = { stdout = {}, stderr = {} }, 0, nil, false
  -- Not a `for` over command:output(): Lua 5.1 can't yield inside an iterator.
  while true do
    local data, stream = command:read()
    if not data then break end
    if not thrown and not too_large then
      local room = max_output - size
      size = size + #data
      too_large = #data > room
      if too_large then data = data:sub(1, room) end
      table.insert(kept[stream], data)
      local ok, problem = pcall(on_output, data, stream)
      if not ok then thrown = { problem } end
      if thrown or too_large then command:cancel() end
    end
  end
  local result, problem = command:wait()
  if thrown then return nil, thrown[1], true end
  local output = { stdout = table.concat(kept.stdout), stderr = table.concat(kept.stderr) }
  if too_large then
    problem = errors.new("OutputTooLarge", ("the output is more than %d bytes"):format(max_output),
      { max_output = max_output, dispatched = "yes" })
  elseif result then
    output.exit_code, output.signal = result.exit_code, result.signal
    return output
  end
  problem.data.stdout, problem.data.stderr = output.stdout, output.stderr
  return nil, problem
end

return M
