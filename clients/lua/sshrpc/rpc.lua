--- JSON-RPC 2.0 over a transport: ids, replies, notifications. Knows nothing of SSH.

local bytes = require("sshrpc.bytes")
local errors = require("sshrpc.errors")
local frame = require("sshrpc.support.frame")
local json = require("sshrpc.json")
local pairs = require("sshrpc.support.pairs")
local process = require("sshrpc.support.process")

local M = {}

local function size(strings)
  local length = 0
  for index = 1, #strings do length = length + #strings[index] end
  return length
end

local function bad_argument(message, path)
  return errors.new("InvalidArgument", message, { path = path, dispatched = "no" })
end

-- Bytes: the daemon's limits.maxMessageBytes. It doesn't read a longer message, so that its answer couldn't name
-- the request.
local MAX_MESSAGE = 256 * 1024 * 1024

---@class sshrpc.Rpc
---@field ended sshrpc.Error? why no call can succeed any more; the method `gone` also notices a fork
---@field on_notification (fun(message: table): boolean)? called with messages that have no listener; returns whether it took it
---@field on_fail fun(why: sshrpc.Error)? called once, when no call can succeed any more
---@field reason string? what became of the daemon, in a few words: "it ended"
local Rpc = {}
Rpc.__index = Rpc

--- Starts a daemon and speaks to it.
-- @param adapter one of sshrpc.adapters
-- @param command `argv`; `follow`, whether it takes --clientProcessId; `name`, for error messages
-- @param socket the path of a socket to connect to, instead of starting the command
---@return sshrpc.Rpc?
---@return sshrpc.Error?
function M.start(adapter, command, socket)
  local self = setmetatable({
    adapter = adapter, command = command, pid = process.pid(), id = 0, pending = {}, listeners = {},
  }, Rpc)
  local decoder = frame.decoder(function(body, binary) self:_receive(body, binary) end)
  local function on_data(data)
    local ok, fault = decoder:feed(data)
    if not ok then self.transport:_end(fault) end
  end
  local function on_end(reason)
    self:_fail(reason)
  end
  local transport, problem
  if socket then transport, problem = adapter.connect(socket, on_data, on_end)
  else transport, problem = adapter.spawn(command, on_data, on_end, decoder) end
  if not transport then
    return nil, errors.new("DaemonNotFound", ("can't start %s: %s"):format(command.name, tostring(problem)))
  end
  self.transport = transport
  return self
end

--- Why no call can succeed any more; nil while one can.
---@return sshrpc.Error?
function Rpc:gone()
  if not self.ended and self.pid ~= process.pid() then
    -- Parent and fork have the same pipe: a fork that read from it would take its parent's replies.
    self:_fail("this process is a fork", "the daemon belongs to the process that this one was forked from: connect anew")
  end
  return self.ended and errors.new("DaemonLost", self.ended.message, { dispatched = "no" })
end

--- Why the caller can't wait for a reply; nil where it can.
---@return string?
function Rpc:refusal()
  return self.adapter.refusal and self.adapter.refusal()
end

--- Throws an error where the caller can't wait. To be called before anything is sent.
function Rpc:before_wait()
  local refusal = self:refusal()
  if refusal then error(refusal, 0) end
end

--- Sends a request.
---@param on_done fun()? called when the reply has come, before the one who waits for it goes on
---@return table? slot `done` is true when the reply has come; then `result` or `error` has it
---@return sshrpc.Error?
function Rpc:request(method, params, on_done)
  local gone = self:gone()
  if gone then return nil, gone end
  self.id = self.id + 1
  local slot = { id = self.id, on_done = on_done }
  self.pending[slot.id] = slot
  local ok, problem = self:_send({ jsonrpc = "2.0", id = slot.id, method = method, params = params })
  if not ok then
    self.pending[slot.id] = nil
    return nil, problem
  end
  return slot
end

--- Sends a request and waits for its reply.
---@return any? result
---@return sshrpc.Error?
function Rpc:call(method, params)
  self:before_wait()
  local slot, problem = self:request(method, params)
  if not slot then return nil, problem end
  self.transport:await(slot)
  if slot.error then return nil, slot.error end
  return slot.result
end

