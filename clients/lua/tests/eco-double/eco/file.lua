local eco = require("eco")
local uv = require("luv")

local constants = uv.constants
local M = {
  O_RDONLY = constants.O_RDONLY,
  O_WRONLY = constants.O_WRONLY,
  O_RDWR = constants.O_RDWR,
  O_CREAT = constants.O_CREAT,
  O_NONBLOCK = 2048,
  O_CLOEXEC = 524288,
}

local file = {}
file.__index = file

function file:read(size, timeout)
  return self.rd:read(size, timeout)
end

if eco.VERSION == "4.0" then
  function file:write(data)
    local count, problem, name = uv.fs_write(self.fd, data, -1)
    if count then return count end
    return nil, name == "EAGAIN" and "Resource temporarily unavailable" or problem
  end
else
  function file:write(data, timeout)
    return self.wr:write(data, timeout)
  end
end

function file:close()
  if self.fd < 0 then return end
  eco._close(self.fd)
  self.fd = -1
end

file.__gc = function(self)
  if self.fd >= 0 then eco._collect(self.fd) end
end
file.__close = file.close

function M.open(path, flags, mode)
  local fd, problem = uv.fs_open(path, flags or M.O_RDONLY, mode or 0)
  if not fd then return nil, problem end
  return setmetatable({ fd = fd, rd = eco.reader(fd), wr = eco.writer(fd) }, file)
end

local kinds = { directory = "DIR", socket = "SOCK", file = "REG" }

--- Follows links.
function M.stat(path)
  local found, problem = uv.fs_stat(path)
  if not found then return nil, problem end
  return { type = kinds[found.type] or "", uid = found.uid, mode = found.mode % 512 }
end

function M.readlink(path)
  return uv.fs_readlink(path)
end

return M
