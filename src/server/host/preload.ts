import { loadHandler } from "../../handlers/load.ts";
import { methods } from "../../protocol/methods.ts";

/**
 * Loads what a first login and command need, so that they don't wait for ssh2, and the start doesn't
 * either. What fails here, fails there.
 */
export async function preload(): Promise<void> {
  for (const method of ["ssh.new", "session.exec"] as const) {
    methods[method].params();
    await loadHandler(method).catch(() => {});
  }
}
