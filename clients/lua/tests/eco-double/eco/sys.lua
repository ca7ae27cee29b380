local eco = require("eco")
local uv = require("luv")

local M = { SIGTERM = 15, SIGKILL = 9 }

local process = {}
process.__index = process

function process:read_stdout(format, timeout)
  return self.stdout_rd:read(format, timeout)
end

function process:read_stderr(format, timeout)
  return self.stderr_rd:read(format, timeout)
end

function process:close()
  if not self.stdout_fd then return end
  eco._close(self.stdout_fd)
  eco._close(self.stderr_fd)
  self.stdout_fd = nil
end

process.__gc = function(self)
  if not self.stdout_fd then return end
  eco._collect(self.stdout_fd)
  eco._collect(self.stderr_fd)
end
process.__close = process.close

function M.exec(command, ...)
  local stdout, stderr = uv.pipe({ nonblock = true }, {}), uv.pipe({ nonblock = true }, {})
  local handle, pid = uv.spawn(command, { args = { ... }, stdio = { 0, stdout.write, stderr.write } }, function() end)
  uv.fs_close(stdout.write)
  uv.fs_close(stderr.write)
  if not handle then return nil, pid end
  uv.unref(handle)
  return setmetatable({
    pid = pid, handle = handle, stdout_fd = stdout.read, stderr_fd = stderr.read,
    stdout_rd = eco.reader(stdout.read), stderr_rd = eco.reader(stderr.read),
  }, process)
end

return M
