--- Buffers named sshrpc://host/path: read, written, and directories shown.

local address = require("sshrpc_nvim.address")
local bytes = require("sshrpc.bytes")
local connection = require("sshrpc_nvim.connection")
local pairs = require("sshrpc.support.pairs")
local text = require("sshrpc_nvim.text")

local M = {}

-- Whether a command is under way that may end Neovim.
local is_quitting = false

local function say(message, level)
  vim.notify("sshrpc: " .. message, level or vim.log.levels.ERROR)
end

local function call(authority, method, path, params, done)
  connection.call(authority, method, function()
    local copy = vim.deepcopy(params)
    local data = copy.data
    if data then bytes.put(copy, "data", data, "encoding") end
    bytes.put(copy, "path", path, "pathEncoding")
    return copy
  end, done)
end

local function is_there(buffer)
  return vim.api.nvim_buf_is_loaded(buffer)
end

local function fill(buffer, lines, options)
  local bo = vim.bo[buffer]
  bo.modifiable, bo.readonly = true, false
  -- Undoing doesn't lead to an empty file.
  local undolevels = bo.undolevels
  bo.undolevels = -1
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, lines)
  bo.undolevels = undolevels
  for name, value in pairs(options) do bo[name] = value end
  bo.modified = false
end

--- An event of a file's, as others wait for.
local function fire(buffer, event)
  vim.api.nvim_buf_call(buffer, function() vim.api.nvim_exec_autocmds(event, { buffer = buffer, modeline = false }) end)
  vim.api.nvim_buf_call(buffer, function() vim.cmd("silent! filetype detect") end)
end

local suffixes = { directory = "/", symlink = "@", fifo = "|", socket = "=" }

local function show_directory(buffer, path, entries)
  local lines, hidden = {}, 0
  for _, entry in ipairs(entries) do
    -- A line can't hold it.
    local odd = entry.encoding ~= nil or entry.name:find("\n")
    if odd then hidden = hidden + 1 else lines[#lines + 1] = entry.name .. (suffixes[entry.type] or "") end
  end
  table.sort(lines)
  fill(buffer, lines, { buftype = "nofile", modifiable = false, swapfile = false, filetype = "sshrpc-directory" })
  if hidden > 0 then say(("%s: %d names are not shown, as they are no text"):format(path, hidden), vim.log.levels.WARN) end
  local function edit(name) vim.cmd("edit " .. vim.fn.fnameescape(name)) end
  local base = vim.api.nvim_buf_get_name(buffer):gsub("/+$", "")
  vim.keymap.set("n", "<CR>", function()
    local name = vim.api.nvim_get_current_line():gsub("[/@|=]$", "")
    if name ~= "" then edit(base .. "/" .. name) end
  end, { buffer = buffer, desc = "Open" })
  vim.keymap.set("n", "-", function()
    local up = base:match("^(sshrpc://[^/]+.*)/[^/]*$")
    if up then edit(up == base:match("^sshrpc://[^/]+") and up .. "/" or up) end
  end, { buffer = buffer, desc = "The folder above" })
end

--- BufReadCmd.
function M.read(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  local authority, path = address.parse(name)
  if not authority then return say(name .. " is not sshrpc://user@host:port/path") end
  local bo = vim.bo[buffer]
  bo.buftype, bo.swapfile, bo.modifiable = "acwrite", false, false
  call(authority, "fs.readFile", path, {}, function(result, problem)
    if not is_there(buffer) then return end
    if result then
      fill(buffer, text.lines(result.data))
      vim.b[buffer].sshrpc_state = "read"
      return fire(buffer, "BufReadPost")
    end
    local code = problem.data and problem.data.code
    if code == "ENOENT" then
      fill(buffer, {}, {})
      vim.b[buffer].sshrpc_state = "new"
      return fire(buffer, "BufNewFile")
    elseif code ~= "EISDIR" then
      -- It stays unmodifiable: what is typed into it would stand for the file.
      vim.b[buffer].sshrpc_state = "failed"
      return say(("%s: %s"):format(name, tostring(problem)))
    end
    call(authority, "fs.readdir", path, {}, function(listing, failure)
      if not is_there(buffer) then return end
      vim.b[buffer].sshrpc_state = listing and "directory" or "failed"
      if listing then show_directory(buffer, path, listing.entries) else say(("%s: %s"):format(name, tostring(failure))) end
    end)
  end)
end

--- BufWriteCmd. The buffer counts as modified until the server has said that the file is whole; where
-- Neovim is about to end, it waits for that.
function M.write(buffer, name)
  local own = name == vim.api.nvim_buf_get_name(buffer)
  local authority, path = address.parse(name)
  if not authority then return say(name .. " is not sshrpc://user@host:port/path") end
  if own and (vim.b[buffer].sshrpc_state == "failed" or vim.b[buffer].sshrpc_state == nil) then
    return say(name .. " was not read, and is not written")
  end
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  local done = false
  local data = text.data(buffer)
  call(authority, "fs.writeFile", path, { data = data }, function(result, problem)
    done = true
    if not result then return say(("%s: not written: %s"):format(name, tostring(problem))) end
    if not is_there(buffer) then return end
    if own and vim.api.nvim_buf_get_changedtick(buffer) == tick then vim.bo[buffer].modified = false end
    vim.api.nvim_echo({ { ('"%s" %d bytes written'):format(name, #data) } }, false, {})
    fire(buffer, "BufWritePost")
  end)
  while is_quitting and not done do vim.wait(60000, function() return done end, 10) end
end

--- Comes before `:wq`, `:x` and `:wqall` write.
function M.quitting()
  is_quitting = true
  vim.schedule(function() is_quitting = false end)
end

--- `:read` and a part of a buffer.
function M.unsupported(name)
  say(name .. ": only whole buffers are read and written")
end

return M
