--- The server's files: `session.files`.
--
-- Paths are remote, taken literally, byte for byte; a relative one counts from the account's home. Every
-- function gives nil and an sshrpc.Error on failure: `RemoteFileError`, whose `errno` is "ENOENT", "EACCES",
-- "EEXIST" …; `NotSupported` where the server can't; `Timeout`; `ChannelOpenFailed`; `ChannelRequestDenied`;
-- `ConnectionLost`; `SessionClosed`; `SessionNotFound`; `InvalidParams`; `DaemonLost`.

local bytes = require("sshrpc.bytes")
local directory = require("sshrpc.directory")
local file = require("sshrpc.file")
local names = require("sshrpc.names")
local process = require("sshrpc.support.process")
local streams = require("sshrpc.streams")

local M = {}

---@class sshrpc.FileStat
---@field type "file"|"directory"|"symlink"|"fifo"|"socket"|"block"|"character"|"unknown"
---@field size integer? bytes; nil, as the others, where the server doesn't tell it
---@field mode integer? the permission bits, 0 to 4095 (07777)
---@field uid integer?
---@field gid integer?
---@field atime number? seconds since 1970
---@field mtime number?
---@field owner string?
---@field group string?

---@class sshrpc.Files
local Files = {}
Files.__index = Files

function M.new(session)
  return setmetatable({ session = session }, Files)
end

local function put(params, name, value)
  bytes.put(params, name, value, name .. "Encoding")
  return params
end

--- Params of a call on one path.
local function on(path, options)
  return put(names.to_wire(options), "path", path)
end

local function from_to(from, to, options)
  return put(put(names.to_wire(options), "from", from), "to", to)
end

--- The bytes of a name; names that aren't UTF-8 come as base64.
local function name_of(text, encoding)
  return encoding == "base64" and bytes.from_base64(text) or text
end

local function entry_of(entry)
  entry.name = name_of(entry.name, entry.encoding)
  entry.encoding = nil
  return names.from_wire(entry)
end

function Files:_give(method, params)
  local result, problem = self.session:_call(method, params)
  if result == nil then return nil, problem end
  return names.from_wire(result)
end

function Files:_path(method, path)
  local result, problem = self.session:_call(method, on(path))
  if not result then return nil, problem end
  return name_of(result.path, result.encoding)
end

--- How they are reached: `via` is "sftp", or "shell" where the server has no SFTP; `extensions`, `home`.
---@return { via: "sftp"|"shell", extensions: string[], home: string? }?
---@return sshrpc.Error?
function Files:info()
  return self:_give("fs.info", {})
end

--- Opens a file; written to in place.
---@param path string
---@param flags "r"|"r+"|"w"|"wx"|"w+"|"wx+"|"a"|"ax"|"a+"|"ax+"|nil as fopen(3)'s, by default "r"; with "x" it must not be there
---@param mode integer? of a new file, 0 to 4095 (07777), less the server's umask
---@return sshrpc.File?
---@return sshrpc.Error?
function Files:open(path, flags, mode)
  local result, problem = self.session:_call("fs.open", on(path, { flags = flags, mode = mode }))
  if not result then return nil, problem end
  return file.new(self.session, result.file, path)
end

--- What a file is; of a symbolic link, what it leads to.
---@return sshrpc.FileStat?
---@return sshrpc.Error?
function Files:stat(path) return self:_give("fs.stat", on(path)) end

--- The same, of a symbolic link itself.
---@return sshrpc.FileStat?
---@return sshrpc.Error?
function Files:lstat(path) return self:_give("fs.lstat", on(path)) end

--- A directory's entries, without "." and "..", in the server's order: as `lstat`, and `name`.
---@return (sshrpc.FileStat | { name: string })[]?
---@return sshrpc.Error?
function Files:readdir(path)
  local result, problem = self.session:_call("fs.readdir", on(path))
  if not result then return nil, problem end
  local entries = {}
  for index, entry in ipairs(result.entries) do entries[index] = entry_of(entry) end
  return entries
