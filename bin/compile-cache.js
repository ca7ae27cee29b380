"use strict";
/**
 * Keeps what V8 has made of the bundle's files, so that the next start needn't. Node's own
 * `module.enableCompileCache` does so from 22.8 on, but as a file is loaded; here it is done at the end
 * of a process, when V8 has compiled the functions that were called: a login and its first commands
 * spend a fifth of their time on that.
 */
const { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } = require("node:fs");
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

exports.keepCompiled = function keepCompiled(folder, bundle) {
  // Node looks for the maps of what it has compiled itself.
  if (process.sourceMapsEnabled) return;
  const compile = Module.prototype._compile;
  const scripts = [];

  Module.prototype._compile = function compileOrTake(content, filename) {
    if (dirname(filename) !== bundle) return compile.call(this, content, filename);
    // V8 sees to its own version and flags, and of the text to its length alone.
    const name = `${basename(filename)}-${process.version}-${process.arch}-${crc32(content)}`;
    const path = join(folder, name);
    const { work, cachedData } = read(path);
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
    for (const { path, script, work: before } of scripts) {
      const isMore = before < enough && work >= Math.max(before * 2, before + longer);
      if (before !== undefined && !isMore) continue;
      if (performance.now() > end || !write(path, script.createCachedData(), work)) return;
    }
  });
};

/** @returns nothing where there is none that is whole */
function read(path) {
  try {
    const bytes = readFileSync(path);
    const checked = bytes.subarray(4);
    if (bytes.readUInt32LE() !== crc32(checked)) return {};
    return { work: bytes.readUInt32LE(4), cachedData: bytes.subarray(headerLength) };
  } catch {
    return {};
  }
}

/** Whether it could be written: where the folder can't be, no other can be either. */
function write(path, data, work) {
  const bytes = Buffer.concat([Buffer.alloc(headerLength), data]);
  bytes.writeUInt32LE(work, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)));
  const half = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(half, bytes, { mode: 0o600 });
    renameSync(half, path);
    return true;
  } catch {
    discard(half);
    return false;
  }
}

function discard(path) {
  try {
    unlinkSync(path);
  } catch {
    // It was never made.
  }
}
