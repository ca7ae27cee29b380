import { createDecipheriv, createHash } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { WireReader } from "../../../codecs/ssh/wire.ts";
import type { Decryption } from "./key-decryption.ts";
import { rsaKey, toNumber, unsupportedType } from "./key-parts.ts";
import { PassphraseMissing, UnusableKey, WrongPassphrase } from "./unusable-key.ts";

export const sshComBegin = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----";
export const sshComEnd = "---- END SSH2 ENCRYPTED PRIVATE KEY ----";

const magic = 0x3f6ff9eb;

/**
 * Reads the format of ssh.com's SSH, what stands between its `BEGIN` and its `END`, headers before
 * the base64 included. There is no specification; PuTTY's import.c tells of it.
 *
 * @throws {UnusableKey} or {Malformed}
 */
export function sshComKey(body: string, decryption: Decryption | undefined): KeyObject {
  const reader = new WireReader(Buffer.from(base64Of(body), "base64"));
  if (reader.uint32() !== magic) throw new UnusableKey("it is malformed");
  reader.uint32();
  const [type, cipher, stored] = [reader.name(), reader.name(), reader.string()];
  if (type.startsWith("dl-modp")) throw unsupportedType("ssh-dss");
  if (!type.startsWith("if-modn")) throw unsupportedType(type);
  if (cipher === "none") return keyOf(stored, new UnusableKey("it is malformed"));
  if (cipher !== "3des-cbc") {
    throw new UnusableKey(`it is encrypted with ${cipher}, which is not supported`);
  }
  if (!decryption) throw new PassphraseMissing();
  if (stored.length % 8 !== 0) throw new UnusableKey("it is malformed");
  const deciphering = createDecipheriv(
    "des-ede3-cbc",
    keyFor(decryption.passphrase),
    Buffer.alloc(8),
  );
  return keyOf(deciphering.setAutoPadding(false).update(stored), new WrongPassphrase());
}

/** Headers may be continued by a `\` at the end of a line (RFC 4716 §3.3). */
function base64Of(body: string): string {
  const lines = body.split(/\r\n|\n|\r/);
  const start = lines.findIndex(
    (line, at) => !line.includes(":") && !lines[at - 1]?.endsWith("\\") && line !== "",
  );
  return start === -1 ? "" : lines.slice(start).join("");
}

function keyFor(passphrase: string): Buffer {
  const md5 = (...parts: (Buffer | string)[]) => {
    const hash = createHash("md5");
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const half = md5(passphrase);
  return Buffer.concat([half, md5(passphrase, half)]).subarray(0, 24);
}

/** @param fault the error if the numbers make no key */
function keyOf(bytes: Buffer, fault: UnusableKey): KeyObject {
  try {
    const reader = new WireReader(new WireReader(bytes).string());
    // A number's length is in bits.
    const number = () => reader.bytes(Math.ceil(reader.uint32() / 8));
    const [e, d, n, u, p, q] = [number(), number(), number(), number(), number(), number()];
    if (toNumber(p) * toNumber(q) !== toNumber(n)) throw fault;
    // Files differ in which prime `u` is the inverse of.
    const isOfP = (toNumber(u) * toNumber(q)) % toNumber(p) === 1n;
    return isOfP ? rsaKey({ n, e, d, p, q, qInv: u }) : rsaKey({ n, e, d, p: q, q: p, qInv: u });
  } catch {
    throw fault;
  }
}
