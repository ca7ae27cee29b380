import { lstatSync, unlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { loadHandler } from "../../handlers/load.ts";
import { SharedBounds } from "../../handlers/support/client-bounds.ts";
import { Daemon } from "../../handlers/support/daemon.ts";
import { thisMachine } from "../../handlers/support/machine.ts";
import type { Log } from "../log.ts";
import { exitCodes } from "./exit-codes.ts";
import { exit, lastBreath } from "./exit.ts";
import { IdleWatch } from "./idle-watch.ts";
import { readPreamble } from "./read-preamble.ts";
import { readyLine } from "./ready-line.ts";
import { refusing } from "./refused-client.ts";
import { preload } from "./preload.ts";
import { ProcessesWatch } from "./process-watch.ts";
import { ServedClient, graceAfterEof, patience } from "./served-client.ts";

/** Milliseconds without a client and without a connection after which the daemon ends. */
const idleTime = 60_000;

/** Clients beyond their bound that are told so at the same time; further connections are closed. */
const maxRefused = 64;

/** Milliseconds that a client may take to send its first byte. */
const firstByte = 10_000;

/** Milliseconds that a client which has ended its input may leave its last replies unread. */
const lastReplies = 2000;

/**
 * Serves every client that connects to the user's socket, until there has been none for a minute, and
 * no connection either, or the process is told to end; never returns.
 *
 * @param path of the socket, in a folder that only the user may enter
 * @param bounds of all clients together, and of each
 */
export async function serveShared(
  path: string,
  version: string,
  log: Log,
  bounds = new SharedBounds(thisMachine()),
): Promise<never> {
  const clients = new Map<number, ServedClient>();
  let last = 0;
  /** Clients that aren't refused. */
  let served = 0;
  let end!: (why: string) => void;
  const ended = new Promise<string>((resolve) => (end = resolve));

  const daemon = new Daemon({
    version,
    scopes: () => [...clients.values()].map(({ scope }) => scope),
    bounds,
    turnedOff: process.env["SSHRPC_TURN_OFF"],
  });
  const { sharedLinks } = daemon;
  const isNeeded = () => clients.size + sharedLinks.size > 0;
  const idle = new IdleWatch(idleTime, isNeeded, () => end("nobody has needed it for a minute"));
  sharedLinks.onEmpty(() => idle.changed());

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    last += 1;
    void serveOne(socket, last);
  });
  server.maxConnections = bounds.clients + maxRefused;
  await listen(server, path);
  process.stdout.write(readyLine);
  process.stdout.on("error", () => {});
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) process.on(signal, () => end(signal));
  process.on("uncaughtException", (error) => {
    log.error("internal error", error);
    end("internal error");
  });
  process.on("unhandledRejection", (reason) => log.error("unhandled rejection", reason));
  void preload();
  log.info(`sshrpc ${version} serves at ${path}`);

  const why = await ended;
  const endedAt = performance.now();
  log.info(`ends: ${why}`);
  // First of all, so that a client that comes now starts another daemon.
  server.close();
  await Promise.all([...clients.values()].map((client) => client.end(why, 0)));
  await Promise.race([daemon.close(), sleep(patience)]);
  const exitCode = why === "internal error" ? exitCodes.internalError : exitCodes.ok;
  return exit(exitCode, endedAt + lastBreath);

  async function serveOne(socket: Socket, number: number): Promise<void> {
    socket.on("error", () => {});
    const clientLog = log.of(`client ${number}`);
    socket.setTimeout(firstByte, () => socket.destroy());
    let told;
    try {
      told = await readPreamble(socket);
    } catch (error) {
      clientLog.debug(`refused: ${(error as Error).message}`);
      socket.destroy();
      return;
    }
    const isRefused = served >= bounds.clients;
    // One that is refused may ask once, in the time that is left.
    if (!isRefused) {
      served += 1;
      socket.setTimeout(0);
    }
    const watch = new ProcessesWatch((pid) => gone(`process ${pid} has ended`));
    const client = new ServedClient({
      streams: { input: socket, output: socket },
      daemon,
      scope: {
        number,
        process: told?.processId ?? undefined,
        followProcess: (pid) => watch.follow(pid),
        environment: told?.environment,
        bounds: bounds.forClient(),
      },
      load: isRefused
        ? refusing(bounds.clients, () => gone("there is no room for it", graceAfterEof))
        : loadHandler,
      onEnd: (reason) => gone(reason, reason === "input ended" ? graceAfterEof : 0),
      log: clientLog,
    });
    clients.set(number, client);
    idle.changed();
    let isGone = false;
    if (isRefused) clientLog.warn(`is refused: there are ${bounds.clients} clients`);
    else clientLog.info("has come");

    function gone(reason: string, grace = 0): void {
      if (isGone) return;
      isGone = true;
      watch.stop();
      clientLog.info(`goes: ${reason}`);
      void client.end(reason, grace).then(() => {
        socket.end(() => socket.destroy());
        // One that goes on reading gets all of it; what nobody reads would be held here for ever.
        socket.setTimeout(lastReplies, () => socket.destroy());
        clients.delete(number);
        if (!isRefused) served -= 1;
        idle.changed();
      });
    }
  }
}

/** Listens, at a path at which a daemon that has died may have left its socket. */
async function listen(server: Server, path: string): Promise<void> {
  try {
    await listening(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || (await isServed(path)))
      throw error;
    unlinkSync(path);
    await listening(server, path);
  }
  if (!lstatSync(path).isSocket()) throw new Error(`${path} is no socket`);
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Node makes the socket before listen() returns: with this umask, for its owner alone.
    const umask = process.umask(0o177);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
    process.umask(umask);
  });
}

/** Whether a daemon listens at the path. */
function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
