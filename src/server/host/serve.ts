import { setTimeout as sleep } from "node:timers/promises";
import { loadHandler } from "../../handlers/load.ts";
import { Daemon } from "../../handlers/support/daemon.ts";
import type { ServeOptions } from "./cli.ts";
import { exitCodes } from "./exit-codes.ts";
import { exit, lastBreath } from "./exit.ts";
import type { Log } from "../log.ts";
import { watchOutput } from "./output-watch.ts";
import { LoopGuard } from "./loop-guard.ts";
import { preload } from "./preload.ts";
import { ProcessWatch } from "./process-watch.ts";
import { ServedClient, graceAfterEof, patience } from "./served-client.ts";
import { openClientStreams } from "./client-streams.ts";

/** Milliseconds after the start, when what a first login and command need is loaded. */
const preloadAfter = 100;

/** Printed if stdin is a terminal: then a person has started it, and no client. */
const forPersons =
  "sshrpc: waits for JSON-RPC messages, which a program would send; `sshrpc --help` says more. Ctrl-C ends it.\n";

/**
 * Milliseconds from a session's begin to that of the thread which guards the loop: to start one takes
 * as long as some ten commands, and whoever runs a few commands waits for them.
 */
const guardAfter = 1000;

/** Why the daemon ends. */
interface End {
  readonly why: string;
  readonly exitCode: number;
  /** Milliseconds that calls get to finish before they are cancelled. */
  readonly grace: number;
}

/**
 * Serves one client, until it is done or gone, or the process is told to end. Frees every session
 * and exits within a second of that; never returns.
 *
 * @throws {NoClient} where the client can't be connected to
 */
export async function serve(options: ServeOptions, version: string, log: Log): Promise<never> {
  const streams = await openClientStreams(options.endpoint);
  let end!: (end: End) => void;
  // Only the first reason counts.
  const ended = new Promise<End>((resolve) => (end = resolve));
  const endCleanly = (why: string, grace = 0): void => end({ why, exitCode: exitCodes.ok, grace });

  const watch = new ProcessWatch((which) => endCleanly(`${which} has ended`));
  const guard = new LoopGuard();
  const followProcess = (pid: number): void => {
    watch.follow(pid);
    guard.follow(pid);
  };
  if (options.clientProcessId !== undefined) followProcess(options.clientProcessId);
  const noteSession = (): void => void setTimeout(() => guard.start(), guardAfter).unref();
  const turnedOff = process.env["SSHRPC_TURN_OFF"];
  const daemon = new Daemon({ version, scopes: () => [client.scope], noteSession, turnedOff });
  for (const name of daemon.unknownSettings) log.warn(`SSHRPC_TURN_OFF: there is no ${name}`);
  const client = new ServedClient({
    streams,
    daemon,
    scope: { number: 1, followProcess },
    load: loadHandler,
    onEnd: (why) => {
      if (why === "exit without shutdown") end({ why, exitCode: exitCodes.noShutdown, grace: 0 });
      else endCleanly(why, why === "input ended" ? graceAfterEof : 0);
    },
    log,
  });
  if (options.endpoint.type === "stdio") watchOutput(() => endCleanly("output closed"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => endCleanly(signal));
  const isTyped = options.endpoint.type === "stdio" && process.stdin.isTTY;
  // On stdio Ctrl-C signals the whole process group; the client decides what it means.
  process.on("SIGINT", () => {
    if (isTyped || options.endpoint.type !== "stdio") endCleanly("SIGINT");
  });
  if (isTyped) process.stderr.write(forPersons);
  process.on("uncaughtException", (error) => {
    log.error("internal error", error);
    end({ why: "internal error", exitCode: exitCodes.internalError, grace: 0 });
  });
  // An uncaught exception may have left any state half changed, so it ends the daemon; a rejected promise
  // that nobody handles concerns one call, and the other sessions go on.
  process.on("unhandledRejection", (reason) => log.error("unhandled rejection", reason));

  setTimeout(() => void preload(), preloadAfter).unref();
  log.info(`sshrpc ${version} serves at ${options.endpoint.type}`);
  const { why, exitCode, grace } = await ended;
  const endedAt = performance.now();
  log.info(`ends: ${why}`);
  guard.closing();
  await client.end(why, grace);
  await Promise.race([
    daemon.close(),
    sleep(Math.max(0, endedAt + grace + patience - performance.now())),
  ]);
  return exit(exitCode, endedAt + lastBreath);
}
