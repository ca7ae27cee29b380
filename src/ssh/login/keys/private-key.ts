import type { KeyObject } from "node:crypto";
import { publicKeyOf } from "../../support/public-key.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { Malformed } from "../../../codecs/ssh/wire.ts";
import type { Decryption } from "./key-decryption.ts";
import { openSshKey, openSshPublicKey } from "./openssh-key.ts";
import { labelOfDer, pemKey } from "./pem-key.ts";
import { isPuttyKey, puttyKey, puttyPublicKey } from "./putty-key.ts";
import { sshComBegin, sshComEnd, sshComKey } from "./sshcom-key.ts";
import { UnusableKey } from "./unusable-key.ts";

/** What a key's bytes turn out to be; text has one character a byte. */
type Found =
  | { readonly format: "openssh"; readonly bytes: Buffer }
  | { readonly format: "pem"; readonly block: string }
  | { readonly format: "putty"; readonly text: string }
  | { readonly format: "sshcom"; readonly body: string };

/**
 * Reads a private key as ssh-keygen, openssl and puttygen write it: OpenSSH's own format; PKCS #8,
 * PKCS #1 and SEC 1 in PEM, whatever text is around, or in DER; PuTTY's versions 2 and 3; ssh.com's.
 * With a passphrase this blocks for as long as its key derivation takes: see {@link decryptKey}.
 *
 * @throws {UnusableKey}
 */
export function parsePrivateKey(key: string | Uint8Array, decryption?: Decryption): KeyObject {
  try {
    const parsed = keyOf(find(bytesOf(key)), decryption);
    if (publicKeyOf(parsed)) return parsed;
    throw unsupported(parsed);
  } catch (error) {
    if (error instanceof Malformed) throw new UnusableKey("it is malformed");
    throw error;
  }
}

/**
 * The public half of a private key that may be encrypted, as far as it stands there unencrypted.
 *
 * @returns undefined where it doesn't, or where this is no key
 */
export function embeddedPublicKey(key: string | Uint8Array): PublicKey | undefined {
  try {
    const found = find(bytesOf(key));
    if (found.format === "openssh") return openSshPublicKey(found.bytes);
    return found.format === "putty" ? puttyPublicKey(found.text) : undefined;
  } catch (error) {
    if (error instanceof Malformed || error instanceof UnusableKey) return undefined;
    throw error;
  }
}

function bytesOf(key: string | Uint8Array): Buffer {
  return typeof key === "string"
    ? Buffer.from(key)
    : Buffer.from(key.buffer, key.byteOffset, key.byteLength);
}

function keyOf(found: Found, decryption: Decryption | undefined): KeyObject {
  switch (found.format) {
    case "openssh":
      return openSshKey(found.bytes, decryption);
    case "pem":
      return pemKey(found.block, decryption);
    case "putty":
      return puttyKey(found.text, decryption);
    case "sshcom":
      return sshComKey(found.body, decryption);
  }
}

/** UTF-8's byte order mark, read as Latin-1. */
const byteOrderMark = "\u00ef\u00bb\u00bf";

/** @throws {UnusableKey} */
function find(bytes: Buffer): Found {
  const whole = bytes.toString("latin1");
  const text = (whole.startsWith(byteOrderMark) ? whole.slice(3) : whole).trimStart();
  if (isPuttyKey(text)) return { format: "putty", text };
  // Anything may come before it: OpenSSL's "Bag Attributes", a certificate.
  const begin = /^-----BEGIN ((?:[A-Z0-9]+ )?PRIVATE KEY)-----/m.exec(text);
  const label = begin?.[1];
  if (begin && label !== undefined) {
    const endLine = `-----END ${label}-----`;
    const end = text.indexOf(endLine, begin.index);
    if (end === -1) throw new UnusableKey("it is malformed");
    if (label === "DSA PRIVATE KEY") throw new UnusableKey("dsa keys are not supported");
    const block = text.slice(begin.index, end + endLine.length);
    if (label !== "OPENSSH PRIVATE KEY") return { format: "pem", block };
    const base64 = text.slice(begin.index + begin[0].length, end);
    if (!/^\s[A-Za-z0-9+/=\s]+$/.test(base64)) throw new UnusableKey("it is malformed");
    return { format: "openssh", bytes: Buffer.from(base64, "base64") };
  }
  if (text.includes(sshComBegin)) {
    const [, rest = ""] = text.split(sshComBegin, 2);
    return { format: "sshcom", body: rest.split(sshComEnd, 1)[0] as string };
  }
  const der = labelOfDer(bytes);
  if (der !== undefined) {
    const base64 = bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
    return { format: "pem", block: `-----BEGIN ${der}-----\n${base64}\n-----END ${der}-----\n` };
  }
  throw new UnusableKey(whatElse(text));
}

/** How Microsoft's PVK files and key blobs begin. */
const microsoft = ["\u001e\u00f1\u00b5\u00b0", "\u0007\u0002\0\0"];

/** What a file is that people mistake for a private key, or that only other programs can read. */
function whatElse(text: string): string {
  if (text.startsWith("SSH PRIVATE KEY FILE FORMAT 1.1\n")) {
    return "it is a key for version 1 of SSH, which no server takes any more";
  }
  if (microsoft.some((magic) => text.startsWith(magic))) {
    return "it is a key in a format of Microsoft's: `openssl rsa` makes a PEM of it";
  }
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----/m.exec(text)?.[1] ?? "";
  if (label.endsWith("PUBLIC KEY") || text.includes("---- BEGIN SSH2 PUBLIC KEY ----")) {
    return "it is a public key";
  }
  if (label.includes("CERTIFICATE")) return "it is an X.509 certificate";
  return label === "" ? "it is no private key" : `it is no private key, but: ${label}`;
}

function unsupported(key: KeyObject): UnusableKey {
  const { asymmetricKeyType = "unknown", asymmetricKeyDetails } = key;
  const curve =
    asymmetricKeyType === "ec" ? ` on the curve ${asymmetricKeyDetails?.namedCurve}` : "";
  return new UnusableKey(`${asymmetricKeyType} keys${curve} are not supported`);
}
