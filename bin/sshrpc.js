#!/usr/bin/env node
"use strict";
// An old Node has to read this file before it can be told that it is too old. Hence no newer syntax,
// and nothing is required before.
const major = Number(process.versions.node.split(".")[0]);

if (major < 20) fail(`needs Node.js 20.19 or later, this is ${process.versions.node}`);
else start();

function start() {
  const { join } = require("node:path");
  const root = join(__dirname, "..");
  const bundle = join(root, "dist/bundle/main.js");
  const compiled = join(root, "dist/src/server/host/main.js");
  // No bundle: the compiler has run since it was made. A package as installed has no note of that.
  if (modified(bundle) > modified(join(root, "dist/.tsbuildinfo"))) startBundle(root, bundle);
  else if (modified(compiled)) void import(compiled).then(({ main }) => main(root));
  else fail("not built: run npm run build");
}

/** In milliseconds since 1970; 0 where there is no such file. */
function modified(path) {
  const { statSync } = require("node:fs");
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : stats.mtimeMs;
}

function startBundle(root, bundle) {
  const { dirname, join } = require("node:path");
  // It has a single small file.
  if (isAttach()) return require(join(root, "dist/bundle/attach.js")).main(root);
  const folder = cacheFolder();
  // Where the folder can't be written to, it does nothing.
  if (folder) require("./compile-cache.js").keepCompiled(folder, dirname(bundle));
  require(bundle).main(root);
}

/** Whether nothing else is wanted: then it takes a file that has nothing else in it. */
function isAttach() {
  const [, , first, second = "--clientProcessId=1", ...others] = process.argv;
  const isKnown = /^--clientProcessId=[1-9]\d{0,8}$/.test(second);
  return first === "--attach" && isKnown && others.length === 0;
}

/**
 * The user's own (XDG Base Directory Specification): Node's default is in /tmp, where another user
 * could have put compiled code for us to run.
 */
function cacheFolder() {
  const { isAbsolute, join } = require("node:path");
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  if (cache && isAbsolute(cache)) return join(cache, "sshrpc");
  return home && isAbsolute(home) ? join(home, ".cache/sshrpc") : undefined;
}

function fail(message) {
  process.exitCode = 70;
  process.stderr.write(`sshrpc: ${message}\n`);
}
