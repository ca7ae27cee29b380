import { createHmac, randomBytes } from "node:crypto";
import { matchesPatterns } from "../../support/pattern.ts";
import { isWholeKey } from "../../support/public-key.ts";

/** One key line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostsEntry {
  readonly marker: "@revoked" | "@cert-authority" | undefined;
  /** The hosts field as written: patterns, or a hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  /** The key blob of RFC 4253 §6.6. */
  readonly key: Buffer;
  readonly line: number;
}

/**
 * Reads a known_hosts file's text. Lines that are no entry (blank, comments, what we don't
 * understand, a key that isn't whole) are passed over, as OpenSSH does.
 */
export function parseKnownHosts(text: string): KnownHostsEntry[] {
  return text.split("\n").flatMap((row, index) => {
    const fields = row.trim().split(/[ \t]+/);
    const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
    const [hosts, keyType, base64] = fields;
    if (!hosts || hosts.startsWith("#") || !keyType || !base64) return [];
    if (marker !== undefined && marker !== "@revoked" && marker !== "@cert-authority") return [];
    const key = Buffer.from(base64, "base64");
    // Checked first, as Buffer.from skips characters that aren't base64, and accepts a cut-off end.
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return [];
    if (!isWholeKey(keyType, key)) return [];
    return [{ marker, hosts, keyType, key, line: index + 1 }];
  });
}

/** The name under which known_hosts holds a host: `[host]:port` where the port isn't 22. */
export function knownHostsName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/**
 * Whether a hosts field that is this name stands for it and no other: some names (an alias of the
 * configuration, that of what is behind a socket) would be read as patterns, a list, two fields, a marker, a comment.
 */
export function isLiteral(name: string): boolean {
  return !/[\s*?,]|^[!#|@]/.test(name);
}

/** Whether an entry speaks of `name`: by patterns with `*`, `?` and `!`, or by its hash. */
export function matchesHost(entry: KnownHostsEntry, name: string): boolean {
  if (entry.hosts.startsWith("|")) return matchesHash(entry.hosts, name);
  return matchesPatterns(entry.hosts.toLowerCase().split(","), name);
}

/** A name as ssh-keygen -H hides it (ssh_config(5), HashKnownHosts). */
export function hashedName(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}

// `|1|base64 of the salt|base64 of HMAC-SHA1(salt, name)`, as ssh-keygen -H writes it.
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split("|");
  if (version !== "1" || !salt || !hash) return false;
  const digest = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return digest.equals(Buffer.from(hash, "base64"));
}
