/** The thread of {@link decryptKey}: a key derivation takes a third of a second and more. */
import { parentPort, workerData } from "node:worker_threads";
import { WrongPassphrase, parsePrivateKey } from "./private-key.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
parentPort?.postMessage(decrypted(workerData as { text: string; passphrase: string }));

function decrypted({ text, passphrase }: { text: string; passphrase: string }) {
  try {
    return { key: parsePrivateKey(text, passphrase) };
  } catch (error) {
    // Classes don't survive the way between threads.
    return { wrong: error instanceof WrongPassphrase, reason: (error as Error).message };
  }
}
