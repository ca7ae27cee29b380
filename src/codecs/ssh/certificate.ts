/** OpenSSH's certificates (PROTOCOL.certkeys), a host's and a user's. */
import { Malformed, WireReader, string } from "./wire.ts";

/** What a certificate says; whether its signature is the authority's is not looked at here. */
export interface Certificate {
  /** As `ssh-ed25519-cert-v01@openssh.com`. */
  readonly type: string;
  /** The certified key, as it is without a certificate (RFC 4253 §6.6). */
  readonly key: Buffer;
  readonly keyType: string;
  readonly serial: bigint;
  readonly isOfHost: boolean;
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Seconds since 1970: valid from `validAfter` on, and until before `validBefore`. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  /** By name, with their data: whoever accepts the certificate must know all of them and enforce them. */
  readonly criticalOptions: ReadonlyMap<string, Buffer>;
  /** The authority's key. */
  readonly ca: Buffer;
  /** The part of the certificate that {@link signature} is of. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** How many fields a public key has after its type. */
const valuesOf: Readonly<Record<string, number>> = {
  "ssh-ed25519": 1,
  "ssh-rsa": 2,
  "ecdsa-sha2-nistp256": 2,
  "ecdsa-sha2-nistp384": 2,
  "ecdsa-sha2-nistp521": 2,
  // On a security key: the application's name is the last.
  "sk-ssh-ed25519@openssh.com": 2,
  "sk-ecdsa-sha2-nistp256@openssh.com": 3,
};

const suffix = "-cert-v01@openssh.com";
const [userType, hostType] = [1, 2];

/** OpenSSH's limit. */
const mostPrincipals = 256;

/** The plain key type (or algorithm) of a certificate's; undefined if the name isn't a certificate's. */
export function withoutCertificate(name: string): string | undefined {
  if (!name.endsWith(suffix)) return undefined;
  const plain = name.slice(0, -suffix.length);
  return plain.startsWith("sk-") ? `${plain}@openssh.com` : plain;
}

/**
 * Reads a certificate from its first byte to its last.
 *
 * @returns undefined where the blob names another type, a plain key's among them
 * @throws {Malformed}
 */
export function parseCertificate(blob: Buffer): Certificate | undefined {
  const reader = new WireReader(blob);
  const type = reader.name();
  const keyType = withoutCertificate(type);
  const count = keyType === undefined ? undefined : valuesOf[keyType];
  if (keyType === undefined || count === undefined) return undefined;
  // The nonce.
  reader.string();
  const values = Array.from({ length: count }, () => reader.string());
  const serial = reader.bytes(8).readBigUInt64BE();
  const kind = reader.uint32();
  const keyId = text(reader.string());
  const principals = all(reader.string(), (list) => text(list.string()));
  const validAfter = reader.bytes(8).readBigUInt64BE();
  const validBefore = reader.bytes(8).readBigUInt64BE();
  const option = (list: WireReader) => [text(list.string()), list.string()] as const;
  const criticalOptions = new Map(all(reader.string(), option));
  all(reader.string(), option);
  // Reserved.
  reader.string();
  const ca = reader.string();
  const signature = reader.string();
  if (reader.rest().length > 0) throw new Malformed("something follows the certificate");
  if (kind !== userType && kind !== hostType) throw new Malformed("a certificate of no known kind");
  if (principals.length > mostPrincipals) throw new Malformed("too many principals");
  return {
    type,
    key: Buffer.concat([string(keyType), ...values.map(string)]),
    keyType,
    serial,
    isOfHost: kind === hostType,
    keyId,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    ca,
    signed: blob.subarray(0, blob.length - 4 - signature.length),
    signature,
  };
}

function all<T>(bytes: Buffer, read: (reader: WireReader) => T): T[] {
  const reader = new WireReader(bytes);
  const found: T[] = [];
  while (reader.hasMore) found.push(read(reader));
  return found;
}

/** As OpenSSH's C strings: without a NUL within. */
function text(bytes: Buffer): string {
  if (bytes.includes(0)) throw new Malformed("a NUL in a text");
  return bytes.toString("utf8");
}
