import { createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parseCertificate } from "../../../codecs/ssh/certificate.ts";
import type { Certificate } from "../../../codecs/ssh/certificate.ts";
import { Malformed, WireReader } from "../../../codecs/ssh/wire.ts";
import { fingerprint, isWholeKey, keyTypeOf } from "../../support/public-key.ts";
import type { AcceptedCertificate } from "../../connection/accepted-host-key.ts";

/**
 * Reads a host key that may be a certificate.
 *
 * @returns undefined for a plain key
 * @throws {Malformed} where it is a certificate that isn't whole, or its authority hasn't signed it
 */
export function readHostCertificate(blob: Buffer): Certificate | undefined {
  const certificate = parseCertificate(blob);
  if (!certificate) return undefined;
  if (!isWholeKey(certificate.keyType, certificate.key)) throw new Malformed("a key that is none");
  if (!isSigned(certificate)) throw new Malformed("its authority has not signed it");
  return certificate;
}

/**
 * Why a certificate isn't to be taken for a host's, as OpenSSH's client has it (sshkey_cert_check_host):
 * undefined where it is.
 *
 * @param now seconds since 1970
 */
export function faultOf(certificate: Certificate, host: string, now: number): string | undefined {
  const { isOfHost, validAfter, validBefore, principals, hasCriticalOptions } = certificate;
  const time = BigInt(Math.floor(now));
  if (!isOfHost) return "it is a user's certificate, not a host's";
  if (time < validAfter) return "it is not yet valid";
  if (time >= validBefore) return "it has expired";
  // ssh before 10 took none at all for any.
  if (principals.length === 0) return "it names no principals";
  if (!principals.includes(host)) return `${host} is not among its principals`;
  if (hasCriticalOptions) return "it has critical options, of which a host's has none";
  return undefined;
}

/** As results have it. */
export function described(certificate: Certificate): AcceptedCertificate {
  const { keyId, serial, principals, validAfter, validBefore, ca } = certificate;
  return {
    keyId,
    serial: String(serial),
    principals: [...principals],
    validAfter: Number(validAfter),
    ...(validBefore < forever && { validBefore: Number(validBefore) }),
    ca: fingerprint(ca),
  };
}

const forever = 2n ** 64n - 1n;

const digests: Readonly<Record<string, string>> = {
  "rsa-sha2-256": "sha256",
  "rsa-sha2-512": "sha512",
  "ecdsa-sha2-nistp256": "sha256",
  "ecdsa-sha2-nistp384": "sha384",
  "ecdsa-sha2-nistp521": "sha512",
};

/** Names and sizes of coordinates (RFC 5656). */
const curves: Readonly<Record<string, readonly [name: string, bytes: number]>> = {
  "ecdsa-sha2-nistp256": ["P-256", 32],
  "ecdsa-sha2-nistp384": ["P-384", 48],
  "ecdsa-sha2-nistp521": ["P-521", 66],
};

/** By Ed25519, ECDSA, or RSA with SHA-2, as CASignatureAlgorithms of ssh_config(5) has it. */
function isSigned({ ca, signed, signature }: Certificate): boolean {
  const reader = new WireReader(signature);
  const algorithm = reader.name();
  const value = reader.string();
  if (reader.rest().length > 0) return false;
  const type = keyTypeOf(ca);
  if (!isWholeKey(type, ca)) return false;
  try {
    if (type === "ssh-ed25519" && algorithm === type) return verify(null, signed, keyOf(ca), value);
    const digest = digests[algorithm];
    if (type === "ssh-rsa" && digest !== undefined && algorithm.startsWith("rsa-")) {
      return verify(digest, signed, keyOf(ca), value);
    }
    const [, size] = curves[type] ?? [];
    if (size === undefined || digest === undefined || algorithm !== type) return false;
    const numbers = new WireReader(value);
    const [r, s] = [sized(numbers.string(), size), sized(numbers.string(), size)];
    if (!r || !s || numbers.rest().length > 0) return false;
    const key = { key: keyOf(ca), dsaEncoding: "ieee-p1363" as const };
    return verify(digest, signed, key, Buffer.concat([r, s]));
  } catch (error) {
    if (error instanceof Malformed) throw error;
    // Node has no key of it: a point that isn't on the curve.
    return false;
  }
}

function keyOf(blob: Buffer): KeyObject {
  const reader = new WireReader(blob);
  const type = reader.name();
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

/** A positive mpint in so many bytes; undefined where it doesn't fit. */
function sized(mpint: Buffer, size: number): Buffer | undefined {
  let start = 0;
  while (start < mpint.length && mpint[start] === 0) start++;
  const digits = mpint.subarray(start);
  if (digits.length > size || (start === 0 && (mpint[0] ?? 0) >= 0x80)) return undefined;
  return Buffer.concat([Buffer.alloc(size - digits.length), digits]);
}
