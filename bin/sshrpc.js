#!/usr/bin/env node
"use strict";
const { statSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { isAbsolute, join } = require("node:path");

const root = join(__dirname, "..");
const bundle = join(root, "dist/bundle/main.js");
const compiled = join(root, "dist/src/server/host/main.js");
const [major] = process.versions.node.split(".");

if (Number(major) < 20) fail(`needs Node.js 20 or later, this is ${process.versions.node}`);
else if (isUpToDate()) start();
else if (modified(compiled)) void import(compiled).then(({ main }) => main(root));
else fail("not built: run npm run build");

/** No: the compiler has run since it was made. A package as installed has no note of that. */
function isUpToDate() {
  return modified(bundle) > modified(join(root, "dist/.tsbuildinfo"));
}

/** In milliseconds since 1970; 0 where there is no such file. */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function start() {
  const folder = cacheFolder();
  // From Node 22.8 on. Where the folder can't be written to, it does nothing.
  if (folder) enableCompileCache?.(folder);
  require(bundle).main(root);
}

/**
 * The user's own (XDG Base Directory Specification): Node's default is in /tmp, where another user
 * could have put compiled code for us to run.
 */
function cacheFolder() {
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  if (cache && isAbsolute(cache)) return join(cache, "sshrpc");
  return home && isAbsolute(home) ? join(home, ".cache/sshrpc") : undefined;
}

function fail(message) {
  process.exitCode = 70;
  process.stderr.write(`sshrpc: ${message}\n`);
}
