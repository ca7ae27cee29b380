import type { KeyObject } from "node:crypto";
import { maxKeyBytes } from "../../../protocol/limits.ts";
import type { Call } from "../../support/call.ts";
import { decryptKey } from "./decrypt-key.ts";
import { SkipIdentity } from "./identity.ts";
import type { Identity, Signing, Unlock } from "./identity.ts";
import { embeddedPublicKey, parsePrivateKey } from "../keys/private-key.ts";
import { PassphraseMissing, UnusableKey, WrongPassphrase } from "../keys/unusable-key.ts";
import type { Prompter } from "../prompts/prompter.ts";
import { parsePublicKey, publicKeyOf } from "../../support/public-key.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { readBounded } from "../../support/read-bounded.ts";
import { NotRegular } from "../../support/system-error.ts";
import { isCertificate, signWith } from "./signature.ts";

/** What decrypts keys: a passphrase that was given, or the client. */
export interface Unlocking {
  readonly passphrase: string | undefined;
  /** How often the client is asked for one. */
  readonly prompts: number;
  readonly prompter: Prompter;
  readonly call: Call;
}

/** The file of a certificate; it may hold something else. */
export interface FoundCertificate {
  readonly path: string;
  readonly publicKey: PublicKey;
}

/** A private key with what is known of it without its passphrase. */
export interface KeyFile {
  readonly path: string;
  readonly publicKey: PublicKey | undefined;
  /** Its certificate, from `<path>-cert.pub` or the file itself; not parsed yet. */
  readonly certificate: FoundCertificate | undefined;
  /** Undefined where the file holds the public half only. */
  readonly identity: Identity | undefined;
}

/**
 * Reads a key's file, with the `.pub` beside it, and the `-cert.pub`.
 *
 * @param certificates whether those beside keys count
 * @returns undefined where there is no such file
 * @throws {SkipIdentity} where it is of no use
 */
export async function readKeyFile(
  path: string,
  certificates: boolean,
  unlocking: Unlocking,
): Promise<KeyFile | undefined> {
  const bytes = await fileBytes(path, true);
  if (bytes === undefined) return undefined;
  const itself = parsePublicKey(bytes.toString("utf8"));
  if (itself) {
    return isCertificate(itself.type)
      ? {
          path,
          publicKey: undefined,
          certificate: { path, publicKey: itself },
          identity: undefined,
        }
      : { path, publicKey: itself, certificate: undefined, identity: undefined };
  }
  const beside = async (suffix: string) => {
    const found = await readBounded(path + suffix, maxKeyBytes).catch(() => undefined);
    return found && parsePublicKey(found.bytes.toString("utf8"));
  };
  const isThere = embeddedPublicKey(bytes) !== undefined;
  const file = keyFromBytes(path, bytes, unlocking, isThere ? undefined : await beside(".pub"));
  const found = certificates ? await beside("-cert.pub") : undefined;
  return found ? { ...file, certificate: { path: `${path}-cert.pub`, publicKey: found } } : file;
}

/**
 * Reads a certificate's file; as with ssh, its name may lack the `.pub`.
 *
 * @throws {SkipIdentity} where there is none in it
 */
export async function readCertificateFile(path: string): Promise<FoundCertificate> {
  let isThere = false;
  for (const name of [path, `${path}.pub`]) {
    const bytes = await fileBytes(name, false);
    const publicKey = bytes && parsePublicKey(bytes.toString("utf8"));
    if (publicKey) return { path: name, publicKey };
    isThere ||= bytes !== undefined;
  }
  throw new SkipIdentity(isThere ? "it is no certificate" : "there is no such file");
}

/** A key whose file's bytes have been read already. @throws {SkipIdentity} */
export function keyFromBytes(
  path: string,
  bytes: Uint8Array,
  unlocking: Unlocking,
  beside?: PublicKey,
): KeyFile & { identity: Identity } {
  const key = parsed(bytes);
  const embedded = embeddedPublicKey(bytes);
  // A file of PuTTY's may have the certificate in place of the public key.
  const certificate =
    embedded && isCertificate(embedded.type) ? { path, publicKey: embedded } : undefined;
  const publicKey = key ? publicKeyOf(key) : certificate ? beside : (embedded ?? beside);
  const unlock = once(async () => key ?? unlocked(path, bytes, unlocking));
  const locked = unlocking.passphrase === undefined ? "attended" : "costly";
  const identity = identityOf(path, publicKey, unlock, key ? "free" : locked);
  return { path, publicKey, certificate, identity };
}

function identityOf(
  path: string,
  publicKey: PublicKey | undefined,
  unlock: Unlock,
  signing: Signing,
): Identity {
  return {
    path,
    signing,
    known: publicKey,
    publicKey: async () => publicKey ?? (publicKeyOf(await unlock()) as PublicKey),
    sign: async (data, signature) => signWith(await unlock(), data, signature),
  };
}

/** @returns undefined where the key is encrypted @throws {SkipIdentity} */
function parsed(bytes: Uint8Array): KeyObject | undefined {
  try {
    return parsePrivateKey(bytes);
  } catch (error) {
    if (error instanceof PassphraseMissing) return undefined;
    throw skipped(error);
  }
}

/** Decrypts by the passphrase that was given, and after it by the client's. */
async function unlocked(
  path: string,
  bytes: Uint8Array,
  { passphrase, prompts, prompter, call }: Unlocking,
): Promise<KeyObject> {
  /** @returns undefined where the passphrase is wrong */
  const opened = async (by: string) => {
    try {
      return await decryptKey(bytes, by, call);
    } catch (error) {
      if (error instanceof WrongPassphrase) return undefined;
      throw skipped(error);
    }
  };
  const given = passphrase === undefined ? undefined : await opened(passphrase);
  if (given) return given;
  let why = passphrase === undefined ? undefined : new WrongPassphrase().message;
  for (let asked = 0; prompter.canAsk && asked < prompts; asked++) {
    const prompt = `Enter passphrase for key '${path}': `;
    const answer = await prompter.secret("passphrase", prompt, { path });
    if (answer === undefined) throw new SkipIdentity(why ?? "the client gave no passphrase");
    const key = await opened(answer);
    if (key) return key;
    why = new WrongPassphrase().message;
  }
  throw new SkipIdentity(why ?? "it is encrypted, and no passphrase was given");
}

/** A {@link SkipIdentity} for errors about the key; others unchanged. */
function skipped(error: unknown): unknown {
  return error instanceof UnusableKey ? new SkipIdentity(error.message) : error;
}

/** @returns undefined where there is no such file @throws {SkipIdentity} */
async function fileBytes(path: string, isPrivate: boolean): Promise<Buffer | undefined> {
  try {
    const { found, bytes } = await readBounded(path, maxKeyBytes);
    const { mode, uid } = found;
    // OpenSSH's rule (sshkey_perm_ok): it concerns the user's own files.
    const isOpen = uid === process.getuid?.() && (mode & 0o077) !== 0;
    if (isPrivate && isOpen && !parsePublicKey(bytes.toString("utf8"))) {
      const octal = (mode & 0o777).toString(8).padStart(4, "0");
      throw new SkipIdentity(
        `permissions ${octal} are too open: others could read it (chmod 600 mends that)`,
      );
    }
    return bytes;
  } catch (error) {
    if (error instanceof SkipIdentity) throw error;
    if (error instanceof NotRegular) throw new SkipIdentity("it is no regular file");
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "EFBIG") {
      throw new SkipIdentity(`it is no ${isPrivate ? "private key" : "certificate"}`);
    }
    throw new SkipIdentity(`it can't be read: ${code}`);
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
