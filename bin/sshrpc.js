#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major] = process.versions.node.split(".");
const entry = new URL("../dist/src/server/main.js", import.meta.url);

if (Number(major) < 20) fail(`needs Node.js 20 or later, this is ${process.versions.node}`);
else if (!existsSync(fileURLToPath(entry))) fail("not built: run npm run build");
else void import(entry.href).then(({ main }) => main());

function fail(message) {
  process.exitCode = 70;
  process.stderr.write(`sshrpc: ${message}\n`);
}
