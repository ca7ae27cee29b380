import type { Algorithms } from "ssh2";
import { algorithmNames } from "../../protocol/algorithms.ts";
import { inOrder } from "./ciphers.ts";

/** What is offered in the key exchange (RFC 4253 §7.1), best first, where it isn't the usual. */
export type AlgorithmChoice = {
  readonly [Kind in keyof typeof algorithmNames]?: readonly string[] | undefined;
};

/**
 * What is offered in the key exchange.
 *
 * @param knownKeyTypes come first, so that the server proves the key that is known
 */
export function offeredAlgorithms(
  knownKeyTypes: readonly string[],
  choice: AlgorithmChoice,
): Algorithms {
  const { kex, hostKey, cipher, mac, compression } = algorithmNames;
  // The names are those of the contract; ssh2's types have the same.
  return {
    kex: [...(choice.kex ?? kex.usual)],
    serverHostKey: byKnownTypes(choice.hostKey ?? hostKey.usual, knownKeyTypes),
    cipher: [...(choice.cipher ?? inOrder(cipher.usual))],
    hmac: [...(choice.mac ?? mac.usual)],
    compress: [...(choice.compression ?? compression.usual)],
  } as Algorithms;
}

function byKnownTypes(names: readonly string[], knownKeyTypes: readonly string[]): string[] {
  const known = names.filter((name) => knownKeyTypes.includes(keyTypeOfAlgorithm(name)));
  return [...new Set([...known, ...names])];
}

/** The type of key that a signature algorithm is of (RFC 8332 §3.1). */
function keyTypeOfAlgorithm(name: string): string {
  return name.startsWith("rsa-") ? "ssh-rsa" : name;
}