end

-- Lua 5.1 itself can't wait in an iterator; LuaJIT, which calls itself so, can.
local waits_in_iterators = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

--- A directory's entries as they come: `for name, entry in files:dir(path) do … end`. However many there are, no more
-- than a few thousand are held. Where it fails, it throws, as lua-eco's `file.dir` and LuaFileSystem do.
---@return fun(): string?, sshrpc.FileStat?
function Files:dir(path)
  local params = on(path)
  local ok, problem = self.session:_take(params)
  if not ok then error(problem, 0) end
  if not waits_in_iterators then return self:_dir_at_once(path) end
  local entries
  entries, problem = directory.open(self.session.rpc, params, entry_of)
  if not entries then error(problem, 0) end
  local function next_entry()
    local entry, why = entries:read()
    if why then error(why, 0) end
    if entry then return entry.name, entry end
  end
  return next_entry, nil, nil, entries
end

function Files:_dir_at_once(path)
  local entries, problem = self:readdir(path)
  if not entries then error(problem, 0) end
  local index = 0
  return function()
    index = index + 1
    local entry = entries[index]
    if entry then return entry.name, entry end
  end
end

--- Makes a directory.
---@param options { recursive: boolean?, mode: integer? }? with `recursive` those that it lies in, too, and one that is there is no error
---@return true?
---@return sshrpc.Error?
function Files:mkdir(path, options) return self.session:_call("fs.mkdir", on(path, options)) end

--- Removes an empty directory.
---@return true?
---@return sshrpc.Error?
function Files:rmdir(path) return self.session:_call("fs.rmdir", on(path)) end

--- Removes a file or a symbolic link.
---@return true?
---@return sshrpc.Error?
function Files:unlink(path) return self.session:_call("fs.unlink", on(path)) end

--- Removes a file, or with `recursive` a directory with what is in it; with `force` what isn't there is no error.
---@param options { recursive: boolean?, force: boolean? }?
---@return true?
---@return sshrpc.Error?
function Files:rm(path, options) return self.session:_call("fs.rm", on(path, options)) end

--- Renames, and replaces what has the new name.
---@param options { overwrite: boolean? }? with `overwrite = false` a name that is taken is EEXIST
---@return true?
---@return sshrpc.Error?
function Files:rename(from, to, options) return self.session:_call("fs.rename", from_to(from, to, options)) end

--- Copies a file on the server's side, and replaces what has the new name.
---@return true?
---@return sshrpc.Error?
function Files:copy(from, to) return self.session:_call("fs.copyFile", from_to(from, to)) end

--- Gives a file a further name.
---@return true?
---@return sshrpc.Error?
function Files:link(from, to) return self.session:_call("fs.link", from_to(from, to)) end

--- Makes a symbolic link that says `target`, which need not be there.
---@return true?
---@return sshrpc.Error?
function Files:symlink(target, path) return self.session:_call("fs.symlink", put(on(path), "target", target)) end

--- What a symbolic link says.
---@return string?
---@return sshrpc.Error?
function Files:readlink(path) return self:_path("fs.readlink", path) end

--- The absolute path, without symbolic links, "." and ".."; `~` in front is the account's home.
---@return string?
---@return sshrpc.Error?
function Files:realpath(path) return self:_path("fs.realpath", path) end

--- Sets the permission bits.
---@param mode integer 0 to 4095 (07777)
---@param options { follow_links: boolean? }? `false` changes a symbolic link itself
---@return true?
---@return sshrpc.Error?
function Files:chmod(path, mode, options)
  local params = on(path, options)
  params.mode = mode
  return self.session:_call("fs.chmod", params)
end

--- Sets the owners, by number; options as `chmod`.
---@return true?
---@return sshrpc.Error?
function Files:chown(path, uid, gid, options)
  local params = on(path, options)
  params.uid, params.gid = uid, gid
  return self.session:_call("fs.chown", params)
end

