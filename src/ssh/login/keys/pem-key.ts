import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Decryption } from "./key-decryption.ts";
import { PassphraseMissing, UnusableKey, WrongPassphrase } from "./unusable-key.ts";

const encrypted = /^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m;

/**
 * Reads what OpenSSL writes: PKCS #8, PKCS #1 and SEC 1 in PEM (RFC 7468).
 *
 * @param block from its `BEGIN` to its `END`
 * @throws {UnusableKey}
 */
export function pemKey(block: string, decryption: Decryption | undefined): KeyObject {
  const isEncrypted = encrypted.test(block);
  if (isEncrypted && !decryption) throw new PassphraseMissing();
  const passphrase = isEncrypted && { passphrase: decryption?.passphrase };
  try {
    return createPrivateKey({ key: block, format: "pem", ...passphrase });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_OSSL_EVP_UNSUPPORTED" && isEncrypted) {
      const cipher = /^DEK-Info: ([\w-]+)/m.exec(block)?.[1] ?? "a cipher";
      throw new UnusableKey(
        `it is encrypted with ${cipher}, which OpenSSL has given up: \`openssl pkey -provider legacy -provider default\` decrypts it`,
      );
    }
    throw isEncrypted ? new WrongPassphrase() : new UnusableKey("it is malformed");
  }
}

const sequence = 0x30;
const integer = 0x02;
const octets = 0x04;
const identifier = 0x06;
/** 1.2.840.113549.1: what encrypts a PKCS #8 is under its arcs 5 and 12. */
const pkcs = Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01]);

/**
 * The label in PEM of a private key in DER (ITU-T X.690), as openssl writes it with `-outform DER`.
 *
 * @returns undefined for what is none
 * @throws {UnusableKey} for PKCS #12
 */
export function labelOfDer(bytes: Buffer): string | undefined {
  const whole = element(bytes, sequence);
  const version = whole && element(whole.content, integer);
  if (version) {
    const number = version.content.length === 1 ? version.content[0] : undefined;
    const next = version.rest[0];
    if (number === 0 && next === sequence) return "PRIVATE KEY";
    if (number === 0 && next === integer) return "RSA PRIVATE KEY";
    if (number === 1 && next === sequence) return "PRIVATE KEY";
    if (number === 1 && next === octets) return "EC PRIVATE KEY";
    if (number === 3 && next === sequence) {
      throw new UnusableKey(
        "it is a PKCS #12 file: `openssl pkcs12 -nocerts -in FILE` takes the key out of it",
      );
    }
    return undefined;
  }
  const scheme = whole && element(whole.content, sequence);
  const oid = scheme && element(scheme.content, identifier)?.content;
  const arc = oid?.subarray(0, pkcs.length).equals(pkcs) ? oid[pkcs.length] : undefined;
  return (arc === 5 || arc === 12) && scheme?.rest[0] === octets
    ? "ENCRYPTED PRIVATE KEY"
    : undefined;
}

/** The element that bytes begin with, and what is behind it; undefined where it isn't of this tag, or not whole. */
function element(bytes: Buffer, tag: number): { content: Buffer; rest: Buffer } | undefined {
  const short = bytes[1];
  if (bytes[0] !== tag || short === undefined) return undefined;
  const digits = short < 0x80 ? 0 : short & 0x7f;
  if (digits > 4 || short === 0x80 || bytes.length < 2 + digits) return undefined;
  const length = digits === 0 ? short : bytes.readUIntBE(2, digits);
  const start = 2 + digits;
  if (bytes.length < start + length) return undefined;
  return { content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}
