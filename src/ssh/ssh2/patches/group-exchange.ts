/**
 * Diffie-Hellman in place of node:crypto's. That looks for a prime in a group of the server's choosing
 * (RFC 4419), which at 8192 bits holds the event loop for seconds; and on Node 22 in a named one
 * (RFC 8268) it raises the server's value to the group's order, which holds it for 0.12 seconds. As with
 * OpenSSH's client a chosen group's size is what is checked; who chose it has signed for it. A value
 * between 1 and p - 1 is in order in a named group, whose p is a safe prime.
 *
 * test/ssh/ssh2/patches/group-exchange.test.ts
 */
import { createPrivateKey, createPublicKey, getDiffieHellman, randomBytes } from "node:crypto";

/** Bits; RFC 8270, and what ssh2 asks for. */
const smallest = 2048;
const largest = 8192;

/** Of the private value: twice the strength of the strongest cipher (RFC 4419 §6.2). */
const privateBytes = 64;

/** As much of node:crypto's DiffieHellman as ssh2 uses. */
class Group {
  readonly #prime: Buffer;
  readonly #generator: Buffer;
  readonly #private = randomBytes(privateBytes);

  constructor(prime: Buffer, generator: Buffer) {
    this.#prime = prime;
    this.#generator = generator;
  }

  generateKeys(): Buffer {
    return power(this.#generator, this.#private, this.#prime);
  }

  /** @throws {Error} where the server's value is none of the group's (RFC 4253 §8) */
  computeSecret(theirs: Buffer): Buffer {
    requireBetween(numberOf(theirs), numberOf(this.#prime), "public value");
    return power(theirs, this.#private, this.#prime);
  }

  getPrime(): Buffer {
    return this.#prime;
  }

  getGenerator(): Buffer {
    return this.#generator;
  }
}

/** @throws {Error} where the group is too small, too large, or none */
export function createChosenGroup(prime: Buffer, generator: Buffer): Group {
  const p = numberOf(prime);
  const bits = p.toString(2).length;
  if (bits < smallest || bits > largest) {
    throw new Error(
      `the server chose a group of ${bits} bits; ${smallest} to ${largest} are taken`,
    );
  }
  if (p % 2n === 0n) throw new Error("the server chose a group whose modulus is even");
  requireBetween(numberOf(generator), p, "generator");
  return new Group(prime, generator);
}

/** @param name node:crypto's, as `modp18` */
export function createNamedGroup(name: string): Group {
  const group = getDiffieHellman(name);
  return new Group(group.getPrime(), group.getGenerator());
}

function requireBetween(value: bigint, prime: bigint, what: string): void {
  if (value <= 1n || value >= prime - 1n) throw new Error(`the server's ${what} is out of range`);
}

const numberOf = (bytes: Buffer) => BigInt(`0x0${bytes.toString("hex")}`);

/**
 * base ** exponent % prime, by OpenSSL, in constant time: as the public key that belongs to a private
 * one in the group that `base` generates. It checks nothing that takes long.
 */
function power(base: Buffer, exponent: Buffer, prime: Buffer): Buffer {
  const algorithm = der(0x30, dhKeyAgreement, der(0x30, integer(prime), integer(base)));
  const key = der(0x30, integer(Buffer.of(0)), algorithm, der(0x04, integer(exponent)));
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  // SEQUENCE { algorithm, BIT STRING { no bits unused, INTEGER } }
  const { content } = read(spki, 0);
  const bits = read(content, read(content, 0).end).content;
  return read(bits, 1).content;
}

/** PKCS #3's dhKeyAgreement, 1.2.840.113549.1.3.1. */
const dhKeyAgreement = Buffer.from("06092a864886f70d010301", "hex");

/** An ASN.1 value (X.690). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function integer(magnitude: Buffer): Buffer {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const digits = magnitude.subarray(start);
  const isHigh = ((digits[0] ?? 0) & 0x80) !== 0;
  return der(0x02, isHigh ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

function read(bytes: Buffer, at: number): { content: Buffer; end: number } {
  const first = bytes.readUInt8(at + 1);
  const more = first < 0x80 ? 0 : first & 0x7f;
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  const start = at + 2 + more;
  return { content: bytes.subarray(start, start + length), end: start + length };
}
