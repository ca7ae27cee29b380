import { createHash, createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parseCertificate } from "../../codecs/ssh/certificate.ts";
import type { Certificate } from "../../codecs/ssh/certificate.ts";
import { Malformed, WireReader } from "../../codecs/ssh/wire.ts";
import { isWholeKey, keyTypeOf } from "./public-key.ts";

/** The signature algorithms that authorities may use by default (ssh_config(5), CASignatureAlgorithms). */
export const caSignatureAlgorithms: readonly string[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/**
 * Reads a certificate, a host's or a user's, whose authority has signed it.
 *
 * @returns undefined for a plain key, and for types that aren't known here
 * @throws {Malformed} where it isn't whole, or its authority hasn't signed it
 */
export function readCertificate(blob: Buffer): Certificate | undefined {
  const certificate = parseCertificate(blob);
  if (!certificate) return undefined;
  if (!isWholeKey(certificate.keyType, certificate.key)) throw new Malformed("a key that is none");
  if (!isSigned(certificate)) throw new Malformed("its authority has not signed it");
  return certificate;
}

/** How an authority has signed; `ssh-rsa`, with SHA-1, is what ssh-keygen did before OpenSSH 8.2. */
export function signatureAlgorithm({ signature }: Certificate): string {
  return new WireReader(signature).name();
}

const digests: Readonly<Record<string, string>> = {
  "ssh-rsa": "sha1",
  "rsa-sha2-256": "sha256",
  "rsa-sha2-512": "sha512",
  "ecdsa-sha2-nistp256": "sha256",
  "ecdsa-sha2-nistp384": "sha384",
  "ecdsa-sha2-nistp521": "sha512",
};

/** Of RFC 5656: the names in JSON Web Keys, the sizes of coordinates, and OpenSSL's names. */
const curves: Readonly<Record<string, readonly [name: string, bytes: number, openssl: string]>> = {
  "ecdsa-sha2-nistp256": ["P-256", 32, "prime256v1"],
  "ecdsa-sha2-nistp384": ["P-384", 48, "secp384r1"],
  "ecdsa-sha2-nistp521": ["P-521", 66, "secp521r1"],
};

/** By Ed25519, ECDSA or RSA, or with a security key (PROTOCOL.u2f). */
function isSigned({ ca, signed, signature }: Certificate): boolean {
  const reader = new WireReader(signature);
  const algorithm = reader.name();
  const value = reader.string();
  const behind = reader.rest();
  const type = keyTypeOf(ca);
  if (!isWholeKey(type, ca)) return false;
  try {
    if (!type.startsWith("sk-")) {
      return behind.length === 0 && isVerified(keyOf(ca), algorithm, signed, value);
    }
    // A security key's flags (1 byte) and counter (4 bytes).
    if (behind.length !== 5) return false;
    const statement = Buffer.concat([sha256(applicationOf(ca)), behind, sha256(signed)]);
    const plain = /^sk-(.*)@openssh\.com$/.exec(algorithm)?.[1] ?? "";
    return algorithm === type && isVerified(keyOf(ca), plain, statement, value);
  } catch (error) {
    if (error instanceof Malformed) throw error;
    // Node refuses the key: a point that isn't on the curve, say.
    return false;
  }
}

function isVerified(key: KeyObject, algorithm: string, signed: Buffer, value: Buffer): boolean {
  const type = key.asymmetricKeyType;
  if (type === "ed25519" && algorithm === "ssh-ed25519") return verify(null, signed, key, value);
  const digest = digests[algorithm];
  if (type === "rsa" && digest !== undefined && /^(?:ssh-rsa$|rsa-)/.test(algorithm)) {
    return verify(digest, signed, key, value);
  }
  const [, size, curve] = curves[algorithm] ?? [];
  if (size === undefined || digest === undefined) return false;
  if (key.asymmetricKeyDetails?.namedCurve !== curve) return false;
  const numbers = new WireReader(value);
  const [r, s] = [sized(numbers.string(), size), sized(numbers.string(), size)];
  if (!r || !s || numbers.rest().length > 0) return false;
  const both = Buffer.concat([r, s]);
  return verify(digest, signed, { key, dsaEncoding: "ieee-p1363" }, both);
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** The application, which is the last field of a security key. */
function applicationOf(ca: Buffer): Buffer {
  const reader = new WireReader(ca);
  let last = reader.string();
  while (reader.hasMore) last = reader.string();
  return last;
}

function keyOf(blob: Buffer): KeyObject {
  const reader = new WireReader(blob);
  const type = reader.name().replace(/^sk-(.*)@openssh\.com$/, "$1");
  const first = reader.string();
  const text = (bytes: Buffer) => bytes.toString("base64url");
  const jwk = (key: Record<string, string>) => createPublicKey({ key, format: "jwk" });
  if (type === "ssh-ed25519") return jwk({ kty: "OKP", crv: "Ed25519", x: text(first) });
  const second = reader.string();
  if (type === "ssh-rsa") return jwk({ kty: "RSA", e: text(first), n: text(second) });
  const [crv = "", size = 0] = curves[type] ?? [];
  const [x, y] = [second.subarray(1, 1 + size), second.subarray(1 + size)];
  return jwk({ kty: "EC", crv, x: text(x), y: text(y) });
}

/** A positive mpint as `size` bytes; undefined if it doesn't fit. */
function sized(mpint: Buffer, size: number): Buffer | undefined {
  let start = 0;
  while (start < mpint.length && mpint[start] === 0) start++;
  const digits = mpint.subarray(start);
  if (digits.length > size || (start === 0 && (mpint[0] ?? 0) >= 0x80)) return undefined;
  return Buffer.concat([Buffer.alloc(size - digits.length), digits]);
}
