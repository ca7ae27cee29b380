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

--- The params of a call about one path.
local function on(path, options)
  return put(names.to_wire(options), "path", path)
end

local function from_to(from, to, options)
  return put(put(names.to_wire(options), "from", from), "to", to)
end

--- The bytes of a name: one that isn't UTF-8 comes as base64.
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

--- How the files are reached. `via` is "sftp", or "shell" where the server has no SFTP; `extensions` are those
-- of its SFTP, by name; `home` is the folder from which relative paths count, nil where it isn't known.
---@return { via: "sftp"|"shell", extensions: string[], home: string? }?
---@return sshrpc.Error?
function Files:info()
  return self:_give("fs.info", {})
end

--- Opens a file. What is written goes into the file itself, not into a temporary one beside it.
---@param path string
---@param flags "r"|"r+"|"w"|"wx"|"w+"|"wx+"|"a"|"ax"|"a+"|"ax+"|nil as of fopen(3), by default "r"; with "x" a file that exists is an error
---@param mode integer? of a new file, 0 to 4095 (07777), less the server's umask
---@return sshrpc.File?
---@return sshrpc.Error?
function Files:open(path, flags, mode)
  local result, problem = self.session:_call("fs.open", on(path, { flags = flags, mode = mode }))
  if not result then return nil, problem end
  return file.new(self.session, result.file, path)
end

--- Type, size, mode, owners and times of a file. A symbolic link is followed.
---@return sshrpc.FileStat?
---@return sshrpc.Error?
function Files:stat(path) return self:_give("fs.stat", on(path)) end

--- As `stat`, but of a symbolic link itself.
---@return sshrpc.FileStat?
---@return sshrpc.Error?
function Files:lstat(path) return self:_give("fs.lstat", on(path)) end

--- The list of a directory's entries, without "." and "..", in the server's order. Each has the fields of
-- `lstat`, and `name`.
---@return (sshrpc.FileStat | { name: string })[]?
---@return sshrpc.Error?
function Files:readdir(path)
  local result, problem = self.session:_call("fs.readdir", on(path))
  if not result then return nil, problem end
  local entries = {}
  for index, entry in ipairs(result.entries) do entries[index] = entry_of(entry) end
  return entries
end

-- Lua 5.1 can't yield inside an iterator. LuaJIT can, although its _VERSION is "Lua 5.1", too.
local waits_in_iterators = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

--- A directory's entries as they come: `for name, entry in files:dir(path) do … end`. However many there are, at
-- most a few thousand of them are in memory. An error is thrown, as by lua-eco's `file.dir` and LuaFileSystem.
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
---@param options { recursive: boolean?, mode: integer? }? `recursive` makes the directories above it, too, and takes one
--  that exists for no error; `mode` are the permission bits, 0 to 4095 (07777), by default 511 (0777), less the
--  server's umask
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

--- Removes a file, or with `recursive` a directory and all that is in it. With `force` it is no error where there is
-- nothing to remove.
---@param options { recursive: boolean?, force: boolean? }?
---@return true?
---@return sshrpc.Error?
function Files:rm(path, options) return self.session:_call("fs.rm", on(path, options)) end

--- Renames a file or a directory. What has the new name already is replaced.
---@param options { overwrite: boolean? }? with `overwrite = false` it is an error (EEXIST) if the new name is taken
---@return true?
---@return sshrpc.Error?
function Files:rename(from, to, options) return self.session:_call("fs.rename", from_to(from, to, options)) end

--- Copies a file on the server, without its bytes coming here. A file of the new name is replaced.
---@return true?
---@return sshrpc.Error?
function Files:copy(from, to) return self.session:_call("fs.copyFile", from_to(from, to)) end

--- Makes a hard link: `to` is another name of the file `from`.
---@return true?
---@return sshrpc.Error?
function Files:link(from, to) return self.session:_call("fs.link", from_to(from, to)) end

--- Makes a symbolic link at `path` that leads to `target`, which need not exist.
---@return true?
---@return sshrpc.Error?
function Files:symlink(target, path) return self.session:_call("fs.symlink", put(on(path), "target", target)) end

--- The target of a symbolic link, as it stands in the link.
---@return string?
---@return sshrpc.Error?
function Files:readlink(path) return self:_path("fs.readlink", path) end

--- The absolute path, without symbolic links, "." and ".."; `~` in front is the account's home.
---@return string?
---@return sshrpc.Error?
function Files:realpath(path) return self:_path("fs.realpath", path) end

--- Sets the permission bits.
---@param mode integer 0 to 4095 (07777)
---@param options { follow_links: boolean? }? `follow_links = false` changes a symbolic link itself, not its target
---@return true?
---@return sshrpc.Error?
function Files:chmod(path, mode, options)
  local params = on(path, options)
  params.mode = mode
  return self.session:_call("fs.chmod", params)
end

