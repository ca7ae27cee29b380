import { connect } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { NoClient } from "./no-client.ts";
import { ProcessWatch } from "./process-watch.ts";
import { preamble, preambleAnswer } from "./preamble.ts";
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
  const reached = reach(folder, version, clientProcessId ?? process.ppid);
  // Node makes these as they are asked for, which takes as long as the daemon's answer.
  const { stdin, stdout } = process;
  const socket = await reached;
  stdin.pipe(socket);
  stdout.on("error", () => socket.destroy());
  socket.on("error", () => {});
  socket.pipe(stdout);
  // The daemon has closed the connection: exit when stdout has been written, whatever stdin still has.
  const isOver = () => stdout.write("", () => process.exit(0));
  socket.once("end", isOver).once("close", isOver);
  return new Promise(() => {});
}

/** A connection to the daemon, which has answered that it serves it. */
async function reach(folder: string, version: string, client: number): Promise<Socket> {
  const path = socketPath(folder, version);
  // What it logs, by default warnings.
  const logPath = join(folder, "daemon.log");
  for (let tried = 0; tried < tries; tried++) {
    let socket = await greeted(path, client);
    if (!socket) {
      const { startedBy } = await import("./start-shared.ts");
      socket = await startedBy(folder, version, logPath, () => greeted(path, client));
    }
    if (socket) return socket;
  }
  throw new NoClient(`no shared daemon could be started; its log is ${logPath}`);
}

/** Connects; undefined where nobody is there, or it ends just now. */
async function greeted(path: string, client: number): Promise<Socket | undefined> {
  requireOwnSocket(path);
  const socket = connect({ path, allowHalfOpen: true });
  const answer = await new Promise<Buffer | undefined>((resolve) => {
    const none = () => resolve(undefined);
    socket.once("connect", () => socket.write(preamble(client)));
    socket.once("error", none).once("end", none).once("close", none);
    socket.once("readable", () => resolve(socket.read(preambleAnswer.length) as Buffer));
  });
  if (answer?.equals(preambleAnswer)) return socket;
  socket.destroy();
  return undefined;
}
