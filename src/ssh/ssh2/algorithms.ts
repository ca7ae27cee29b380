import { algorithmNames } from "../../protocol/algorithms.ts";
import { inOrder } from "./ciphers.ts";

/** What is offered in the key exchange (RFC 4253 §7.1), best first, where it isn't the usual. */
export type AlgorithmChoice = {
  readonly [Kind in keyof typeof algorithmNames]?: readonly string[] | undefined;
};

/** The same with nothing left open; what keys sign with isn't part of the key exchange. */
export type OfferedAlgorithms = {
  readonly [Kind in Exclude<keyof typeof algorithmNames, "publicKey">]: readonly string[];
};

/**
 * What is offered in the key exchange.
 *
 * @param knownKeyTypes come first, so that the server proves the key that is known
 */
export function offeredAlgorithms(
  knownKeyTypes: readonly string[],
  choice: AlgorithmChoice,
): OfferedAlgorithms {
  const { kex, hostKey, cipher, mac, compression } = algorithmNames;
  return {
    kex: [...(choice.kex ?? kex.usual)],
    hostKey: byKnownTypes(choice.hostKey ?? hostKey.usual, knownKeyTypes),
    cipher: [...(choice.cipher ?? inOrder(cipher.usual))],
    mac: [...(choice.mac ?? mac.usual)],
    compression: [...(choice.compression ?? compression.usual)],
  };
}

function byKnownTypes(names: readonly string[], knownKeyTypes: readonly string[]): string[] {
  const known = names.filter((name) => knownKeyTypes.includes(keyTypeOfAlgorithm(name)));
  return [...new Set([...known, ...names])];
}

/** The type of key that a signature algorithm is of (RFC 8332 §3.1). */
function keyTypeOfAlgorithm(name: string): string {
  return name.startsWith("rsa-") ? "ssh-rsa" : name;
}
