-- :edit sshrpc://host/path and :SshTerm host, over the sshrpc daemon. See README.md.

if vim.g.loaded_sshrpc then return end
vim.g.loaded_sshrpc = true

-- The Lua client lies beside this plugin in the repository, unless it is in the path already.
local ok = pcall(require, "sshrpc.rpc")
if not ok then
  local here = debug.getinfo(1, "S").source:match("^@(.*)/plugin/sshrpc%.lua$")
  local lua = vim.loop.fs_realpath(here .. "/../lua")
  if lua then package.path = lua .. "/?.lua;" .. lua .. "/?/init.lua;" .. package.path end
end

local group = vim.api.nvim_create_augroup("sshrpc", {})

local function on(event, act)
  vim.api.nvim_create_autocmd(event, { group = group, pattern = "sshrpc://*", callback = act, nested = true })
end

on("BufReadCmd", function(args) require("sshrpc_nvim.buffer").read(args.buf) end)
on("BufWriteCmd", function(args) require("sshrpc_nvim.buffer").write(args.buf, args.match) end)
on("FileReadCmd", function(args) require("sshrpc_nvim.buffer").unsupported(args.match) end)
on("FileWriteCmd", function(args) require("sshrpc_nvim.buffer").unsupported(args.match) end)

local function quitting()
  if package.loaded["sshrpc_nvim.buffer"] then require("sshrpc_nvim.buffer").quitting() end
end

vim.api.nvim_create_autocmd("QuitPre", { group = group, callback = quitting })
-- :wqall and :xall have no such event before they write.
vim.api.nvim_create_autocmd("CmdlineLeave", { group = group, pattern = ":", callback = function()
  local command = vim.fn.getcmdline()
  if command:find("^[:%s]*wqa") or command:find("^[:%s]*xa") then quitting() end
end })

vim.api.nvim_create_user_command("SshTerm", function(args)
  require("sshrpc_nvim.terminal").open(args.fargs[1])
end, {
  nargs = 1,
  desc = "A login shell of user@host:port, or of a host in ssh_config",
  complete = function(lead) return require("sshrpc_nvim.hosts").matching(lead) end,
})
