import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Daemon } from "../../fixtures/daemon.ts";

/** Where a daemon keeps the host keys that it knows. */
export function knownHostsPath(daemon: Daemon): string {
  return join(daemon.home, ".ssh", "known_hosts");
}

export function readKnownHosts(daemon: Daemon): string {
  return readFileSync(knownHostsPath(daemon), "utf8");
}

/** Makes a daemon know these lines, the last one ended by a newline. */
export function writeKnownHosts(daemon: Daemon, lines: string[]): string {
  const text = lines.map((line) => `${line}\n`).join("");
  mkdirSync(join(daemon.home, ".ssh"), { recursive: true, mode: 0o700 });
  writeFileSync(knownHostsPath(daemon), text, { mode: 0o600 });
  return text;
}