--- Sets the times, in seconds since 1970, of which fractions are cut off; options as `chmod`.
---@return true?
---@return sshrpc.Error?
function Files:utimes(path, atime, mtime, options)
  local params = on(path, options)
  params.atime, params.mtime = atime, mtime
  return self.session:_call("fs.utimes", params)
end

--- Sets the size; what is added is zeros.
---@return true?
---@return sshrpc.Error?
function Files:truncate(path, size) return self.session:_call("fs.truncate", on(path, { size = size })) end

--- The room of the file system that a path lies on.
---@return { block_size: integer, blocks: integer, free: integer, available: integer, files: integer, free_files: integer }?
---@return sshrpc.Error?
function Files:statvfs(path) return self:_give("fs.statfs", on(path)) end

--- A file's content, or a range of it; at most 256 MiB, above it is `OutputTooLarge`.
---@param options { offset: integer?, length: integer? }?
---@return string?
---@return sshrpc.Error?
function Files:read(path, options)
  local result, problem = self.session:_call("fs.readFile", on(path, options))
  if not result then return nil, problem end
  return result.data
end

--- Makes a file of the data, or replaces one as a whole: what fails leaves the old one.
---@param data string any bytes, at most 255 MiB; `upload` takes any size
---@param options { flag: "w"|"wx"|"a"|"r+"|nil, offset: integer?, mode: integer? }?
---@return integer? bytes
---@return sshrpc.Error?
function Files:write(path, data, options)
  local params = on(path, options)
  bytes.put(params, "data", data, "encoding")
  local result, problem = self.session:_call("fs.writeFile", params)
  if not result then return nil, problem end
  return result.bytes
end

---@class sshrpc.CopyOptions
---@field recursive boolean? takes a directory with what is in it
---@field preserve boolean? times and permission bits
---@field overwrite "always"|"changed"|"never"|nil
---@field delete boolean? removes what the source hasn't
---@field exclude string[]? globs of what is left out
---@field symlinks "copy"|"follow"|"skip"|nil
---@field resume boolean? goes on with what an earlier attempt left
---@field dry_run boolean? changes nothing
---@field timeout number? seconds for all of it
---@field idle_timeout number? seconds without a byte, by default 30
---@field on_progress (fun(bytes: integer, total: integer, files: integer, total_files: integer))? its error cancels, and is thrown

---@alias sshrpc.Copied { files: integer, directories: integer, symlinks: integer, bytes: integer, skipped: integer }

--- Receives a file, or with `recursive` a directory. `path` is the name of the result itself. Each file is replaced
-- when the new one is whole. Where some fail, the others come all the same, and the error is `TransferIncomplete`,
-- whose `data` has the counts and `failures`, each with `path`, `kind` and `message`.
---@param remote string
---@param path string local, in UTF-8
---@param options sshrpc.CopyOptions?
---@return sshrpc.Copied?
---@return sshrpc.Error?
function Files:get(remote, path, options)
  return self.session:_copy("fs.get", put({ dest = process.absolute(path) }, "source", remote), options)
end

--- Sends a file, or with `recursive` a directory; all else as `get`.
---@param path string local, in UTF-8
---@param remote string
---@param options sshrpc.CopyOptions?
---@return sshrpc.Copied?
---@return sshrpc.Error?
function Files:put(path, remote, options)
  return self.session:_copy("fs.put", put({ source = process.absolute(path) }, "dest", remote), options)
end

--- Makes a file of what `reader` gives, of any size, or replaces one as a whole: what fails leaves the old one.
---@param reader file*|fun(): string?, any? Lua's file, or a function that gives the next piece, nil at the end; nil and a
--  problem gives up with that
---@param path string
---@return integer? bytes
---@return any? problem
function Files:upload(reader, path) return streams.upload(self, reader, path) end

--- Gives a file's content to `writer`, of any size.
---@param path string
---@param writer file*|fun(data: string): any?, any? Lua's file, or a function, whose nil and a problem gives up with that
---@return integer? bytes
---@return any? problem
function Files:download(path, writer) return streams.download(self, path, writer) end

return M
