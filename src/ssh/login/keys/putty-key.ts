import { createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { WireReader, string } from "../../../codecs/ssh/wire.ts";
import type { PublicKey } from "../../support/public-key.ts";
import type { Decryption } from "./key-decryption.ts";
import { ecdsaKey, ed25519Key, rsaKey, unsupportedType } from "./key-parts.ts";
import { PassphraseMissing, UnusableKey, WrongPassphrase } from "./unusable-key.ts";

/** PuTTY's key files (PPK), appendix C of its manual: of versions 2 and 3. */
interface PuttyFile {
  readonly version: number;
  readonly algorithm: string;
  readonly encryption: string;
  /** Latin-1, one character a byte, as all text here. */
  readonly comment: string;
  readonly publicBlob: Buffer;
  readonly privatePart: Buffer;
  readonly mac: Buffer;
  readonly fields: ReadonlyMap<string, string>;
}

const first = /^PuTTY-User-Key-File-(\d+)$/;

export function isPuttyKey(text: string): boolean {
  return text.startsWith("PuTTY-User-Key-File-");
}

/** Says which version is at fault. */
function malformed(version: number | string): UnusableKey {
  return new UnusableKey(`it is a PuTTY key of version ${version}, and malformed`);
}

/** @param text of one character a byte @throws {UnusableKey} */
function parse(text: string): PuttyFile {
  const lines = text.split(/\r\n|\n|\r/);
  const fields = new Map<string, string>();
  for (let at = 0; at < lines.length; at++) {
    const [, name = "", value = ""] = /^([\w-]+): ?(.*)$/.exec(lines[at] as string) ?? [];
    if (!name.endsWith("-Lines")) fields.set(name, value);
    else {
      fields.set(name, lines.slice(at + 1, at + 1 + Number(value)).join(""));
      at += Number(value);
    }
  }
  const [[key = "", algorithm = ""] = []] = fields;
  const version = Number(first.exec(key)?.[1]);
  if (version !== 2 && version !== 3) {
    throw new UnusableKey(
      `it is a PuTTY key of version ${version}, which is not supported: puttygen makes a newer one of it`,
    );
  }
  const wanted = (name: string) => {
    const value = fields.get(name);
    if (value === undefined) throw malformed(version);
    return value;
  };
  return {
    version,
    algorithm,
    encryption: wanted("Encryption"),
    comment: wanted("Comment"),
    publicBlob: Buffer.from(wanted("Public-Lines"), "base64"),
    privatePart: Buffer.from(wanted("Private-Lines"), "base64"),
    mac: Buffer.from(wanted("Private-MAC"), "hex"),
    fields,
  };
}

/** The public half, or the certificate, which stands there unencrypted. @throws {UnusableKey} or {Malformed} */
export function puttyPublicKey(text: string): PublicKey {
  const { publicBlob: blob } = parse(text);
  return { type: new WireReader(blob).name(), blob };
}

/** @param text of one character a byte @throws {UnusableKey} or {Malformed} */
export function puttyKey(text: string, decryption: Decryption | undefined): KeyObject {
  const file = parse(text);
  const { version, algorithm, encryption, publicBlob, comment } = file;
  const make = makers.get(algorithm.replace(/-cert-v01@openssh\.com$/, ""));
  if (!make) throw unsupportedType(algorithm);
  if (encryption !== "none" && encryption !== "aes256-cbc") {
    throw new UnusableKey(`it is encrypted with ${encryption}, which is not supported`);
  }
  const isEncrypted = encryption !== "none";
  if (isEncrypted && !decryption) throw new PassphraseMissing();
  const { key, iv, macKey } = secretsOf(file, isEncrypted ? decryption : undefined);
  if (isEncrypted && file.privatePart.length % 16 !== 0) throw malformed(version);
  const privatePart = isEncrypted
    ? createDecipheriv("aes-256-cbc", key, iv).setAutoPadding(false).update(file.privatePart)
    : file.privatePart;
  const texts = [algorithm, encryption, comment].map((text_) => Buffer.from(text_, "latin1"));
  const covered = Buffer.concat([...texts, publicBlob, privatePart].map((bytes) => string(bytes)));
  const mac = createHmac(version === 2 ? "sha1" : "sha256", macKey)
    .update(covered)
    .digest();
  if (mac.length !== file.mac.length || !timingSafeEqual(mac, file.mac)) {
    throw isEncrypted ? new WrongPassphrase() : malformed(version);
  }
  const open = new WireReader(publicBlob);
  open.string();
  // A certificate's nonce (PROTOCOL.certkeys).
  if (algorithm.includes("-cert-")) open.string();
  return make(open, new WireReader(privatePart));
}

const nothing = Buffer.alloc(0);

function secretsOf(file: PuttyFile, decryption: Decryption | undefined) {
  if (file.version === 2) return secretsOf2(Buffer.from(decryption?.passphrase ?? ""));
  return decryption ? secretsOf3(file, decryption) : { key: nothing, iv: nothing, macKey: nothing };
}

function secretsOf2(passphrase: Buffer) {
  const sha1 = (...parts: (Buffer | string)[]) => {
    const hash = createHash("sha1");
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const numbered = (n: number) => sha1(Buffer.from([0, 0, 0, n]), passphrase);
  return {
    key: Buffer.concat([numbered(0), numbered(1)]).subarray(0, 32),
    iv: Buffer.alloc(16),
    macKey: sha1("putty-private-key-file-mac-key", passphrase),
  };
}

const variants = { Argon2d: "argon2d", Argon2i: "argon2i", Argon2id: "argon2id" } as const;

/** KiB of memory that a key's derivation may take; puttygen's default is 8192. */
const mostMemory = 1024 * 1024;

function secretsOf3({ fields }: PuttyFile, { passphrase, derivations }: Decryption) {
  const derivation = fields.get("Key-Derivation") ?? "";
  const variant = variants[derivation as keyof typeof variants];
  if (!variant)
    throw new UnusableKey(`its passphrase goes through ${derivation}, which is not supported`);
  const number = (name: string) => Number(fields.get(`Argon2-${name}`));
  const cost = {
    memory: number("Memory"),
    passes: number("Passes"),
    parallelism: number("Parallelism"),
  };
  if (Object.values(cost).some((each) => !Number.isSafeInteger(each) || each < 1))
    throw malformed(3);
  if (cost.memory > mostMemory) {
    throw new UnusableKey(
      `its passphrase takes ${cost.memory} KiB of memory to check, which is too much`,
    );
  }
  const salt = Buffer.from(fields.get("Argon2-Salt") ?? "", "hex");
  const secret = derivations.argon2(variant, Buffer.from(passphrase), salt, cost, 80);
  return { key: secret.subarray(0, 32), iv: secret.subarray(32, 48), macKey: secret.subarray(48) };
}

const ecdsa = (open: WireReader, hidden: WireReader) => {
  const curve = open.name();
  return ecdsaKey(curve, open.string(), hidden.string());
};

/** Make a key of its public blob, after the type, and its private one. */
const makers = new Map<string, (open: WireReader, hidden: WireReader) => KeyObject>([
  ["ssh-ed25519", (open, hidden) => ed25519Key(open.string(), hidden.string())],
  [
    "ssh-rsa",
    (open, hidden) => {
      const [e, n] = [open.string(), open.string()];
      const [d, p, q, qInv] = [hidden.string(), hidden.string(), hidden.string(), hidden.string()];
      return rsaKey({ n, e, d, p, q, qInv });
    },
  ],
  ["ecdsa-sha2-nistp256", ecdsa],
  ["ecdsa-sha2-nistp384", ecdsa],
  ["ecdsa-sha2-nistp521", ecdsa],
]);
