import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program in the project's folder with our stdio: its exit code, 128 if a signal ended it. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 128));
  });
}

/** Runs a JavaScript program of a package in node_modules. */
export function runPackage(program, args, options) {
  return run(process.execPath, [`node_modules/${program}`, ...args], options);
}
