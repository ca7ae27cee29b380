--- What Lua's own library doesn't tell of the process: its id, its working directory.

local shell = require("sshrpc.support.shell")

local M = {}

--- libuv, if this is Neovim, or if the script has loaded luv.
---@return table? uv
---@return table? vim in Neovim
function M.libuv()
  local vim = rawget(_G, "vim")
  if type(vim) == "table" then return vim.uv or vim.loop, vim end
  local luv = package.loaded.luv
  return type(luv) == "table" and luv or nil
end

--- The process's id, by which a fork can be told from its parent.
---@return integer? pid nil where it can't be found out
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

--- The working directory. It is asked for each time, since the script may have changed it; the variable PWD
-- doesn't change with it.
---@return string? path nil where it can't be found out
function M.cwd()
  local uv = M.libuv()
  if uv then return (uv.cwd()) end
  local output = shell.capture("pwd -P")
  return output and output:match("^(/.*)\n$")
end

--- A local path made absolute for the daemon, whose working directory may be another one.
function M.absolute(path)
  if path:sub(1, 1) == "/" or path == "" then return path end
  local folder = M.cwd()
  return folder and folder .. "/" .. path or path
end

return M
