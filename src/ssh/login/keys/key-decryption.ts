/** The slow key derivations, which only the process that decrypts keys loads. */
export interface Derivations {
  /** OpenSSH's bcrypt_pbkdf (PROTOCOL.key). */
  bcrypt(passphrase: Buffer, salt: Buffer, rounds: number, size: number): Buffer;
  /** RFC 9106; memory in KiB. */
  argon2(
    variant: "argon2d" | "argon2i" | "argon2id",
    passphrase: Buffer,
    salt: Buffer,
    cost: { memory: number; passes: number; parallelism: number },
    size: number,
  ): Buffer;
}

/** What opens an encrypted key. */
export interface Decryption {
  readonly passphrase: string;
  readonly derivations: Derivations;
}
