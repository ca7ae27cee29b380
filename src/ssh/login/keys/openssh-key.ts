import type { KeyObject } from "node:crypto";
import { WireReader } from "../../../codecs/ssh/wire.ts";
import type { PublicKey } from "../../support/public-key.ts";
import type { Decryption } from "./key-decryption.ts";
import { ecdsaKey, ed25519Key, rsaKey, unsupportedType } from "./key-parts.ts";
import { decipher, openSshCipher } from "./openssh-cipher.ts";
import { PassphraseMissing, UnusableKey, WrongPassphrase } from "./unusable-key.ts";

const magic = "openssh-key-v1\0";

/** What a file of OpenSSH's own format holds (PROTOCOL.key). */
interface Container {
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Buffer;
  readonly publicBlob: Buffer;
  readonly privatePart: Buffer;
  /** The authentication tag after the encrypted part. */
  readonly tag: Buffer;
}

/** @throws {UnusableKey} or {Malformed} */
function containerOf(bytes: Buffer): Container {
  if (bytes.toString("latin1", 0, magic.length) !== magic) throw new UnusableKey("it is malformed");
  const reader = new WireReader(bytes.subarray(magic.length));
  const [cipher, kdf, kdfOptions] = [reader.name(), reader.name(), reader.string()];
  if (reader.uint32() !== 1) throw new UnusableKey("it holds several keys");
  const [publicBlob, privatePart] = [reader.string(), reader.string()];
  return { cipher, kdf, kdfOptions, publicBlob, privatePart, tag: reader.rest() };
}

/** The public half, which stands there unencrypted. @throws {UnusableKey} or {Malformed} */
export function openSshPublicKey(bytes: Buffer): PublicKey {
  const { publicBlob: blob } = containerOf(bytes);
  return { type: new WireReader(blob).name(), blob };
}

/**
 * Reads OpenSSH's own format, what stands between its `BEGIN` and its `END`, decoded.
 *
 * @throws {UnusableKey} or {Malformed}
 */
export function openSshKey(bytes: Buffer, decryption: Decryption | undefined): KeyObject {
  const container = containerOf(bytes);
  const type = new WireReader(container.publicBlob).name();
  if (!readers.has(type)) throw unsupportedType(type);
  if (container.cipher === "none") return keyOf(container.privatePart, "it is malformed");
  if (!decryption) throw new PassphraseMissing();
  return keyOf(decrypted(container, decryption), undefined);
}

function decrypted(
  { cipher: name, kdf, kdfOptions, privatePart, tag }: Container,
  { passphrase, derivations }: Decryption,
): Buffer {
  const cipher = openSshCipher(name);
  if (kdf !== "bcrypt")
    throw new UnusableKey(`its passphrase goes through ${kdf}, which is not supported`);
  if (privatePart.length % cipher.block !== 0) throw new UnusableKey("it is malformed");
  const options = new WireReader(kdfOptions);
  const [salt, rounds] = [options.string(), options.uint32()];
  // OpenSSH has no empty passphrase, and its derivation refuses one.
  if (passphrase === "") throw new WrongPassphrase();
  const secret = derivations.bcrypt(Buffer.from(passphrase), salt, rounds, cipher.key + cipher.iv);
  return decipher(cipher, secret, privatePart, tag);
}

/** @param fault the error if the two check numbers differ; undefined for a wrong passphrase */
function keyOf(bytes: Buffer, fault: string | undefined): KeyObject {
  const reader = new WireReader(bytes);
  if (reader.uint32() !== reader.uint32()) {
    throw fault === undefined ? new WrongPassphrase() : new UnusableKey(fault);
  }
  const type = reader.name();
  const read = readers.get(type);
  if (!read) throw unsupportedType(type);
  return read(reader);
}

const ecdsa = (reader: WireReader) => {
  const curve = reader.name();
  return ecdsaKey(curve, reader.string(), reader.string());
};

/** The private parts of each type of key, as the agent's protocol has them (draft-ietf-sshm-ssh-agent §3.2). */
const readers = new Map<string, (reader: WireReader) => KeyObject>([
  ["ssh-ed25519", (reader) => ed25519Key(reader.string(), reader.string().subarray(0, 32))],
  [
    "ssh-rsa",
    (reader) => {
      const [n, e, d] = [reader.string(), reader.string(), reader.string()];
      const [qInv, p, q] = [reader.string(), reader.string(), reader.string()];
      return rsaKey({ n, e, d, p, q, qInv });
    },
  ],
  ["ecdsa-sha2-nistp256", ecdsa],
  ["ecdsa-sha2-nistp384", ecdsa],
  ["ecdsa-sha2-nistp521", ecdsa],
]);
