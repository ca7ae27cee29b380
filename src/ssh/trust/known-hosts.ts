import { createHmac } from "node:crypto";
import { keyTypeOf } from "../public-key.ts";

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
 * understand) are passed over, as OpenSSH does.
 */
export function parseKnownHosts(text: string): KnownHostsEntry[] {
  return text.split("\n").flatMap((row, index) => {
    const fields = row.trim().split(/[ \t]+/);
    const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
    const [hosts, keyType, base64] = fields;
    if (!hosts || hosts.startsWith("#") || !keyType || !base64) return [];
    if (marker !== undefined && marker !== "@revoked" && marker !== "@cert-authority") return [];
    const key = Buffer.from(base64, "base64");
    if (keyTypeOf(key) !== keyType) return [];
    return [{ marker, hosts, keyType, key, line: index + 1 }];
  });
}

/** The name under which known_hosts holds a host: `[host]:port` where the port isn't 22. */
export function knownHostsName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether an entry speaks of `name`: by patterns with `*`, `?` and `!`, or by its hash. */
export function matchesHost(entry: KnownHostsEntry, name: string): boolean {
  if (entry.hosts.startsWith("|")) return matchesHash(entry.hosts, name);
  let matched = false;
  for (const pattern of entry.hosts.toLowerCase().split(",")) {
    const negated = pattern.startsWith("!");
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

// `|1|base64 of the salt|base64 of HMAC-SHA1(salt, name)`, as ssh-keygen -H writes it.
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split("|");
  if (version !== "1" || !salt || !hash) return false;
  const digest = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return digest.equals(Buffer.from(hash, "base64"));
}

// Without a regular expression: a pattern with many stars must not take exponential time.
function matchesPattern(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = n;
    } else if (pattern[p] === "?" || (p < pattern.length && pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star !== -1) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
