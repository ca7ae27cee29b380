--- :SshTerm: a login shell in a terminal buffer.

local bytes = require("sshrpc.bytes")
local connection = require("sshrpc_nvim.connection")
local inbox = require("sshrpc.inbox")

local M = {}

-- Bytes of output that may be under way.
local WINDOW = 262144

-- Bytes of one session.write.
local PIECE = 65536

--- That of its largest window, as Neovim has it for its own terminals.
local function size_of(buffer)
  local columns, rows = 0, 0
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    columns = math.max(columns, vim.api.nvim_win_get_width(window))
    rows = math.max(rows, vim.api.nvim_win_get_height(window))
  end
  return rows > 0 and { columns = columns, rows = rows } or nil
end

--- Opens it in the current window, and gives its buffer.
---@return integer
function M.open(authority)
  vim.cmd("enew")
  local buffer = vim.api.nvim_get_current_buf()
  local size = size_of(buffer)
  local token, session = inbox.token(), nil
  -- One write after the other; what is typed meanwhile goes together.
  local typed, is_writing, is_over = "", false, false
  local function write()
    if is_writing or is_over or not session or typed == "" then return end
    local params = { token = token }
    bytes.put(params, "data", typed:sub(1, PIECE), "encoding")
    typed, is_writing = typed:sub(PIECE + 1), true
    connection.request(session.rpc, "session.write", params, function()
      is_writing = false
      write()
    end)
  end
  local channel = vim.api.nvim_open_term(buffer, { on_input = function(_, _, _, data)
    typed = typed .. data
    write()
  end })
  vim.api.nvim_buf_set_name(buffer, ("sshrpc-term://%s#%d"):format(authority, buffer))
  local function show(data)
    if vim.api.nvim_buf_is_valid(buffer) then vim.api.nvim_chan_send(channel, data) end
  end
  local function resize()
    local now = not is_over and session and size_of(buffer)
    if not now or (now.columns == size.columns and now.rows == size.rows) then return end
    size = now
    connection.request(session.rpc, "session.resize", { token = token, columns = now.columns, rows = now.rows }, function() end)
  end
  local group = vim.api.nvim_create_augroup("sshrpc-term-" .. buffer, {})
  local events = { "VimResized", "WinEnter", "WinLeave", "BufWinEnter", "TermEnter" }
  if vim.fn.exists("##WinResized") == 1 then events[#events + 1] = "WinResized" end
  vim.api.nvim_create_autocmd(events, { group = group, callback = function() vim.schedule(resize) end })
  local slot
  vim.api.nvim_create_autocmd("BufWipeout", { group = group, buffer = buffer, callback = function()
    if session and slot and not is_over then session.rpc:cancel(slot) end
    is_over = true
    vim.schedule(function() pcall(vim.api.nvim_del_augroup_by_id, group) end)
  end })
  local function finish(message)
    is_over = true
    show(("\r\n[%s]\r\n"):format(message))
    if vim.api.nvim_buf_is_valid(buffer) then vim.b[buffer].sshrpc_state = message end
  end
  connection.session(authority, function(found, problem)
    if not found then return finish(tostring(problem)) end
    -- Closed while it was logged in to.
    if is_over then return end
    session = found
    found.rpc.listeners[token] = function(message)
      if message.method ~= "session/output" then return end
      local data = message.params.data
      vim.schedule(function()
        show(data)
        found.rpc:notify("session.windowAdjust", { token = token, bytes = #data })
      end)
    end
    local params = {
      session = found.handle, token = token, stream = true, window = WINDOW,
      pty = { term = "xterm-256color", columns = size.columns, rows = size.rows },
    }
    slot = connection.request(found.rpc, "session.shell", params, function(result, failure)
      found.rpc.listeners[token] = nil
      finish(result and ("ended with %s"):format(tostring(result.exitSignal or result.exitCode)) or tostring(failure))
    end)
    resize()
    write()
  end)
  return buffer
end

return M
