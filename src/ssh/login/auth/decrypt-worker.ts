/** The thread of {@link decryptKey}: a key derivation takes a third of a second and more. */
import { parentPort, workerData } from "node:worker_threads";
import { derivations } from "../keys/derivations.ts";
import { parsePrivateKey } from "../keys/private-key.ts";
import { WrongPassphrase } from "../keys/unusable-key.ts";

/** The key in PKCS #8, or why there is none. Classes don't survive the way between processes. */
export type Decrypted = { der: Uint8Array } | { wrong: boolean; reason: string };

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
parentPort?.postMessage(decrypted(workerData as { key: Uint8Array; passphrase: string }));

function decrypted({ key, passphrase }: { key: Uint8Array; passphrase: string }): Decrypted {
  try {
    const opened = parsePrivateKey(key, { passphrase, derivations });
    return { der: opened.export({ format: "der", type: "pkcs8" }) };
  } catch (error) {
    return { wrong: error instanceof WrongPassphrase, reason: (error as Error).message };
  }
}
