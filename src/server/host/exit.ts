import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds that the process may take to end, if one of its threads is still busy. */
export const lastBreath = 900;

/**
 * Ends the process. exit() waits for its threads, and one may be blocked for ever (by a FIFO, a network
 * file system, a DNS server that is down): then only a signal ends the process.
 *
 * @param deadline by performance.now(): until then a busy thread is waited for
 */
export async function exit(exitCode: number, deadline: number): Promise<never> {
  while (isThreadBusy() && performance.now() < deadline) await sleep(20);
  if (isThreadBusy()) process.kill(process.pid, "SIGKILL");
  process.exit(exitCode);
}

function isThreadBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => threaded.test(name));
}

/** Node's names of what libuv's threads do, and of the way to a thread of ours that is at something. */
const threaded = /^(FSReq|GetAddrInfoReq|GetNameInfoReq|.*Job$|MessagePort$)/;
