import { lstatSync, mkdirSync } from "node:fs";
import type { Stats } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { NoClient } from "./no-client.ts";

/**
 * The folder of the user's shared daemon, which is made where there is none: `sshrpc` in
 * `$XDG_RUNTIME_DIR`, else `sshrpc-UID` in the temporary folder.
 *
 * @throws {NoClient} where another user could put a socket of his own there
 */
export function sharedFolder(): string {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  const uid = process.getuid?.() ?? 0;
  const folder =
    runtime && isAbsolute(runtime) ? join(runtime, "sshrpc") : join(tmpdir(), `sshrpc-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireOwn(folder);
  return folder;
}

/** The daemon's socket; each version has its own, as the contract may differ. */
export function socketPath(folder: string, version: string): string {
  return join(folder, `${version}.sock`);
}

/**
 * Sees to it that what is at a socket's path, if anything, is a socket of the user's alone.
 *
 * @throws {NoClient}
 */
export function requireOwnSocket(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found) requirePrivate(path, found, found.isSocket() ? undefined : "it is no socket");
}

/** Checks that the folder is no link, is the user's own, and that nobody else may read or write it. */
function requireOwn(folder: string): void {
  const found = lstatSync(folder);
  requirePrivate(folder, found, found.isDirectory() ? undefined : "it is no folder");
}

function requirePrivate(path: string, found: Stats, isOther: string | undefined): void {
  const uid = process.getuid?.() ?? 0;
  const why =
    isOther ??
    (found.uid !== uid
      ? `it belongs to user ${found.uid}`
      : (found.mode & 0o077) !== 0
        ? `others may use it (mode ${(found.mode & 0o777).toString(8)})`
        : undefined);
  if (why !== undefined) throw new NoClient(`${path} can't be trusted: ${why}`);
}
