--- Puts output together to lines, separately for each stream. No I/O.

local M = {}

local Lines = {}
Lines.__index = Lines

function M.new()
  return setmetatable({ begun = {}, ready = {}, first = 1 }, Lines)
end

--- Takes a piece of a stream.
function Lines:add(data, stream)
  local from = 1
  while true do
    local to = data:find("\n", from, true)
    if not to then break end
    self.ready[#self.ready + 1] = { self:_take(stream) .. data:sub(from, to - 1), stream }
    from = to + 1
  end
  if from > #data then return end
  self.begun[stream] = self.begun[stream] or {}
  table.insert(self.begun[stream], data:sub(from))
end

function Lines:_take(stream)
  local pieces = self.begun[stream]
  self.begun[stream] = nil
  return pieces and table.concat(pieces) or ""
end

--- The next line that is complete; nil where there is none.
function Lines:next()
  local line = self.ready[self.first]
  if not line then
    self.ready, self.first = {}, 1
    return nil
  end
  self.ready[self.first] = false
  self.first = self.first + 1
  return line[1], line[2]
end

--- For the end of the output: a line of either stream that never ended; nil where there is none.
function Lines:rest()
  for _, stream in ipairs({ "stdout", "stderr" }) do
    if self.begun[stream] then return self:_take(stream), stream end
  end
  return nil
end

return M
