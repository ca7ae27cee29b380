import { sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
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
  return keyType.endsWith(certificate);
}

/** RSA with SHA-2 (RFC 8332); with SHA-1 it is never used. */
const rsaSignatures = ["rsa-sha2-512", "rsa-sha2-256"];

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
 * Chooses the scheme for a key or certificate.
 *
 * @param serverSigAlgs what the server says it verifies (RFC 8308 §3.1), where it says so; without
 *   that rsa-sha2-256, which more servers have
 * @returns undefined for a type that isn't supported, or of which the server takes only SHA-1
 */
export function schemeFor(
  keyType: string,
  serverSigAlgs: readonly string[] | undefined,
): SignatureScheme | undefined {
  const certified = keyType.endsWith(certificate);
  const base = certified ? plainType(keyType) : keyType;
  if (base === "ssh-rsa") {
    const signature = serverSigAlgs
      ? rsaSignatures.find((each) => serverSigAlgs.includes(each))
      : "rsa-sha2-256";
    if (signature === undefined) return undefined;
    return { algorithm: certified ? signature + certificate : signature, signature };
  }
  return signatures.has(base) ? { algorithm: keyType, signature: base } : undefined;
}

/** The type of the key that a certificate is for (OpenSSH's PROTOCOL.certkeys). */
function plainType(keyType: string): string {
  const type = keyType.slice(0, -certificate.length);
  return type.startsWith("sk-") ? `${type}@openssh.com` : type;
}

const hashes: Readonly<Record<string, string>> = {
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
