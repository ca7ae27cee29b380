import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { Failure } from "../../../protocol/errors.ts";
import { homePath } from "../../support/home-path.ts";
import { isNullDevice, readBounded } from "../../support/read-bounded.ts";
import { NotRegular, systemErrorText } from "../../support/system-error.ts";
import { parseKnownHosts } from "./known-hosts.ts";
import type { KnownHostsEntry } from "./known-hosts.ts";

/** OpenSSH's defaults of UserKnownHostsFile and GlobalKnownHostsFile (ssh_config(5)). */
const userFiles = ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"];
const globalFiles = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];

/** Room for a hundred thousand hosts. */
export const maxFileBytes = 64 * 1024 * 1024;

export interface LocatedEntry extends KnownHostsEntry {
  readonly file: string;
}

/** The known_hosts files that count for a login: the user's, which may be written to, and the system's. */
export class KnownHostsFiles {
  readonly #user: readonly string[];
  readonly #global: readonly string[];

  /** @param user the user's files @param global the system's; each OpenSSH's own by default */
  constructor(user: readonly string[] = userFiles, global: readonly string[] = globalFiles) {
    this.#user = user.map(homePath);
    this.#global = global;
  }

  /** Where new hosts are recorded; undefined where there is no such file, or it is `/dev/null`. */
  async recordFile(): Promise<string | undefined> {
    const [file] = this.#user;
    if (file === undefined) return undefined;
    const found = await stat(file).catch(() => undefined);
    return found && (await isNullDevice(found)) ? undefined : file;
  }

  get names(): readonly string[] {
    return [...this.#user, ...this.#global];
  }

  /** All entries, in OpenSSH's order. @throws {Failure} HostKeyRejected where a file can't be read */
  async entries(): Promise<LocatedEntry[]> {
    const files = this.names;
    const texts = await Promise.all(files.map((file) => textOf(file)));
    return files.flatMap((file, index) =>
      parseKnownHosts(texts[index] as string).map((entry) => ({ ...entry, file })),
    );
  }
}

/**
 * Appends a line with a single write, which the system keeps in one piece beside those of others; no
 * byte of the file is changed, and where the line doesn't fit, none is added.
 *
 * @throws {Error} of the system
 */
export async function appendLine(file: string, line: string): Promise<void> {
  const { O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  const handle = await open(file, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new NotRegular();
    const { size } = found;
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const newline = size > 0 && last.toString() !== "\n" ? "\n" : "";
    const bytes = Buffer.from(`${newline}${line}\n`);
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten === bytes.length) return;
    await takeBack(handle, bytes.subarray(0, bytesWritten));
    // A short write means a full disk: the system would say so at the next write, which isn't made.
    throw Object.assign(new Error("the file can't grow"), { code: "ENOSPC" });
  } finally {
    await handle.close();
  }
}

/** Removes what was written last, if it is still the end of the file: another may have written since. */
async function takeBack(handle: FileHandle, written: Buffer): Promise<void> {
  const { size } = await handle.stat();
  const start = size - written.length;
  const end = Buffer.alloc(written.length);
  if (start < 0 || written.length === 0) return;
  await handle.read(end, 0, end.length, start);
  if (end.equals(written)) await handle.truncate(start);
}

/** A file that isn't there is an empty one; one that can't be read must not pass for that. */
async function textOf(file: string): Promise<string> {
  try {
    return (await readBounded(file, maxFileBytes)).bytes.toString("utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    const message = `${file} can't be read, and may hold the server's key: ${systemErrorText(error)}; knownHosts names other files, hostKeyFingerprints does without`;
    throw new Failure("HostKeyRejected", message, { reason: "unreadable", errno: code });
  }
}
