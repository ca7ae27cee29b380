"use strict";
/**
 * Keeps what V8 has made of the bundle's files, so that the next start needn't. Node's own
 * `module.enableCompileCache` does so from 22.8 on, but as a file is loaded; here it is done at the end
 * of a process, when V8 has compiled the functions that were called: a login and its first commands
 * spend a fifth of their time on that.
 */
const fs = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join } = require("node:path");
const { Script } = require("node:vm");
const { crc32 } = require("node:zlib");

/** Milliseconds that the end of a process may take longer for it; the next one does the rest. */
const patience = 100;

/** Bytes before V8's: their checksum, which V8 itself doesn't keep, and how much the process had worked. */
const headerLength = 8;

/**
 * Milliseconds of CPU time. Who has worked for this much longer, and twice as long, has called more
 * functions; after enough of it, all that matter.
 */
const longer = 100;
const enough = 2000;

/** Milliseconds after which V8 may have given up what was compiled for the start. */
const tooLong = 60_000;

/** Bytes that are kept: of several versions, those that were written last. */
const most = 32 * 1024 * 1024;

exports.keepCompiled = function keepCompiled(folder, bundle) {
  // Node looks for the maps of what it has compiled itself.
  if (process.sourceMapsEnabled) return;
  const isTrusted = isOursAt(folder);
  const compile = Module.prototype._compile;
  const scripts = [];

  Module.prototype._compile = function compileOrTake(content, filename, ...others) {
    if (dirname(filename) !== bundle) return compile.call(this, content, filename, ...others);
    // V8 sees to its own version and flags, and of the text to its length alone.
    const name = `${basename(filename)}-${process.version}-${process.arch}-${crc32(content)}`;
    const path = join(folder, name);
    const { work, cachedData } = isTrusted ? read(path) : {};
    // import() doesn't work in it; rolldown has left none in the bundle.
    const script = new Script(Module.wrap(content), { filename, cachedData });
    scripts.push({ path, script, work: script.cachedDataRejected ? undefined : work });
    const load = (id) => this.require(id);
    const { exports } = this;
    script.runInThisContext().call(exports, exports, load, this, filename, bundle);
  };

  process.once("exit", () => {
    const end = performance.now() + patience;
    const { user, system } = process.cpuUsage();
    const work = performance.now() < tooLong ? Math.round((user + system) / 1000) : 0;
    const due = scripts.filter(({ work: before }) => {
      const isMore = before < enough && work >= Math.max(before * 2, before + longer);
      return before === undefined || isMore;
    });
    // V8 takes a while to put it together: not for a folder that can't be written to.
    if (due.length === 0 || !isReady(folder)) return;
    for (const { path, script } of due) {
      if (performance.now() > end || !write(path, script.createCachedData(), work)) break;
    }
    discardOldest(folder);
  });
};

/** Whether a file or folder is of this user, and nobody else can change it: V8 runs what is in there. */
function isOurs(found) {
  if (found.isSymbolicLink()) return false;
  // Windows has neither.
  if (process.geteuid === undefined) return true;
  return found.uid === process.geteuid() && (found.mode & 0o022) === 0;
}

function isOursAt(folder) {
  try {
    return isOurs(fs.lstatSync(folder));
  } catch {
    return false;
  }
}

/** @returns nothing where there is none that is whole, and ours */
function read(path) {
  let file;
  try {
    file = fs.openSync(path);
    if (!isOurs(fs.fstatSync(file))) return {};
    const bytes = fs.readFileSync(file);
    const checked = bytes.subarray(4);
    if (bytes.readUInt32LE() !== crc32(checked)) return {};
    return { work: bytes.readUInt32LE(4), cachedData: bytes.subarray(headerLength) };
  } catch {
    return {};
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/** Whether the folder is there, ours, and can be written to. */
function isReady(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.accessSync(folder, fs.constants.W_OK);
    return isOursAt(folder);
  } catch {
    return false;
  }
}

/** Whether it could be written: where it can't be, no other can be either. */
function write(path, data, work) {
  const bytes = Buffer.concat([Buffer.alloc(headerLength), data]);
  bytes.writeUInt32LE(work, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)));
  const half = `${path}.${process.pid}`;
  try {
    fs.writeFileSync(half, bytes, { mode: 0o600 });
    fs.renameSync(half, path);
    return true;
  } catch {
    discard(half);
    return false;
  }
}

/** Other versions' files, and those of processes that were killed as they wrote them. */
function discardOldest(folder) {
  try {
    const files = fs.readdirSync(folder).map((name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = fs.statSync(path);
      return { path, size, mtimeMs };
    });
    let total = 0;
    for (const { path, size } of files.toSorted((one, other) => other.mtimeMs - one.mtimeMs)) {
      total += size;
      if (total > most) discard(path);
    }
  } catch {
    // Another process has just discarded one: it sees to the rest.
  }
}

function discard(path) {
  try {
    fs.unlinkSync(path);
  } catch {
    // It was never made, or another process was faster.
  }
}
