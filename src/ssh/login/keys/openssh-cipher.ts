import { createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";
import { UnusableKey, WrongPassphrase } from "./unusable-key.ts";
import { toNumber } from "./key-parts.ts";

/** Bytes of a cipher's key, IV and block, and of the tag after the encrypted data. */
interface CipherSizes {
  readonly key: number;
  readonly iv: number;
  readonly block: number;
  readonly tag: number;
  /** OpenSSL's name. */
  readonly name: string;
}

const cbc = (name: string, key: number, block = 16) => ({ name, key, iv: block, block, tag: 0 });
const ctr = (bits: number) => ({ ...cbc(`aes-${bits}-ctr`, bits / 8), block: 16 });
const gcm = (bits: number) => ({
  name: `aes-${bits}-gcm`,
  key: bits / 8,
  iv: 12,
  block: 16,
  tag: 16,
});

/** By OpenSSH's names (`ssh -Q cipher`): with each of them ssh-keygen can encrypt a key. */
const ciphers: Readonly<Record<string, CipherSizes>> = {
  "3des-cbc": cbc("des-ede3-cbc", 24, 8),
  "aes128-cbc": cbc("aes-128-cbc", 16),
  "aes192-cbc": cbc("aes-192-cbc", 24),
  "aes256-cbc": cbc("aes-256-cbc", 32),
  "rijndael-cbc@lysator.liu.se": cbc("aes-256-cbc", 32),
  "aes128-ctr": ctr(128),
  "aes192-ctr": ctr(192),
  "aes256-ctr": ctr(256),
  "aes128-gcm@openssh.com": gcm(128),
  "aes256-gcm@openssh.com": gcm(256),
  "chacha20-poly1305@openssh.com": { name: "chacha20", key: 64, iv: 0, block: 8, tag: 16 },
};

/** A cipher by OpenSSH's name. @throws {UnusableKey} */
export function openSshCipher(name: string): CipherSizes {
  const cipher = ciphers[name];
  if (cipher) return cipher;
  throw new UnusableKey(`it is encrypted with ${name}, which is not supported`);
}

/**
 * Decrypts what one of {@link openSshCipher} has encrypted.
 *
 * @param secret key and IV, one behind the other
 * @throws {UnusableKey} {@link WrongPassphrase} where the tag tells
 */
export function decipher(
  { name, key, iv, tag: tagSize }: CipherSizes,
  secret: Buffer,
  encrypted: Buffer,
  tag: Buffer,
): Buffer {
  if (tag.length !== tagSize) throw new UnusableKey("it is malformed");
  if (name === "chacha20") return openChacha(secret, encrypted, tag);
  const [cipherKey, start] = [secret.subarray(0, key), secret.subarray(key, key + iv)];
  if (name.endsWith("-gcm")) {
    const deciphering = createDecipheriv(name as "aes-256-gcm", cipherKey, start);
    deciphering.setAuthTag(tag);
    const opened = deciphering.update(encrypted);
    try {
      deciphering.final();
    } catch {
      throw new WrongPassphrase();
    }
    return opened;
  }
  // The padding is the format's own.
  return createDecipheriv(name, cipherKey, start).setAutoPadding(false).update(encrypted);
}

/** OpenSSH's PROTOCOL.chacha20poly1305, with the sequence number 0 and no length before the data. */
function openChacha(secret: Buffer, encrypted: Buffer, tag: Buffer): Buffer {
  const key = secret.subarray(0, 32);
  // OpenSSL's IV: the block's number, little-endian, and the nonce.
  const keystream = (block: number) =>
    createCipheriv("chacha20", key, Buffer.from([block, ...Array<number>(15).fill(0)]));
  const once = keystream(0).update(Buffer.alloc(32));
  if (!timingSafeEqual(poly1305(once, encrypted), tag)) throw new WrongPassphrase();
  return keystream(1).update(encrypted);
}

const prime = 2n ** 130n - 5n;
const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/** RFC 8439 §2.5: for a few kilobytes; Node has it only as a part of an AEAD that isn't OpenSSH's. */
function poly1305(key: Buffer, data: Buffer): Buffer {
  const littleEndian = (bytes: Buffer) => toNumber(Buffer.from(bytes.toReversed()));
  const r = littleEndian(key.subarray(0, 16)) & clamp;
  let sum = 0n;
  for (let at = 0; at < data.length; at += 16) {
    const block = Buffer.concat([data.subarray(at, at + 16), Buffer.from([1])]);
    sum = ((sum + littleEndian(block)) * r) % prime;
  }
  const tag = (sum + littleEndian(key.subarray(16))) % 2n ** 128n;
  return Buffer.from(Buffer.from(tag.toString(16).padStart(32, "0"), "hex").toReversed());
}
