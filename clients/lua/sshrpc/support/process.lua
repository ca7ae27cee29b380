--- What Lua itself doesn't say of the process that it runs in.

local shell = require("sshrpc.support.shell")

local M = {}

--- libuv, where Neovim has it or the script has loaded it.
---@return table? uv
---@return table? vim in Neovim
function M.libuv()
  local vim = rawget(_G, "vim")
  if type(vim) == "table" then return vim.uv or vim.loop, vim end
  local luv = package.loaded.luv
  return type(luv) == "table" and luv or nil
end

--- The process's id: a fork has another one, and all else of its parent's.
---@return integer? pid nil where it can't be known
function M.pid()
  local stat = io.open("/proc/self/stat")
  if stat then
    local pid = stat:read("*n")
    stat:close()
    return pid
  end
  local uv, posix = M.libuv(), package.loaded["posix.unistd"]
  return uv and uv.os_getpid() or posix and posix.getpid() or nil
end

--- The working directory, which the script may have changed since the daemon started. PWD isn't told.
---@return string? path nil where it can't be known
function M.cwd()
  local uv = M.libuv()
  if uv then return (uv.cwd()) end
  local output = shell.capture("pwd -P")
  return output and output:match("^(/.*)\n$")
end

--- A local path as the daemon must be told it, whose working directory may be another.
function M.absolute(path)
  if path:sub(1, 1) == "/" or path == "" then return path end
  local folder = M.cwd()
  return folder and folder .. "/" .. path or path
end

return M