--- Sets owner and group, by their numbers. Options as of `chmod`.
---@return true?
---@return sshrpc.Error?
function Files:chown(path, uid, gid, options)
  local params = on(path, options)
  params.uid, params.gid = uid, gid
  return self.session:_call("fs.chown", params)
end

--- Sets the times of last access and change, in seconds since 1970; fractions are cut off. Options as of `chmod`.
---@return true?
---@return sshrpc.Error?
function Files:utimes(path, atime, mtime, options)
  local params = on(path, options)
  params.atime, params.mtime = atime, mtime
  return self.session:_call("fs.utimes", params)
end

--- Sets a file's size in bytes. A file that grows is filled with zeros.
---@return true?
---@return sshrpc.Error?
function Files:truncate(path, size) return self.session:_call("fs.truncate", on(path, { size = size })) end

--- The size of the file system that a path is on, and what is free of it. `blocks`, `free` and `available` (what
-- ordinary users may have of it) count blocks of `block_size` bytes; `files` and `free_files` count inodes.
---@return { block_size: integer, blocks: integer, free: integer, available: integer, files: integer, free_files: integer }?
---@return sshrpc.Error?
function Files:statvfs(path) return self:_give("fs.statfs", on(path)) end

--- Reads a file, or a part of it. More than 256 MiB is the error `OutputTooLarge`.
---@param options { offset: integer?, length: integer? }? in bytes; by default from the beginning, to the end
---@return string?
---@return sshrpc.Error?
function Files:read(path, options)
  local result, problem = self.session:_call("fs.readFile", on(path, options))
  if not result then return nil, problem end
  return result.data
end

--- Writes a file. By default one that exists is replaced when all has been written; if that fails, it stays as it
-- was.
---@param data string any bytes, at most 255 MiB; `upload` takes any size
---@param options { flag: "w"|"wx"|"a"|"r+"|nil, offset: integer?, mode: integer? }? `flag` is by default "w"; "wx": it must
--  not exist; "a" appends; "r+" writes into it from `offset` on. `mode` are the permission bits of a new file
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
---@field preserve boolean? gives the copies the times and the permission bits of the source
---@field overwrite "always"|"changed"|"never"|nil what to do with a file that exists: replace it, which is the default;
--  replace it where size or time differ; or leave it
---@field delete boolean? removes from the copy's directories what the source's don't have, but nothing that is excluded
---@field exclude string[]? globs of what is left out, as "*.o" or "cache/"; `**` is any number of directories
---@field symlinks "copy"|"follow"|"skip"|nil what to do with symbolic links in a tree; by default "copy"
---@field resume boolean? goes on with the part of a file that an earlier attempt left, where its content is the same
---@field dry_run boolean? changes nothing; the result tells what would have been done
---@field timeout number? seconds for all of it, by default none
---@field idle_timeout number? seconds, above zero, without a byte after which it is given up; by default 30
---@field on_progress (fun(bytes: integer, total: integer, files: integer, total_files: integer))? an error that it throws
--  cancels the transfer, and is thrown on

---@alias sshrpc.Copied { files: integer, directories: integer, symlinks: integer, bytes: integer, skipped: integer }

--- Receives a file, or with `recursive` a directory. `path` is the name of the result, never a folder to put it
-- into. An old file is replaced when the new one is whole. Where some files of a tree fail, the others are received
-- all the same; the error is `TransferIncomplete` then, whose `data` has the counts of the result and `failures`,
-- each with `path`, `kind` and `message`.
---@param remote string
---@param path string local, in UTF-8
---@param options sshrpc.CopyOptions?
---@return sshrpc.Copied?
---@return sshrpc.Error?
function Files:get(remote, path, options)
  return self.session:_copy("fs.get", put({ dest = process.absolute(path) }, "source", remote), options)
end

--- Sends a file, or with `recursive` a directory. All else is as for `get`.
---@param path string local, in UTF-8
---@param remote string
---@param options sshrpc.CopyOptions?
---@return sshrpc.Copied?
---@return sshrpc.Error?
function Files:put(path, remote, options)
  return self.session:_copy("fs.put", put({ source = process.absolute(path) }, "dest", remote), options)
end

--- Writes what `reader` gives, of any size, to a remote file. One that exists is replaced when all has come; if it
-- fails, the old one stays.
---@param reader file*|fun(): string?, any? a file of Lua's, or a function that returns the next piece, nil at the end; with
--  nil and a second value the upload is given up, and that value is its error
---@param path string
---@return integer? bytes
---@return any? problem
function Files:upload(reader, path) return streams.upload(self, reader, path) end

--- Writes the content of a remote file, of any size, to `writer`.
---@param path string
---@param writer file*|fun(data: string): any?, any? a file of Lua's, or a function that takes a piece; where it returns nil and
--  a second value the download is given up, and that value is its error
---@return integer? bytes
---@return any? problem
function Files:download(path, writer) return streams.download(self, path, writer) end

return M