--- Sends a notification: a method without a reply.
---@return true?
---@return sshrpc.Error?
function Rpc:notify(method, params)
  local gone = self:gone()
  if gone then return nil, gone end
  return self:_send({ jsonrpc = "2.0", method = method, params = params })
end

--- Answers a request that the daemon has sent (a question).
---@param result any? nil refuses to answer
function Rpc:respond(id, result)
  if result == nil then result = json.null end
  return self:_send({ jsonrpc = "2.0", id = id, result = result })
end

--- `notify` for a caller that may not wait, as `__gc`.
function Rpc:notify_later(method, params)
  if self.ended then return end
  self.transport:later(function() self:notify(method, params) end)
end

--- Cancels a request; its reply still comes.
function Rpc:cancel(slot)
  return self:notify("$/cancelRequest", { id = slot.id })
end

--- Ends the daemon by closing its input.
function Rpc:close()
  if self:gone() then return end
  self.transport:close()
  self:_fail("closed", "the daemon was closed")
end

function Rpc:_send(message)
  local breathe = self.transport.breathe
  local parts
  message.params, parts = bytes.detach(message.params)
  -- Checked here: the daemon can't read such a message, and so couldn't say which call it belongs to.
  local ok, path = pcall(bytes.not_utf8, message.params or message.result, breathe)
  if ok and path then
    return nil, bad_argument((path == "" and "params" or path) .. ": must be UTF-8", path)
  end
  local pieces
  ok, pieces = pcall(json.encode_pieces, message, breathe)
  if not ok then return nil, bad_argument(tostring(pieces)) end
  local json_length = size(pieces)
  local length = json_length + size(parts or {})
  if length > MAX_MESSAGE then
    return nil, bad_argument(("a message of %d bytes; the daemon takes %d"):format(length, MAX_MESSAGE))
  end
  if #pieces > 8 and json_length < 65536 then pieces = { table.concat(pieces) } end
  table.insert(pieces, 1, frame.header(length, parts and json_length))
  for _, part in ipairs(parts or {}) do pieces[#pieces + 1] = part end
  local written, problem = self.transport:write(pieces)
  if written then return true end
  self.transport:_end(tostring(problem))
  return nil, self.ended
end

local function read_message(body, binary, breathe)
  local message = json.decode(body, breathe)
  if binary and type(message) == "table" then bytes.attach(message, binary) end
  return message
end

function Rpc:_receive(body, binary)
  local ok, message = pcall(read_message, body, binary, self.transport.breathe)
  if not ok or type(message) ~= "table" then
    return self.transport:_end("it sent no JSON-RPC: " .. tostring(message))
  end
  if message.method ~= nil then
    local token = type(message.params) == "table" and message.params.token
    local listener = token and self.listeners[token]
    if listener then
      listener(message)
    elseif self.on_notification and self.on_notification(message) then
      return
    elseif message.id ~= nil then
      -- A question that nobody can answer is refused. By `later`, as the code that reads messages may not wait for a
      -- write.
      self.transport:later(function() self:respond(message.id, nil) end)
    end
    return
  end
  local slot = message.id ~= nil and self.pending[message.id] or nil
  if slot then
    self.pending[slot.id] = nil
    if message.error then slot.error = errors.from_reply(message.error) else slot.result = message.result end
    slot.done = true
    if slot.on_done then slot.on_done() end
    self.transport:wake(slot)
  elseif message.id == nil and message.error then
    -- An error without an id: the daemon couldn't read one of our messages, so that some call would wait for ever.
    self.transport:_end("it refused a message: " .. tostring(message.error.message))
  end
end

--- Notes that no more replies will come. Every call that waits fails with this error, and so does every later one.
function Rpc:_fail(reason, message)
  if self.ended then return end
  self.reason = reason
  self.ended = errors.new(
    "DaemonLost",
    message or ("the daemon (%s) was lost: %s"):format(self.command.name, tostring(reason)),
    { dispatched = "maybe" }
  )
  local pending = self.pending
  self.pending, self.listeners = {}, {}
  for _, slot in pairs(pending) do
    slot.error = self.ended
    slot.done = true
  end
  for _, slot in pairs(pending) do
    if slot.on_done then slot.on_done() end
    self.transport:wake(slot)
  end
  if self.on_fail then self.on_fail(self.ended) end
end

return M
