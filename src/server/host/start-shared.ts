import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { withFileLock } from "../../handlers/support/shared-lock.ts";
import { readyLine } from "./ready-line.ts";

/**
 * Starts the user's shared daemon, one process at a time. It takes modules along (processes, locks)
 * that an attaching program has no use for where there is a daemon: loaded then alone.
 *
 * @param attempt what there is to do once one may be there; it isn't started where that is done
 */
export function startedBy<T>(
  folder: string,
  version: string,
  logPath: string,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  return withFileLock(join(folder, `${version}.start`), async () => {
    // Another may have started it meanwhile.
    const done = await attempt();
    if (done) return done;
    await start(logPath);
    return attempt();
  });
}

/** Starts a daemon of its own process group and session; resolves when it listens, or has ended. */
async function start(logPath: string): Promise<void> {
  const log = openSync(logPath, "a", 0o600);
  const child = spawn(process.execPath, [process.argv[1] as string, "--shared"], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", "pipe", log],
  });
  const { stdout } = child;
  if (!stdout) return;
  let said = "";
  await new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    stdout.once("close", resolve);
    stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(readyLine)) resolve();
    });
  });
  stdout.destroy();
  child.unref();
}
