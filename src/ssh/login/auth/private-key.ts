import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { publicKeyOf } from "../../support/public-key.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { ssh2 } from "../../ssh2/ssh2.ts";
import { Malformed, WireReader } from "../../../codecs/ssh/wire.ts";

/** Why a text is of no use as a private key; `reason` is for the user, and holds nothing of it. */
export class UnusableKey extends Error {
  override name = "UnusableKey";
}

/** The key is encrypted, and no passphrase was given. */
export class PassphraseMissing extends UnusableKey {
  override name = "PassphraseMissing";
}

/** The passphrase doesn't decrypt the key. */
export class WrongPassphrase extends UnusableKey {
  override name = "WrongPassphrase";
}

const openSshBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
const openSshEnd = "-----END OPENSSH PRIVATE KEY-----";
const pemKey = /^-----BEGIN (?:(?:RSA|EC|DSA|ENCRYPTED) )?PRIVATE KEY-----/;
const encryptedPem = /^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m;

/**
 * Reads a private key: OpenSSH's own format, PKCS #8, PKCS #1, SEC 1, PuTTY's version 2. With a
 * passphrase this blocks for as long as its key derivation takes: see {@link decryptKey}.
 *
 * @throws {UnusableKey}
 */
export function parsePrivateKey(text: string, passphrase?: string): KeyObject {
  const trimmed = text.trim();
  const key = pemKey.test(trimmed) ? parsePem(trimmed, passphrase) : parseSsh(trimmed, passphrase);
  if (publicKeyOf(key)) return key;
  throw new UnusableKey(`${key.asymmetricKeyType ?? "unknown"} keys are not supported`);
}

function parsePem(text: string, passphrase: string | undefined): KeyObject {
  const encrypted = encryptedPem.test(text);
  if (encrypted && passphrase === undefined) throw new PassphraseMissing("it is encrypted");
  try {
    return createPrivateKey({ key: text, format: "pem", ...(encrypted && { passphrase }) });
  } catch {
    if (encrypted) throw new WrongPassphrase("the passphrase is wrong");
    throw new UnusableKey("it is malformed");
  }
}

function parseSsh(text: string, passphrase: string | undefined): KeyObject {
  const type = embeddedPublicKey(text)?.type ?? "";
  if (type.startsWith("sk-")) {
    throw new UnusableKey("keys on a security key (FIDO) work through the agent only");
  }
  if (text.startsWith("PuTTY-User-Key-File-3:")) {
    throw new UnusableKey("PuTTY's key format version 3 is not supported; version 2 is");
  }
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (parsed instanceof Error) throw reasonOf(parsed.message, passphrase);
  if (!parsed.isPrivateKey()) throw new UnusableKey("it is a public key");
  return createPrivateKey(parsed.getPrivatePEM());
}

/** ssh2 tells its errors by their text only. */
function reasonOf(message: string, passphrase: string | undefined): UnusableKey {
  if (/no passphrase given/.test(message)) return new PassphraseMissing("it is encrypted");
  if (passphrase !== undefined && /passphrase|integrity|unable to authenticate/i.test(message)) {
    return new WrongPassphrase("the passphrase is wrong");
  }
  const unsupported = /^Unsupported (?!key format)|not supported/.test(message);
  if (unsupported) return new UnusableKey(message);
  return new UnusableKey(
    message === "Unsupported key format" ? "it is no private key" : "it is malformed",
  );
}

/**
 * The public half of a key in OpenSSH's own format, which stands there unencrypted (PROTOCOL.key).
 *
 * @returns undefined for other formats
 */
export function embeddedPublicKey(text: string): PublicKey | undefined {
  const trimmed = text.trim();
  // Not by one regular expression, which would try every way to part white space.
  const end = trimmed.indexOf(openSshEnd);
  if (!trimmed.startsWith(openSshBegin) || end === -1) return undefined;
  const base64 = trimmed.slice(openSshBegin.length, end);
  if (!/^\s[A-Za-z0-9+/=\s]+$/.test(base64)) return undefined;
  const magic = "openssh-key-v1\0";
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("latin1", 0, magic.length) !== magic) return undefined;
  try {
    const reader = new WireReader(bytes.subarray(magic.length));
    for (const _ of ["cipher", "kdf", "kdf options"]) reader.string();
    if (reader.uint32() !== 1) return undefined;
    const blob = reader.string();
    return { type: new WireReader(blob).name(), blob };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
