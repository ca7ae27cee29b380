import type { KeyObject } from "node:crypto";
import { stat } from "node:fs/promises";
import { maxKeyBytes } from "../../../protocol/limits.ts";
import type { Call } from "../../support/call.ts";
import { decryptKey } from "./decrypt-key.ts";
import { SkipIdentity } from "./identity.ts";
import type { Identity, Signing, Unlock } from "./identity.ts";
import {
  PassphraseMissing,
  UnusableKey,
  WrongPassphrase,
  embeddedPublicKey,
  parsePrivateKey,
} from "./private-key.ts";
import type { Prompter } from "../prompts/prompter.ts";
import { parsePublicKey, publicKeyOf } from "../../support/public-key.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { readBounded } from "../../support/read-bounded.ts";
import { signWith } from "./signature.ts";

/** What decrypts keys: a passphrase that was given, or the client. */
export interface Unlocking {
  readonly passphrase: string | undefined;
  /** How often the client is asked for one. */
  readonly prompts: number;
  readonly prompter: Prompter;
  readonly call: Call;
}

/** A private key with what is known of it without its passphrase. */
export interface KeyFile {
  readonly path: string;
  readonly publicKey: PublicKey | undefined;
  /** OpenSSH's `<path>-cert.pub`. */
  readonly certificate: PublicKey | undefined;
  /** Undefined where the file holds the public half only. */
  readonly identity: Identity | undefined;
}

/**
 * Reads a key's file, with the `.pub` and `-cert.pub` beside it.
 *
 * @returns undefined where there is no such file
 * @throws {SkipIdentity} where it is of no use
 */
export async function readKeyFile(
  path: string,
  unlocking: Unlocking,
): Promise<KeyFile | undefined> {
  const text = await privateText(path);
  if (text === undefined) return undefined;
  const itself = parsePublicKey(text);
  if (itself) {
    return { path, publicKey: itself, certificate: undefined, identity: undefined };
  }
  const beside = async (suffix: string) => {
    const found = await readBounded(path + suffix, maxKeyBytes).catch(() => undefined);
    return found && parsePublicKey(found.toString("utf8"));
  };
  const isThere = embeddedPublicKey(text) !== undefined;
  const file = keyFromText(path, text, unlocking, isThere ? undefined : await beside(".pub"));
  const certificate = await beside("-cert.pub");
  return { ...file, certificate };
}

/** A key whose text is there already. @throws {SkipIdentity} */
export function keyFromText(
  path: string,
  text: string,
  unlocking: Unlocking,
  beside?: PublicKey,
): KeyFile & { identity: Identity } {
  const key = parsed(text);
  const publicKey = key ? publicKeyOf(key) : (embeddedPublicKey(text) ?? beside);
  const unlock = once(async () => key ?? unlocked(path, text, unlocking));
  const locked = unlocking.passphrase === undefined ? "attended" : "costly";
  const identity = identityOf(path, publicKey, unlock, key ? "free" : locked);
  return { path, publicKey, certificate: undefined, identity };
}

/** The same private key under its certificate. */
export function certified(identity: Identity, certificate: PublicKey): Identity {
  return {
    path: `${identity.path}-cert.pub`,
    signing: identity.signing,
    publicKey: async () => certificate,
    sign: (data, signature) => identity.sign(data, signature),
  };
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
    publicKey: async () => publicKey ?? (publicKeyOf(await unlock()) as PublicKey),
    sign: async (data, signature) => signWith(await unlock(), data, signature),
  };
}

/** @returns undefined where the key is encrypted @throws {SkipIdentity} */
function parsed(text: string): KeyObject | undefined {
  try {
    return parsePrivateKey(text);
  } catch (error) {
    if (error instanceof PassphraseMissing) return undefined;
    throw skipped(error);
  }
}

/** Decrypts by the passphrase that was given, and after it by the client's. */
async function unlocked(
  path: string,
  text: string,
  { passphrase, prompts, prompter, call }: Unlocking,
) {
  try {
    if (passphrase !== undefined) return await decryptKey(text, passphrase, call);
  } catch (error) {
    if (!(error instanceof WrongPassphrase) || !prompter.canAsk) throw skipped(error);
  }
  if (!prompter.canAsk) throw new SkipIdentity("it is encrypted, and no passphrase was given");
  for (let asked = 0; asked < prompts; asked++) {
    const prompt = `Enter passphrase for key '${path}': `;
    const answer = await prompter.secret("passphrase", prompt, { path });
    if (answer === undefined) throw new SkipIdentity("the client gave no passphrase");
    try {
      return await decryptKey(text, answer, call);
    } catch (error) {
      if (!(error instanceof WrongPassphrase)) throw skipped(error);
    }
  }
  throw new SkipIdentity("the passphrase is wrong");
}

/** What isn't about the key stays what it is. */
function skipped(error: unknown): unknown {
  return error instanceof UnusableKey ? new SkipIdentity(error.message) : error;
}

/** @returns undefined where there is no such file @throws {SkipIdentity} */
async function privateText(path: string): Promise<string | undefined> {
  try {
    const { mode, uid } = await stat(path);
    const text = (await readBounded(path, maxKeyBytes)).toString("utf8");
    // OpenSSH's rule (sshkey_perm_ok): it concerns the user's own files.
    if (uid === process.getuid?.() && (mode & 0o077) !== 0 && !parsePublicKey(text)) {
      const octal = (mode & 0o777).toString(8).padStart(4, "0");
      throw new SkipIdentity(`permissions ${octal} are too open: others could read it`);
    }
    return text;
  } catch (error) {
    if (error instanceof SkipIdentity) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "EFBIG") throw new SkipIdentity("it is no private key");
    throw new SkipIdentity(`it can't be read: ${code}`);
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
