import { argon2d, argon2i, argon2id } from "@noble/hashes/argon2.js";
import bcrypt from "bcrypt-pbkdf";
import type { Derivations } from "./key-decryption.ts";

const argon = { argon2d, argon2i, argon2id };

/** For the process that decrypts keys only: each takes a tenth of a second and more. */
export const derivations: Derivations = {
  bcrypt(passphrase, salt, rounds, size) {
    const key = Buffer.alloc(size);
    const failed = bcrypt.pbkdf(
      passphrase,
      passphrase.length,
      salt,
      salt.length,
      key,
      size,
      rounds,
    );
    if (failed !== 0) throw new Error("bcrypt_pbkdf takes no such parameters");
    return key;
  },
  argon2(variant, passphrase, salt, { memory: m, passes: t, parallelism: p }, size) {
    // The caller has checked the memory already; the library's own default would be lower.
    return Buffer.from(argon[variant](passphrase, salt, { m, t, p, dkLen: size, maxmem: 2 ** 31 }));
  },
};
