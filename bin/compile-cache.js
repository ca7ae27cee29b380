"use strict";
/**
 * What Node's own `module.enableCompileCache` does from 22.8 on, for those before: keeps what V8 has
 * made of the bundle's files, compiled functions included, so that the next start needn't.
 */
const { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join } = require("node:path");
const { Script } = require("node:vm");
const { crc32 } = require("node:zlib");

/** Milliseconds that the end of a process may take longer for it; the next one does the rest. */
const patience = 100;

/** Bytes before V8's: their checksum, which V8 itself doesn't keep. */
const headerLength = 4;

exports.keepCompiled = function keepCompiled(folder, bundle) {
  // Node looks for the maps of what it has compiled itself.
  if (process.sourceMapsEnabled) return;
  const compile = Module.prototype._compile;
  const fresh = [];

  Module.prototype._compile = function compileOrTake(content, filename) {
    if (dirname(filename) !== bundle) return compile.call(this, content, filename);
    // V8 sees to its own version and flags, and of the text to its length alone.
    const name = `${basename(filename)}-${process.version}-${process.arch}-${crc32(content)}`;
    const path = join(folder, name);
    const cachedData = read(path);
    // import() doesn't work in it; rolldown has left none in the bundle.
    const script = new Script(Module.wrap(content), { filename, cachedData });
    if (!cachedData || script.cachedDataRejected) fresh.push({ path, script });
    const load = (id) => this.require(id);
    const { exports } = this;
    script.runInThisContext().call(exports, exports, load, this, filename, bundle);
  };

  // Then it is known which functions are needed.
  process.once("exit", () => {
    const end = performance.now() + patience;
    for (const { path, script } of fresh) {
      if (performance.now() > end || !write(path, script.createCachedData())) return;
    }
  });
};

function read(path) {
  try {
    const bytes = readFileSync(path);
    const data = bytes.subarray(headerLength);
    return bytes.readUInt32LE() === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it could be written: where the folder can't be, no other can be either. */
function write(path, data) {
  const header = Buffer.alloc(headerLength);
  header.writeUInt32LE(crc32(data));
  const half = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(half, Buffer.concat([header, data]), { mode: 0o600 });
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
