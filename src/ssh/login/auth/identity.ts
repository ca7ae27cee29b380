import type { KeyObject } from "node:crypto";
import type { PublicKey } from "../../support/public-key.ts";

/** Why a key was left out; told to the client where the login fails. */
export interface Skipped {
  /** The key's file, `privateKey` for the param, `agent` for the agent or a key of its. */
  readonly path: string;
  readonly reason: string;
}

/** A key can't be used; the login goes on with the next one. */
export class SkipIdentity extends Error {
  override name = "SkipIdentity";
}

/**
 * What a signature costs: `free`, almost nothing; `costly`, time, or perhaps a person's consent, which
 * an agent may ask for; `attended`, a person for certain, for a passphrase or a security key's touch.
 */
export type Signing = "free" | "costly" | "attended";

/** A key, or a certificate with its key, that a login may be made with. */
export interface Identity {
  /** As {@link Skipped} has it. */
  readonly path: string;
  /** The public half, where that is known without a passphrase. */
  readonly known: PublicKey | undefined;
  /**
   * The public half. Asks for the passphrase where only that gives it.
   *
   * @throws {SkipIdentity} or the call's end
   */
  publicKey(): Promise<PublicKey>;
  readonly signing: Signing;
  /** @returns the signature blob @throws {SkipIdentity} or the call's end */
  sign(data: Buffer, signature: string): Promise<Buffer>;
}

/** Gives a private key, decrypted: once, however often it is called. */
export type Unlock = () => Promise<KeyObject>;
