--- The hosts that the user's ssh_config names, for completion.

local pairs = require("sshrpc.support.pairs")

local M = {}

local function absolute(path, folder)
  path = vim.fn.expand(path)
  return path:sub(1, 1) == "/" and path or folder .. "/" .. path
end

local function read(path, folder, found, depth)
  local file = depth <= 16 and io.open(path, "r")
  if not file then return end
  for line in file:lines() do
    local keyword, rest = line:match("^%s*(%a+)%s*[=%s]%s*(.-)%s*$")
    keyword = keyword and keyword:lower()
    for word in (rest or ""):gsub('"', ""):gmatch("%S+") do
      if keyword == "host" and not word:find("[*?!]") then
        found[word] = true
      elseif keyword == "include" then
        for _, each in ipairs(vim.fn.glob(absolute(word, folder), true, true)) do read(each, folder, found, depth + 1) end
      end
    end
  end
  file:close()
end

--- Those that begin so, in alphabetical order; a user in front is kept.
---@return string[]
function M.matching(lead)
  local user, prefix = lead:match("^(.*@)(.*)$")
  user, prefix = user or "", prefix or lead
  local found, hosts = {}, {}
  local folder = (os.getenv("HOME") or "") .. "/.ssh"
  read(folder .. "/config", folder, found, 0)
  read("/etc/ssh/ssh_config", "/etc/ssh", found, 0)
  for host in pairs(found) do
    if vim.startswith(host, prefix) then hosts[#hosts + 1] = user .. host end
  end
  table.sort(hosts)
  return hosts
end

return M
