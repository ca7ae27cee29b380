import { open } from "node:fs/promises";
import { Failure } from "../../../protocol/errors.ts";
import { homePath } from "../../support/home-path.ts";
import { readBounded } from "../../support/read-bounded.ts";
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

  /** Each kind, if it isn't OpenSSH's. */
  constructor(user: readonly string[] = userFiles, global: readonly string[] = globalFiles) {
    this.#user = user.map(homePath);
    this.#global = global;
  }

  /** Where new hosts are recorded; undefined where there is no such file. */
  get recordFile(): string | undefined {
    return this.#user[0];
  }

  /** All entries, in OpenSSH's order. @throws {Failure} HostKeyRejected where a file can't be read */
  async entries(): Promise<LocatedEntry[]> {
    const files = [...this.#user, ...this.#global];
    const texts = await Promise.all(files.map((file) => textOf(file)));
    return files.flatMap((file, index) =>
      parseKnownHosts(texts[index] as string).map((entry) => ({ ...entry, file })),
    );
  }
}

/**
 * Appends a line with a single write, which the system keeps in one piece beside those of others; no
 * byte of the file is changed.
 *
 * @throws {Error} of the system
 */
export async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, "a+", 0o600);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const newline = size > 0 && last.toString() !== "\n" ? "\n" : "";
    await handle.write(`${newline}${line}\n`);
  } finally {
    await handle.close();
  }
}

/** A file that isn't there is an empty one; one that can't be read must not pass for that. */
async function textOf(file: string): Promise<string> {
  try {
    return (await readBounded(file, maxFileBytes)).toString("utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw new Failure("HostKeyRejected", `${file} can't be read: ${code}`, {
      reason: "unreadable",
      errno: code,
    });
  }
}
