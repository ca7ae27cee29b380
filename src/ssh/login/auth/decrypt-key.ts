import { fork } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Call } from "../../support/call.ts";
import type { Decrypted } from "./decrypt-worker.ts";
import { UnusableKey, WrongPassphrase } from "../keys/unusable-key.ts";

const program = fileURLToPath(new URL("./decrypt-process.js", import.meta.url));

/**
 * Decrypts a private key in a process of its own, so that no other session waits for it, and that it
 * ends with the call.
 *
 * @throws {UnusableKey} {@link WrongPassphrase} among them; or the call's end
 */
export async function decryptKey(
  key: Uint8Array,
  passphrase: string,
  call: Call,
): Promise<KeyObject> {
  // In a process group of its own, so that Ctrl-C, which the daemon ignores, doesn't end it.
  const child = fork(program, {
    detached: true,
    execArgv: [],
    stdio: "ignore",
    serialization: "advanced",
  });
  const replied = new Promise<Decrypted>((resolve, reject) => {
    child.once("message", (reply) => resolve(reply as Decrypted));
    // There may be several errors (it can't be started, it takes no message); only the first counts.
    child.on("error", reject);
    child.once("exit", () => reject(new Error("the decrypting process ended without a word")));
  });
  replied.catch(() => {});
  // If it couldn't be started, `error` comes later.
  if (child.connected) child.send({ key, passphrase });
  try {
    const reply = await call.race(replied);
    if ("der" in reply) {
      return createPrivateKey({ key: Buffer.from(reply.der), format: "der", type: "pkcs8" });
    }
    throw reply.wrong ? new WrongPassphrase() : new UnusableKey(reply.reason);
  } finally {
    child.kill("SIGKILL");
  }
}
