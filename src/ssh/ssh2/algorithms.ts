import { withoutCertificate } from "../../codecs/ssh/certificate.ts";
import { algorithmNames } from "../../protocol/algorithms.ts";
import { inOrder } from "./ciphers.ts";
import { hybridMethod } from "./key-exchange/hybrid-exchange.ts";
import { nativeMlKem } from "./key-exchange/ml-kem.ts";
import { hasOwnMethods } from "./ssh2.ts";

/** What is offered in the key exchange (RFC 4253 §7.1), best first, where it isn't the usual. */
export type AlgorithmChoice = {
  readonly [Kind in keyof typeof algorithmNames]?: readonly string[] | undefined;
};

/** The same, complete; without the user keys' signature algorithms, which aren't negotiated here. */
export type OfferedAlgorithms = {
  readonly [Kind in Exclude<keyof typeof algorithmNames, "publicKey">]: readonly string[];
};

/**
 * What is offered in the key exchange.
 *
 * @param knownKeyTypes come first, so that the server proves the key that is known
 * @param wantsCertificates whether there is anything that knows a certificate's authority
 * @param hasOwn whether the methods of negotiation.ts could be added to ssh2's
 */
export function offeredAlgorithms(
  knownKeyTypes: readonly string[],
  choice: AlgorithmChoice,
  wantsCertificates = false,
  hasOwn = hasOwnMethods,
): OfferedAlgorithms {
  const { hostKey, cipher, mac, compression } = algorithmNames;
  return {
    kex: (choice.kex ?? usualKex(nativeMlKem() !== undefined)).filter(
      (name) => hasOwn || name !== hybridMethod,
    ),
    hostKey: byKnownTypes(
      (choice.hostKey ?? hostKey.usual).filter(
        (name) => (wantsCertificates && hasOwn) || withoutCertificate(name) === undefined,
      ),
      knownKeyTypes,
    ),
    cipher: [...(choice.cipher ?? inOrder(cipher.usual))],
    mac: [...(choice.mac ?? mac.usual)],
    compression: [...(choice.compression ?? compression.usual)],
  };
}

/**
 * The usual key exchange methods, in their order. Without a native ML-KEM its method stands behind the
 * curves: the first one costs 90 ms of CPU, twice a whole login, in pieces of up to 70 ms during which
 * no other session moves, and later ones 2 ms. Servers that want it get it.
 */
export function usualKex(isNative: boolean): string[] {
  const { usual } = algorithmNames.kex;
  if (isNative) return [...usual];
  const others: string[] = usual.filter((name) => name !== hybridMethod);
  const behind = others.findLastIndex((name) => name.startsWith("curve25519-")) + 1;
  return others.toSpliced(behind, 0, hybridMethod);
}

function byKnownTypes(names: readonly string[], knownKeyTypes: readonly string[]): string[] {
  // As ssh: certificates are asked for only if an authority is known.
  const known = names.filter(
    (name) =>
      withoutCertificate(name) !== undefined || knownKeyTypes.includes(keyTypeOfAlgorithm(name)),
  );
  return [...new Set([...known, ...names])];
}

/** The type of key that a signature algorithm is of (RFC 8332 §3.1). */
function keyTypeOfAlgorithm(name: string): string {
  return name.startsWith("rsa-") ? "ssh-rsa" : name;
}
