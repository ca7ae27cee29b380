--- The transcripts of test/conformance, through this client's JSON, frames and transport.
--
-- Those with binary frames or exact bytes are left out: tests/unit.lua has the frames. So is the other
-- framing.

local t = require("test")
local daemon = require("sshrpc.daemon")
local frame = require("sshrpc.support.frame")
local json = require("sshrpc.json")
local popen = require("sshrpc.adapters.popen")

local folder = os.getenv("T_HERE") .. "/../../test/conformance"

--- The bytes that a string of U+0000 to U+00FF stands for.
local function to_bytes(text)
  return (text:gsub("([\194\195])([\128-\191])", function(first, second)
    return string.char((first:byte() - 194) * 64 + second:byte())
  end))
end

local types = {
  string = function(value) return type(value) == "string" end,
  number = function(value) return type(value) == "number" end,
  integer = function(value) return type(value) == "number" and value % 1 == 0 end,
  boolean = function(value) return type(value) == "boolean" end,
  array = function(value) return type(value) == "table" and json.encode(value):sub(1, 1) == "[" end,
  object = function(value) return type(value) == "table" and json.encode(value):sub(1, 1) == "{" end,
  any = function() return true end,
}

local function fill(value, known)
  if type(value) ~= "table" or value == json.null then return value end
  if value["$var"] then return known[value["$var"]] end
  local filled = setmetatable({}, getmetatable(value))
  for key, each in pairs(value) do filled[key] = fill(each, known) end
  return filled
end

local match

local function fields_match(pattern, value, known, open)
  if type(value) ~= "table" or value == json.null then return false end
  for key, each in pairs(pattern) do
    if not match(each, value[key], known) then return false end
  end
  if open then return true end
  for key in pairs(value) do
    if pattern[key] == nil then return false end
  end
  return true
end

function match(pattern, value, known)
  if type(pattern) ~= "table" or pattern == json.null then return pattern == value end
  if pattern["$var"] then return known[pattern["$var"]] == value end
  if pattern["$type"] then
    if value == nil or not types[pattern["$type"]](value) then return false end
    if pattern.as then known[pattern.as] = value end
    return true
  end
  if pattern["$fields"] then return fields_match(pattern["$fields"], value, known, true) end
  return fields_match(pattern, value, known, false)
end

local function replay(transcript)
  local known = {}
  for name, value in pairs(t.server) do known[name] = value end
  local messages, waiting = {}, nil
  local function news()
    if waiting then waiting.done = true end
  end
  local decoder = frame.decoder(function(body)
    messages[#messages + 1] = json.decode(body, nil, true)
    news()
  end)
  local ended = false
  -- Each has an empty home folder.
  local home = os.tmpname()
  os.remove(home)
  os.execute("mkdir " .. home)
  local argv = { "env", "HOME=" .. home }
  for _, word in ipairs(daemon.find().argv) do argv[#argv + 1] = word end
  local transport = assert(popen.spawn({ argv = argv }, function(data) assert(decoder:feed(data)) end, function()
    ended = true
    news()
  end, decoder))
  local function next_message()
    while #messages == 0 and not ended do
      waiting = {}
      transport:await(waiting)
    end
    return table.remove(messages, 1)
  end
  local function framed(body) return frame.header(#body) .. body end
  local function expect(pattern)
    local message = next_message()
    if not match(pattern, message, known) then
      error(("%s doesn't match %s"):format(json.encode(message), json.encode(pattern)), 0)
    end
  end
  local input_open = true
  local function end_input()
    if input_open then transport.parts.input:close() end
    transport.state.closed = true
    input_open = false
  end
  for _, step in ipairs(transcript.steps) do
    if step.send then
      local list = types.array(step.send) and step.send or { step.send }
      local out = {}
      for _, message in ipairs(list) do out[#out + 1] = framed(json.encode(fill(message, known))) end
      assert(transport:write({ table.concat(out) }))
    elseif step.sendText then
      assert(transport:write({ framed(step.sendText) }))
    elseif step.sendBytes then
      assert(transport:write({ to_bytes(step.sendBytes) }))
    elseif step.expect then
      expect(step.expect)
    elseif step.expectAnyOrder then
      local open = {}
      for index, pattern in ipairs(step.expectAnyOrder) do open[index] = pattern end
      while #open > 0 do
        local message, found = next_message(), nil
        for index, pattern in ipairs(open) do
          if match(pattern, message, known) then found = index; break end
        end
        if not found then error("unexpected: " .. json.encode(message), 0) end
        table.remove(open, found)
      end
    elseif step.endInput then
      end_input()
    end
    -- expectExit: how it ended the shell knows, that it did we see below.
  end
  end_input()
  local rest = next_message()
  os.execute("rm -r " .. home)
  if rest then error("nothing more was to come: " .. json.encode(rest), 0) end
end

for path in t.shell("ls " .. folder .. "/*.json"):gmatch("[^\n]+") do
  local name = path:match("([^/]+)%.json$")
  local ok, transcript = pcall(json.decode, t.read_file(path) or "", nil, true)
  if not ok or not transcript then
    t.skip("conformance", "no transcripts")
  else
    local wanted = false
    for _, framing in ipairs(transcript.framings) do wanted = wanted or framing == "content-length" end
    for _, step in ipairs(transcript.steps) do
      if step.binary or step.expectBytes or (step.send and type(step.send) == "table" and step.send.binary) then wanted = false end
    end
    if wanted then t.test("conformance: " .. name, function() replay(transcript) end) end
  end
end

t.done()
