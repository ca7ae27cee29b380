import { appendFile, mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { Failure } from "../protocol/errors.ts";
import {
  fingerprint,
  keyTypeOf,
  knownHostsName,
  matchesHost,
  parseKnownHosts,
} from "./known-hosts.ts";
import type { KnownHostsEntry } from "./known-hosts.ts";

/** A host key that was accepted, and what known_hosts has to do with it. */
export interface AcceptedHostKey {
  readonly type: string;
  readonly fingerprint: string;
  /** Known before, recorded now, or accepted though known_hosts could not be written. */
  readonly status: "known" | "recorded" | "unrecorded";
}

/** Decides whether a server's host key is trusted. */
export interface HostKeyPolicy {
  /** The key types known for the host, which are asked of the server first. */
  knownKeyTypes(): Promise<string[]>;
  /** @throws {Failure} HostKeyRejected */
  verify(key: Buffer): Promise<AcceptedHostKey>;
}

/** One append at a time, so that two connects to a new host don't both record it. */
let recording: Promise<unknown> = Promise.resolve();

/**
 * OpenSSH's `StrictHostKeyChecking accept-new` (ssh_config(5)) against the user's known_hosts: a
 * host that isn't known is recorded, a key that differs from the known ones is refused.
 */
export function acceptNew(
  host: string,
  port: number,
  file = path.join(homedir(), ".ssh", "known_hosts"),
): HostKeyPolicy {
  const name = knownHostsName(host, port);

  async function entriesOfHost(): Promise<KnownHostsEntry[]> {
    const entries = parseKnownHosts(await textOf(file));
    return entries.filter((entry) => matchesHost(entry, name));
  }

  /** @returns undefined where the host isn't known */
  async function known(key: Buffer): Promise<AcceptedHostKey | undefined> {
    const entries = await entriesOfHost();
    const offered = { keyType: keyTypeOf(key), fingerprint: fingerprint(key) };
    const reject = (reason: string, message: string, expected: KnownHostsEntry[]) =>
      new Failure("HostKeyRejected", message, {
        reason,
        ...offered,
        expected: expected.map((entry) => ({
          fingerprint: fingerprint(entry.key),
          keyType: entry.keyType,
          file,
          line: entry.line,
        })),
      });

    const revoked = entries.filter((e) => e.marker === "@revoked" && e.key.equals(key));
    if (revoked.length > 0) throw reject("revoked", `the host key of ${name} is revoked`, revoked);
    const keys = entries.filter((e) => e.marker === undefined);
    if (keys.some((e) => e.key.equals(key))) {
      return { type: offered.keyType, fingerprint: offered.fingerprint, status: "known" };
    }
    if (keys.length > 0) throw reject("changed", `the host key of ${name} has changed`, keys);
    const authorities = entries.filter((e) => e.marker === "@cert-authority");
    if (authorities.length > 0) {
      throw reject(
        "certAuthority",
        `known_hosts wants a certificate for ${name}, and host certificates are not supported`,
        authorities,
      );
    }
    return undefined;
  }

  async function record(key: Buffer): Promise<AcceptedHostKey> {
    // Again under the lock: another connect may have recorded the host meanwhile.
    const already = await known(key);
    if (already) return already;
    const accepted = { type: keyTypeOf(key), fingerprint: fingerprint(key) };
    try {
      const text = await textOf(file);
      const newline = text === "" || text.endsWith("\n") ? "" : "\n";
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const line = `${newline}${name} ${accepted.type} ${key.toString("base64")}\n`;
      await appendFile(file, line, { mode: 0o600 });
      return { ...accepted, status: "recorded" };
    } catch {
      return { ...accepted, status: "unrecorded" };
    }
  }

  return {
    async knownKeyTypes() {
      const entries = await entriesOfHost();
      return entries.filter((e) => e.marker === undefined).map((e) => e.keyType);
    },
    async verify(key) {
      const accepted = await known(key);
      if (accepted) return accepted;
      const mine = recording.then(() => record(key));
      recording = mine.catch(() => {});
      return mine;
    },
  };
}

/** A file that isn't there is an empty one; one that can't be read must not pass for that. */
async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw new Failure("HostKeyRejected", `${file} can't be read: ${code}`, {
      reason: "unreadable",
      errno: code,
    });
  }
}
