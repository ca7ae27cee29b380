import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { NoClient } from "./no-client.ts";
import { withFileLock } from "../../handlers/support/shared-lock.ts";
import { ProcessWatch } from "./process-watch.ts";
import { preamble, preambleAnswer, readyLine } from "./preamble.ts";
import { requireOwnSocket, socketPath } from "./shared-folder.ts";

/** How often it is tried again where a daemon ends as it is connected to. */
const tries = 5;

/**
 * Joins stdin and stdout to the user's shared daemon, which is started where there is none. Ends
 * when the daemon has closed the connection; never returns.
 *
 * @throws {NoClient}
 */
export async function attach(
  folder: string,
  version: string,
  clientProcessId: number | undefined,
): Promise<never> {
  // Ctrl-C signals the whole process group; the client decides what it means.
  process.on("SIGINT", () => {});
  const watch = new ProcessWatch(() => process.exit(0));
  if (clientProcessId !== undefined) watch.follow(clientProcessId);
  const socket = await reach(folder, version);
  process.stdin.pipe(socket);
  process.stdout.on("error", () => socket.destroy());
  socket.on("error", () => {});
  socket.pipe(process.stdout);
  // The daemon has closed the connection: exit when stdout has been written, whatever stdin still has.
  const isOver = () => process.stdout.write("", () => process.exit(0));
  socket.once("end", isOver).once("close", isOver);
  return new Promise(() => {});
}

/** A connection to the daemon, which has answered that it serves it. */
async function reach(folder: string, version: string): Promise<Socket> {
  const path = socketPath(folder, version);
  for (let tried = 0; tried < tries; tried++) {
    const socket =
      (await greeted(path)) ??
      (await withFileLock(join(folder, `${version}.start`), async () => {
        // Another may have started it meanwhile.
        const started = await greeted(path);
        if (started) return started;
        await start(folder);
        return greeted(path);
      }));
    if (socket) return socket;
  }
  throw new NoClient(`no shared daemon could be started; its log is ${logPath(folder)}`);
}

/** Connects; undefined where nobody is there, or it ends just now. */
async function greeted(path: string): Promise<Socket | undefined> {
  requireOwnSocket(path);
  const socket = connect({ path, allowHalfOpen: true });
  const answer = await new Promise<Buffer | undefined>((resolve) => {
    const none = () => resolve(undefined);
    socket.once("connect", () => socket.write(preamble()));
    socket.once("error", none).once("end", none).once("close", none);
    socket.once("readable", () => resolve(socket.read(preambleAnswer.length) as Buffer));
  });
  if (answer?.equals(preambleAnswer)) return socket;
  socket.destroy();
  return undefined;
}

/** Starts a daemon of its own process group and session; resolves when it listens, or has ended. */
async function start(folder: string): Promise<void> {
  const log = openSync(logPath(folder), "a", 0o600);
  const child = spawn(process.execPath, [process.argv[1] as string, "--shared"], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", "pipe", log],
  });
  const { stdout } = child;
  if (!stdout) throw new NoClient("no shared daemon could be started");
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

/** The file that the shared daemon logs to. */
const logPath = (folder: string) => join(folder, "daemon.log");
