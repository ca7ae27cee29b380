import { algorithmNames } from "../../../protocol/algorithms.ts";
import { sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { withoutCertificate } from "../../../codecs/ssh/certificate.ts";
import { mpint, string } from "../../../codecs/ssh/wire.ts";

/** How a key of some type authenticates. */
export interface SignatureScheme {
  /** The public key algorithm name of the request (RFC 4252 §7). */
  readonly algorithm: string;
  /** The name inside the signature; a certificate's is that of its key. */
  readonly signature: string;
}

const certificate = "-cert-v01@openssh.com";

export function isCertificate(keyType: string): boolean {
  return withoutCertificate(keyType) !== undefined;
}

/** RSA with SHA-2 (RFC 8332), and with SHA-1, which is used only where it is asked for by name. */
const rsaSignatures = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];

const signatures = new Set([
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  // On a security key, by its agent.
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
]);

/** Whether the scheme for a key or certificate is chosen by what the server verifies. */
export function hasChoice(keyType: string): boolean {
  return keyType === "ssh-rsa" || keyType === `ssh-rsa${certificate}`;
}

/**
 * The schemes that a key or certificate may be tried with, best first: one, but for RSA keys where
 * SHA-1 is allowed, which some servers take alone and don't say so.
 *
 * @param serverSigAlgs what the server says it verifies (RFC 8308 §3.1), where it says so; without
 *   that rsa-sha2-256, which more servers have
 * @param accepted the algorithms that may be used, best first, where the user has chosen them
 * @returns none for a type that isn't supported or allowed, or of which the server takes only SHA-1
 */
export function schemesFor(
  keyType: string,
  serverSigAlgs: readonly string[] | undefined,
  accepted: readonly string[] = algorithmNames.publicKey.usual,
): SignatureScheme[] {
  const plain = withoutCertificate(keyType);
  const certified = plain !== undefined;
  const base = plain ?? keyType;
  if (base !== "ssh-rsa") {
    const allowed = signatures.has(base) && accepted.includes(keyType);
    return allowed ? [{ algorithm: keyType, signature: base }] : [];
  }
  const algorithm = (signature: string) => (certified ? signature + certificate : signature);
  const allowed = accepted.flatMap(
    (name) => rsaSignatures.find((signature) => algorithm(signature) === name) ?? [],
  );
  const listed = serverSigAlgs ? allowed.filter((each) => serverSigAlgs.includes(each)) : allowed;
  const sha2 = listed.filter((each) => each !== "ssh-rsa");
  const best = serverSigAlgs || !sha2.includes("rsa-sha2-256") ? sha2[0] : "rsa-sha2-256";
  const chosen = [
    ...(best === undefined ? [] : [best]),
    ...(listed.length > sha2.length ? ["ssh-rsa"] : []),
  ];
  return chosen.map((signature) => ({ algorithm: algorithm(signature), signature }));
}

/** The same key with SHA-1; undefined for other keys than RSA's. */
export function sha1AlgorithmOf(keyType: string): string | undefined {
  return hasChoice(keyType) ? keyType : undefined;
}

const hashes: Readonly<Record<string, string>> = {
  "ssh-rsa": "sha1",
  "rsa-sha2-256": "sha256",
  "rsa-sha2-512": "sha512",
  "ecdsa-sha2-nistp256": "sha256",
  "ecdsa-sha2-nistp384": "sha384",
  "ecdsa-sha2-nistp521": "sha512",
};

/** Signs; the result is the signature blob, its name in front (RFC 4253 §6.6, RFC 5656 §3.1.2). */
export function signWith(key: KeyObject, data: Buffer, signature: string): Buffer {
  const hash = hashes[signature] ?? null;
  if (!signature.startsWith("ecdsa-")) {
    return Buffer.concat([string(signature), string(sign(hash, data, key))]);
  }
  const both = sign(hash, data, { key, dsaEncoding: "ieee-p1363" });
  const half = both.length / 2;
  const rs = Buffer.concat([mpint(both.subarray(0, half)), mpint(both.subarray(half))]);
  return Buffer.concat([string(signature), string(rs)]);
}
