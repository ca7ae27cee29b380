import { createHash } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Malformed, WireReader, mpint, string } from "../../codecs/ssh/wire.ts";

/** A public key, or a certificate, as SSH sends it (RFC 4253 §6.6). */
export interface PublicKey {
  /** As `ssh-ed25519` or `ssh-rsa-cert-v01@openssh.com`. */
  readonly type: string;
  readonly blob: Buffer;
}

/** The type that a key blob names (RFC 4253 §6.6), or `""` where it is malformed. */
export function keyTypeOf(blob: Buffer): string {
  // Asked of text that is no key, too, for which a reader would make an error each time.
  const end = blob.length < 4 ? 0 : 4 + blob.readUInt32BE();
  return end <= Math.min(4 + 64, blob.length) ? blob.toString("latin1", 4, end) : "";
}

/** Bytes of a point on each curve of RFC 5656, uncompressed. */
const pointSizes: Readonly<Record<string, number>> = { nistp256: 65, nistp384: 97, nistp521: 133 };

/** For each known type of key: reads the fields after the type, and says whether they are valid. */
const readers: Readonly<Record<string, (reader: WireReader) => boolean>> = {
  "ssh-ed25519": (reader) => reader.string().length === 32,
  "ssh-rsa": (reader) => reader.string().length > 0 && reader.string().length >= 128,
  "ssh-dss": (reader) => [1, 2, 3, 4].every(() => reader.string().length > 0),
  ...Object.fromEntries(
    Object.entries(pointSizes).map(([curve, size]) => [
      `ecdsa-sha2-${curve}`,
      (reader: WireReader) => reader.name() === curve && reader.string().length === size,
    ]),
  ),
  "sk-ssh-ed25519@openssh.com": (reader) =>
    reader.string().length === 32 && reader.string().length > 0,
  "sk-ecdsa-sha2-nistp256@openssh.com": (reader) =>
    reader.name() === "nistp256" && reader.string().length === 65 && reader.string().length > 0,
};

/**
 * Whether a blob is a key of a type from its first byte to its last, as far as that can be told: of a
 * type that we don't know, only the type is.
 */
export function isWholeKey(type: string, blob: Buffer): boolean {
  try {
    const reader = new WireReader(blob);
    if (type === "" || reader.name() !== type) return false;
    const isWhole = readers[type];
    return !isWhole || (isWhole(reader) && reader.rest().length === 0);
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

/** A key's fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** Reads the first line of a `.pub` file: type, base64, comment. */
export function parsePublicKey(text: string): PublicKey | undefined {
  const [type, base64] = text.trim().split(/[ \t]+/, 2);
  if (!type || !base64) return undefined;
  const blob = Buffer.from(base64, "base64");
  return keyTypeOf(blob) === type ? { type, blob } : undefined;
}

/** The curves of RFC 5656 by the names that JSON Web Keys (RFC 7518) have for them. */
const curves: Readonly<Record<string, string>> = {
  "P-256": "nistp256",
  "P-384": "nistp384",
  "P-521": "nistp521",
};

/** @returns undefined for a kind of key that SSH doesn't have */
export function publicKeyOf(key: KeyObject): PublicKey | undefined {
  const { kty, crv = "", n = "", e = "", x = "", y = "" } = exported(key);
  const bytes = (text: string) => Buffer.from(text, "base64url");
  const made = (type: string, ...rest: Buffer[]) => ({
    type,
    blob: Buffer.concat([string(type), ...rest]),
  });
  if (kty === "RSA") return made("ssh-rsa", mpint(bytes(e)), mpint(bytes(n)));
  if (kty === "OKP" && crv === "Ed25519") return made("ssh-ed25519", string(bytes(x)));
  const curve = curves[crv];
  if (kty !== "EC" || curve === undefined) return undefined;
  const point = Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]);
  return made(`ecdsa-sha2-${curve}`, string(curve), string(point));
}

/** Node refuses to export what has no form as a JSON Web Key, DSA among it. */
function exported(key: KeyObject) {
  try {
    return key.export({ format: "jwk" });
  } catch {
    return {};
  }
}
