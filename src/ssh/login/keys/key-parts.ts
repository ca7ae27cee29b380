import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { UnusableKey } from "./unusable-key.ts";

/** RFC 8017's names; `qInv` is q⁻¹ mod p. */
export interface RsaParts {
  readonly n: Buffer;
  readonly e: Buffer;
  readonly d: Buffer;
  readonly p: Buffer;
  readonly q: Buffer;
  readonly qInv: Buffer;
}

/** @throws {UnusableKey} */
export function rsaKey({ n, e, d, p, q, qInv }: RsaParts): KeyObject {
  const [exponent, first, second] = [toNumber(d), toNumber(p), toNumber(q)];
  if (first < 2n || second < 2n) throw new UnusableKey("it is malformed");
  return fromJwk({
    kty: "RSA",
    n: base64(n),
    e: base64(e),
    d: base64(d),
    p: base64(p),
    q: base64(q),
    dp: base64(toBytes(exponent % (first - 1n))),
    dq: base64(toBytes(exponent % (second - 1n))),
    qi: base64(qInv),
  });
}

/** @param seed of RFC 8032 §5.1.5 @throws {UnusableKey} */
export function ed25519Key(publicKey: Buffer, seed: Buffer): KeyObject {
  const [x, d] = [publicKey.toString("base64url"), seed.toString("base64url")];
  return fromJwk({ kty: "OKP", crv: "Ed25519", x, d });
}

/** The curves of RFC 5656 by their names in JSON Web Keys (RFC 7518), with the bytes of a coordinate. */
const curves: Readonly<Record<string, { crv: string; size: number }>> = {
  nistp256: { crv: "P-256", size: 32 },
  nistp384: { crv: "P-384", size: 48 },
  nistp521: { crv: "P-521", size: 66 },
};

/** @param point uncompressed (SEC 1 §2.3.3) @throws {UnusableKey} */
export function ecdsaKey(curve: string, point: Buffer, scalar: Buffer): KeyObject {
  const known = curves[curve];
  if (!known) throw new UnusableKey(`ecdsa keys on the curve ${curve} are not supported`);
  const { crv, size } = known;
  if (point.length !== 1 + 2 * size || point[0] !== 4) throw new UnusableKey("it is malformed");
  const digits = withoutZeros(scalar);
  if (digits.length > size) throw new UnusableKey("it is malformed");
  const d = Buffer.concat([Buffer.alloc(size - digits.length), digits]);
  return fromJwk({
    kty: "EC",
    crv,
    x: point.subarray(1, 1 + size).toString("base64url"),
    y: point.subarray(1 + size).toString("base64url"),
    d: d.toString("base64url"),
  });
}

/** A key type that no key here is made of, by its name. */
export function unsupportedType(type: string): UnusableKey {
  if (type === "ssh-dss") return new UnusableKey("dsa keys are not supported");
  if (type === "ssh-ed448") return new UnusableKey("ed448 keys are not supported");
  if (type.startsWith("sk-")) {
    return new UnusableKey("keys on a security key (FIDO) work through the agent only");
  }
  return new UnusableKey(`${type || "unknown"} keys are not supported`);
}

/** Of big-endian bytes. */
export function toNumber(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
}

function toBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
}

function withoutZeros(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start === -1 ? bytes.subarray(bytes.length) : bytes.subarray(start);
}

/** A number as JSON Web Keys have it. */
function base64(bytes: Buffer): string {
  return withoutZeros(bytes).toString("base64url");
}

function fromJwk(key: Record<string, string>): KeyObject {
  try {
    return createPrivateKey({ key, format: "jwk" });
  } catch {
    throw new UnusableKey("it is malformed");
  }
}
