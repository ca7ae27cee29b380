import * as z from "zod/mini";
import { listParam } from "./schema.ts";

/**
 * The algorithms of a connection (RFC 4253 §7.1) that the daemon has: `usual` ones are offered in
 * this order, `weak` ones only where a call, or the user's configuration, names them.
 */
export const algorithmNames = {
  kex: {
    usual: [
      // Where Node has no ML-KEM of its own, it is offered behind the curves.
      "mlkem768x25519-sha256",
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "ecdh-sha2-nistp256",
      "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp521",
      "diffie-hellman-group16-sha512",
      "diffie-hellman-group18-sha512",
      "diffie-hellman-group14-sha256",
    ],
    // With SHA-1 or a short group; or with a group that the server chooses, which isn't checked for safety.
    weak: [
      "diffie-hellman-group-exchange-sha256",
      "diffie-hellman-group-exchange-sha1",
      "diffie-hellman-group14-sha1",
      "diffie-hellman-group1-sha1",
    ],
  },
  hostKey: {
    usual: [
      // Certificates: offered only if known_hosts has an authority for the host, or fingerprints are given.
      "ssh-ed25519-cert-v01@openssh.com",
      "ecdsa-sha2-nistp256-cert-v01@openssh.com",
      "ecdsa-sha2-nistp384-cert-v01@openssh.com",
      "ecdsa-sha2-nistp521-cert-v01@openssh.com",
      "rsa-sha2-512-cert-v01@openssh.com",
      "rsa-sha2-256-cert-v01@openssh.com",
      "ssh-ed25519",
      "ecdsa-sha2-nistp256",
      "ecdsa-sha2-nistp384",
      "ecdsa-sha2-nistp521",
      "rsa-sha2-512",
      "rsa-sha2-256",
    ],
    // Signatures with SHA-1.
    weak: ["ssh-rsa"],
  },
  cipher: {
    usual: [
      "aes128-gcm@openssh.com",
      "aes256-gcm@openssh.com",
      "chacha20-poly1305@openssh.com",
      "aes128-ctr",
      "aes192-ctr",
      "aes256-ctr",
    ],
    weak: ["aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"],
  },
  mac: {
    // HMAC with SHA-1 isn't broken, and some routers have no other.
    usual: [
      "hmac-sha2-256-etm@openssh.com",
      "hmac-sha2-512-etm@openssh.com",
      "hmac-sha2-256",
      "hmac-sha2-512",
      "hmac-sha1-etm@openssh.com",
      "hmac-sha1",
    ],
    weak: ["hmac-md5"],
  },
  publicKey: {
    // Signature algorithms of the user's keys (RFC 4252 §7); certificates have names of their own.
    usual: [
      "ssh-ed25519",
      "ssh-ed25519-cert-v01@openssh.com",
      "sk-ssh-ed25519@openssh.com",
      "sk-ssh-ed25519-cert-v01@openssh.com",
      "ecdsa-sha2-nistp256",
      "ecdsa-sha2-nistp256-cert-v01@openssh.com",
      "ecdsa-sha2-nistp384",
      "ecdsa-sha2-nistp384-cert-v01@openssh.com",
      "ecdsa-sha2-nistp521",
      "ecdsa-sha2-nistp521-cert-v01@openssh.com",
      "sk-ecdsa-sha2-nistp256@openssh.com",
      "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
      "rsa-sha2-512",
      "rsa-sha2-512-cert-v01@openssh.com",
      "rsa-sha2-256",
      "rsa-sha2-256-cert-v01@openssh.com",
    ],
    // Signatures with SHA-1.
    weak: ["ssh-rsa", "ssh-rsa-cert-v01@openssh.com"],
  },
  compression: { usual: ["none"], weak: ["zlib@openssh.com", "zlib"] },
} as const;

const list = (kind: keyof typeof algorithmNames) => {
  const { usual, weak } = algorithmNames[kind];
  const names: readonly string[] = [...usual, ...weak];
  const told = `must be among ${names.join(", ")}`;
  return z.optional(
    listParam(
      z
        .array(z.string().check(z.refine((name) => names.includes(name), told)))
        .check(z.minLength(1)),
    ),
  );
};

export const algorithms = z.strictObject({
  kex: list("kex"),
  hostKey: list("hostKey"),
  cipher: list("cipher"),
  mac: list("mac"),
  compression: list("compression"),
  publicKey: list("publicKey"),
});
