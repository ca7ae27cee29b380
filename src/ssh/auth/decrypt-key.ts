import type { KeyObject } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { Call } from "../call.ts";
import { UnusableKey, WrongPassphrase } from "./private-key.ts";

type Reply = { key: KeyObject } | { wrong: boolean; reason: string };

/**
 * Decrypts a private key in a thread of its own, so that no other session waits for it.
 *
 * @throws {UnusableKey} {@link WrongPassphrase} among them; or the call's end
 */
export async function decryptKey(text: string, passphrase: string, call: Call): Promise<KeyObject> {
  const worker = new Worker(new URL("./decrypt-worker.js", import.meta.url), {
    workerData: { text, passphrase },
  });
  const replied = new Promise<Reply>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the decrypting thread ended without a word")));
  });
  try {
    const reply = await call.race(replied);
    if ("key" in reply) return reply.key;
    throw reply.wrong ? new WrongPassphrase(reply.reason) : new UnusableKey(reply.reason);
  } finally {
    // Whoever wrote the key chose how long its derivation takes.
    await worker.terminate();
  }
}
