import { loadHandler } from "../../handlers/load.ts";
import { methods } from "../../protocol/methods.ts";

/**
 * Loads, shortly after the start, the code that the first login and command need, so that neither they
 * nor the start wait for it; also `daemon.status`, which couldn't be loaded once no more files can be
 * opened. Errors are ignored here: whoever needs the code meets them again.
 */
export async function preload(): Promise<void> {
  for (const method of ["ssh.new", "session.exec", "daemon.status"] as const) {
    methods[method].params();
    await loadHandler(method).catch(() => {});
  }
}
