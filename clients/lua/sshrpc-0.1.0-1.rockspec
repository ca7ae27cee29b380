rockspec_format = "3.0"
package = "sshrpc"
version = "0.1.0-1"
-- For `luarocks make`, which builds what lies here and fetches nothing.
source = { url = "file://." }
description = {
  summary = "SSH sessions for any Lua, over the sshrpc daemon; a drop-in for lua-eco's eco.ssh",
  detailed = "Runs commands and moves files over SSH without an SSH library. The daemon (npm: sshrpc) does the SSH.",
  license = "MIT",
}
dependencies = { "lua >= 5.1, < 5.5" }
build = {
  type = "builtin",
  modules = {
    ["eco.ssh"] = "eco/ssh.lua",
    ["sshrpc"] = "sshrpc/init.lua",
    ["sshrpc.adapters.eco"] = "sshrpc/adapters/eco.lua",
    ["sshrpc.adapters.popen"] = "sshrpc/adapters/popen.lua",
    ["sshrpc.adapters.uv"] = "sshrpc/adapters/uv.lua",
    ["sshrpc.address"] = "sshrpc/address.lua",
    ["sshrpc.bytes"] = "sshrpc/bytes.lua",
    ["sshrpc.collect"] = "sshrpc/collect.lua",
    ["sshrpc.command"] = "sshrpc/command.lua",
    ["sshrpc.daemon"] = "sshrpc/daemon.lua",
    ["sshrpc.directory"] = "sshrpc/directory.lua",
    ["sshrpc.errors"] = "sshrpc/errors.lua",
    ["sshrpc.file"] = "sshrpc/file.lua",
    ["sshrpc.files"] = "sshrpc/files.lua",
    ["sshrpc.forwards"] = "sshrpc/forwards.lua",
    ["sshrpc.inbox"] = "sshrpc/inbox.lua",
    ["sshrpc.json"] = "sshrpc/json.lua",
    ["sshrpc.lines"] = "sshrpc/lines.lua",
    ["sshrpc.names"] = "sshrpc/names.lua",
    ["sshrpc.programs"] = "sshrpc/programs.lua",
    ["sshrpc.prompts"] = "sshrpc/prompts.lua",
    ["sshrpc.rpc"] = "sshrpc/rpc.lua",
    ["sshrpc.screen"] = "sshrpc/screen.lua",
    ["sshrpc.session"] = "sshrpc/session.lua",
    ["sshrpc.spool"] = "sshrpc/spool.lua",
    ["sshrpc.states"] = "sshrpc/states.lua",
    ["sshrpc.stream"] = "sshrpc/stream.lua",
    ["sshrpc.streams"] = "sshrpc/streams.lua",
    ["sshrpc.support.frame"] = "sshrpc/support/frame.lua",
    ["sshrpc.support.gc"] = "sshrpc/support/gc.lua",
    ["sshrpc.support.pairs"] = "sshrpc/support/pairs.lua",
    ["sshrpc.support.private"] = "sshrpc/support/private.lua",
    ["sshrpc.support.process"] = "sshrpc/support/process.lua",
    ["sshrpc.support.relay"] = "sshrpc/support/relay.lua",
    ["sshrpc.support.shared"] = "sshrpc/support/shared.lua",
    ["sshrpc.support.shell"] = "sshrpc/support/shell.lua",
    ["sshrpc.support.version"] = "sshrpc/support/version.lua",
    ["sshrpc.talk"] = "sshrpc/talk.lua",
    ["sshrpc.types"] = "sshrpc/types.lua",
  },
}
