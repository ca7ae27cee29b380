--- Questions during a login, answered by the script: `connect{on_prompt = …}`.

local bytes = require("sshrpc.bytes")
local inbox = require("sshrpc.inbox")
local json = require("sshrpc.json")

local M = {}

--- A question. `name`, `instruction` and the lines' texts may be the server's words: remove control characters
-- before you show them on a terminal.
---@class sshrpc.Prompt
---@field kind "password"|"keyboard-interactive"|"passphrase"|"host-key"
---@field host string
---@field port integer
---@field username string
---@field lines { text: string, echo: boolean }[] each wants one answer; with `echo` it may be shown while it is typed
---@field name string a title in the server's words (RFC 4256 §3.2), often empty
---@field instruction string an explanation in the server's words, likewise
---@field path string? for kind "passphrase": the file of the private key, or the word `privateKey` for the option `private_key`
---@field host_key sshrpc.OfferedHostKey? for kind "host-key": the key that is to be trusted, or not

---@class sshrpc.OfferedHostKey
---@field type string as `ssh-ed25519`
---@field fingerprint string as OpenSSH prints it: `SHA256:…`
---@field reason "unknown"|"changed" "changed": another key is known for the host, and this may be an attack
---@field expected { type: string, fingerprint: string, file: string, line: integer }[] the keys that are known for the host, and
--  where they stand in known_hosts

---@alias sshrpc.Answer string|string[]|boolean|nil an answer for each line, a single one may be a string; `true` or `false`
--  for a host key; nil refuses to answer

local function known_keys(expected)
  local keys = {}
  for index, each in ipairs(expected or {}) do
    keys[index] = { type = each.keyType, fingerprint = each.fingerprint, file = each.file, line = each.line }
  end
  return keys
end

---@return sshrpc.Prompt
local function prompt_of(params)
  local lines = {}
  for index, each in ipairs(params.prompts or {}) do
    lines[index] = { text = each.prompt, echo = each.echo }
  end
  local key = params.hostKey
  return {
    kind = params.kind, host = params.host, port = params.port, username = params.username, lines = lines,
    name = params.name or "", instruction = params.instruction or "", path = params.path,
    host_key = key and {
      type = key.type, fingerprint = key.fingerprint, reason = key.reason, expected = known_keys(key.expected),
    },
  }
end

local function result_of(prompt, answer)
  if answer == nil then return nil end
  if prompt.host_key then
    if type(answer) ~= "boolean" then error("on_prompt: a host key wants true, false or nil", 0) end
    return { accept = answer }
  end
  local answers = type(answer) == "string" and { answer } or answer
  if type(answers) ~= "table" or #answers ~= #prompt.lines then
    error(("on_prompt: %d lines want as many answers"):format(#prompt.lines), 0)
  end
  if bytes.not_utf8(answers) then error("on_prompt: an answer must be UTF-8", 0) end
  return { answers = json.array(answers) }
end

--- Answers the questions of later logins, when the session is connected to again. No call of the script waits for
-- those.
---@param token string that of `ssh.new`
function M.listen(rpc, token, on_prompt)
  rpc.listeners[token] = function(message)
    if message.id == nil then return end
    rpc.transport:later(function()
      local ok, result = pcall(function()
        local prompt = prompt_of(message.params)
        return result_of(prompt, on_prompt(prompt))
      end)
      if not ok then io.stderr:write("sshrpc: on_prompt: ", tostring(result), "\n") end
      rpc:respond(message.id, ok and result or nil)
    end)
  end
end

--- Calls `ssh.new`. Its questions are answered in the coroutine that waits for it.
---@param rpc sshrpc.Rpc
---@param params table
---@param on_prompt fun(prompt: sshrpc.Prompt): sshrpc.Answer
function M.login(rpc, params, on_prompt)
  params.token = inbox.token()
  rpc:before_wait()
  local call, problem = inbox.send(rpc, "ssh.new", params, params.token)
  if not call then return nil, problem end
  local result, thrown
  result, problem, thrown = call:finish(function(message)
    if message.id == nil then return end
    local prompt = prompt_of(message.params)
    rpc:respond(message.id, result_of(prompt, on_prompt(prompt)))
  end)
  if thrown then error(problem, 0) end
  return result, problem
end

return M
