import type { Algorithms, ServerHostKeyAlgorithm } from "ssh2";
import { ciphers } from "./ciphers.ts";

/** Each host key type of known_hosts with the signature algorithms that prove it (RFC 8332 §3.1). */
const signatureAlgorithms: Record<string, ServerHostKeyAlgorithm[]> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/**
 * What is offered in the key exchange (RFC 4253 §7.1), best first. Left out: SHA-1 signatures,
 * group exchange (ssh2 doesn't check the server's prime), CBC, and compression.
 *
 * @param knownKeyTypes come first, so that the server proves the key that is known
 */
export function algorithms(knownKeyTypes: readonly string[]): Algorithms {
  const types = new Set([...knownKeyTypes, ...Object.keys(signatureAlgorithms)]);
  return {
    kex: [
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "ecdh-sha2-nistp256",
      "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp521",
      "diffie-hellman-group16-sha512",
      "diffie-hellman-group18-sha512",
      "diffie-hellman-group14-sha256",
    ],
    serverHostKey: [...types].flatMap((type) => signatureAlgorithms[type] ?? []),
    cipher: ciphers(),
    // SHA-1 as an HMAC is unbroken, and the only one that some routers have.
    hmac: [
      "hmac-sha2-256-etm@openssh.com",
      "hmac-sha2-512-etm@openssh.com",
      "hmac-sha2-256",
      "hmac-sha2-512",
      "hmac-sha1",
    ],
    compress: ["none"],
  };
}
