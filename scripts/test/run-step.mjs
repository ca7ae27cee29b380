import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../run.mjs";

/** The longest that a step may take, in seconds: something in it hangs. */
const limit = 900;

const running = new Set();

for (const [name, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.once(name, () => {
    for (const child of running) child.kill(name);
    process.exitCode = 128 + number;
    process.exit();
  });
}

/**
 * Runs a step: its exit code, its output, what it counted and the seconds that it took. The output
 * goes through a file, which keeps its order and which nothing that the step leaves behind holds
 * open; that of a `live` one goes to the terminal at once.
 */
export async function runStep({ command: [program, ...args], cwd = root, live = false }) {
  const folder = mkdtempSync(join(tmpdir(), "sshrpc-step-"));
  const counts = join(folder, "counts.json");
  const output = join(folder, "output");
  const file = openSync(output, "a");
  const begin = performance.now();
  try {
    const env = { ...process.env, TEST_COUNTS: counts };
    const stdio = live ? "inherit" : ["ignore", file, file];
    const [code, problem] = await ended(spawn(program, args, { cwd, env, stdio }));
    return {
      code,
      output: readFileSync(output, "utf8") + (problem ?? ""),
      counts: existsSync(counts) ? JSON.parse(readFileSync(counts, "utf8")) : {},
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

function ended(child) {
  running.add(child);
  return new Promise((resolve) => {
    let problem;
    const timer = setTimeout(() => {
      problem = `\nit did not end within ${limit} s\n`;
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
    }, limit * 1000);
    const end = (code, text) => {
      clearTimeout(timer);
      running.delete(child);
      resolve([code, text]);
    };
    child.once("error", (error) => end(127, `${error.message}\n`));
    child.once("exit", (code, signal) => {
      const killed = signal === null ? undefined : `\nended by ${signal}\n`;
      end(code === 0 && problem !== undefined ? 1 : (code ?? 128), problem ?? killed);
    });
  });
}
