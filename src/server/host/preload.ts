import { loadHandler } from "../../handlers/load.ts";
import { methods } from "../../protocol/methods.ts";

/**
 * Loads what a first login and command need, so that they don't wait for ssh2, and the start doesn't
 * either; and what tells which sessions there are, when no more files can be opened. What fails here,
 * fails there.
 */
export async function preload(): Promise<void> {
  for (const method of ["ssh.new", "session.exec", "daemon.status"] as const) {
    methods[method].params();
    await loadHandler(method).catch(() => {});
  }
}
