import type { Call } from "../../support/call.ts";
import { hasCode, notSupported, remoteFileError } from "../support/remote-error.ts";
import type {
  Changed,
  FileStat,
  FileSystemSpace,
  OpenMode,
  RemoteFile,
  RemoteFiles,
  TakeBytes,
  TakeEntries,
  WriteOptions,
} from "../support/remote-files.ts";
import { hashScript, hashUnit, hashesIn } from "../support/remote-hashes.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { joined } from "../support/joined.ts";
import { listDirectory } from "./list-directory.ts";
import { listed } from "./listing.ts";
import { pathWord, script, word } from "./quote.ts";
import { failure } from "./failure.ts";
import type { Answer, ShellChannel } from "./shell-channel.ts";
import { ShellFile } from "./shell-file.ts";
import { readRange, writeAt } from "./data.ts";

const fail = (code: string) => `{ echo @${code} >&2; exit 1; }`;

const octal = (mode: number) => mode.toString(8).padStart(4, "0");
/** As many symbolic links are gone through for one path, as by Linux. */
const mostLinks = 40;

/** A mode as the umask lets it be. */
const masked = (mode: number) => `$(printf %o $((${octal(mode)} & ~0$(umask))))`;

/** A server's files by a POSIX shell, with what busybox has on a router. */
export class ShellFiles implements RemoteFiles {
  readonly via = "shell";
  readonly listsLinks = true;
  readonly channel: ShellChannel;

  constructor(channel: ShellChannel) {
    this.channel = channel;
  }

  async info(call: Call) {
    const home = await this.text(Buffer.from("."), script`pwd -P && printf .`, call);
    return { extensions: [], home: withoutEnd(home) };
  }

  stat(path: Buffer, call: Call): Promise<FileStat> {
    return this.#listed(path, "-L", call);
  }

  lstat(path: Buffer, call: Call): Promise<FileStat> {
    return this.#listed(path, "", call);
  }

  readdir(path: Buffer, take: TakeEntries, call: Call): Promise<void> {
    return this.list(path, take, call);
  }

  async list(path: Buffer, take: TakeEntries, call: Call): Promise<void> {
    await listDirectory(this, path, take, call);
  }

  /** One command at a time, and each may take a while. */
  async handles(): Promise<number> {
    return 8;
  }

  discard(path: Buffer): void {
    this.channel.tell(script`rm -f ${pathWord(path)}`);
  }

  async hashes(path: Buffer, size: number, blockSize: number, call: Call): Promise<string[]> {
    const [units, each] = [size / hashUnit, blockSize / hashUnit];
    const asked = script`set -- ${pathWord(path)} ${units} ${each}; ${hashScript}`;
    const { output } = await this.ask(asked, call);
    return hashesIn(output.toString("latin1"));
  }

  async open(
    path: Buffer,
    mode: OpenMode,
    permissions: number | undefined,
    call: Call,
  ): Promise<RemoteFile> {
    const name = pathWord(path);
    const kept = permissions === undefined ? "" : `|| new=1`;
    const after =
      permissions === undefined ? "" : `; [ -z "$new" ] || chmod ${masked(permissions)} `;
    const settle = permissions === undefined ? script`` : script`${after}${name}`;
    const exists = script`[ -e ${name} ] ${kept}; `;
    const folder = script`[ -d ${name} ] && ${fail("EISDIR")}; `;
    if (mode === "r" || mode === "r+") {
      const flags = mode === "r" ? "<" : "<>";
      const missing = script`[ -e ${name} ] || ${fail("ENOENT")}; `;
      await this.do(
        path,
        script`${missing}${mode === "r" ? "" : folder}true ${flags}${name}`,
        call,
      );
    } else {
      const exclusive = mode.includes("x")
        ? script`[ -L ${name} ] || [ -e ${name} ] && ${fail("EEXIST")}; set -C; `
        : folder;
      const flags = mode.startsWith("a") ? ">>" : ">";
      await this.do(path, script`${exists}${exclusive}true ${flags}${name}${settle}`, call);
    }
    return new ShellFile(this, path, mode.startsWith("a"));
  }

  async readFile(
    path: Buffer,
    range: { offset: number; length: number },
    take: TakeBytes,
    call: Call,
  ): Promise<void> {
    await readRange(this, path, range, take, call);
  }

  async writeFile(
    path: Buffer,
    data: Uint8Array,
    options: WriteOptions,
    call: Call,
  ): Promise<void> {
    const { flag, offset, mode } = options;
    if (flag === "w")
      return this.#replace(path, mode, (to) => writeAt(this, to, 0, data, call), call);
    const file = await this.open(path, flag, mode, call);
    try {
      await file.write(offset, data, call);
    } finally {
      file.abandon();
    }
  }

  async mkdir(path: Buffer, mode: number | undefined, call: Call): Promise<void> {
    const name = pathWord(path);
    const settle = mode === undefined ? "" : script` && chmod ${masked(mode)} ${name}`;
    await this.do(path, script`mkdir ${name}${settle}`, call);
  }

  async rmdir(path: Buffer, call: Call): Promise<void> {
    const name = pathWord(path);
    await this.do(path, script`[ -L ${name} ] && ${fail("ENOTDIR")}; rmdir ${name}`, call);
  }

  async unlink(path: Buffer, call: Call): Promise<void> {
    const name = pathWord(path);
    await this.do(
      path,
      script`[ -d ${name} ] && ! [ -L ${name} ] && ${fail("EISDIR")}; rm ${name}`,
      call,
    );
  }

  async rename(from: Buffer, to: Buffer, overwrite: boolean, call: Call): Promise<void> {
    const [old, name] = [pathWord(from), pathWord(to)];
    const there = script`{ [ -e ${old} ] || [ -L ${old} ]; } || ${fail("ENOENT")}; `;
    const keep = script`{ [ -e ${name} ] || [ -L ${name} ]; } && ${fail("EEXIST")}; true; `;
    // If `to` is a directory, mv would move the file into it.
    const folder = script`if [ -d ${name} ]; then
      if [ -L ${name} ]; then rm -f ${name};
      elif [ -d ${old} ] && ! [ -L ${old} ]; then rmdir ${name} 2>/dev/null || ${fail("ENOTEMPTY")};
      else ${fail("EISDIR")}; fi
    elif [ -d ${old} ] && ! [ -L ${old} ] && [ -e ${name} ]; then ${fail("ENOTDIR")}; fi; `;
    await this.do(from, there, call);
    await this.do(to, script`${overwrite ? folder : keep}mv -f ${old} ${name}`, call);
  }

  async copyFile(from: Buffer, to: Buffer, call: Call): Promise<void> {
    const source = await this.stat(from, call);
    if (source.type === "directory") throw remoteFileError(from, "EISDIR");
    const copy = (temporary: Buffer) =>
      this.do(from, script`cat ${pathWord(from)} >${pathWord(temporary)}`, call);
    await this.#replace(to, source.mode ?? 0o666, copy, call);
  }

  async link(from: Buffer, to: Buffer, call: Call): Promise<void> {
    const name = pathWord(to);
    const keep = script`{ [ -e ${name} ] || [ -L ${name} ]; } && ${fail("EEXIST")}; true; `;
    await this.do(to, keep, call);
    await this.do(from, script`ln ${pathWord(from)} ${name}`, call);
  }

  async symlink(target: Buffer, path: Buffer, call: Call): Promise<void> {
    const name = pathWord(path);
    const keep = script`{ [ -e ${name} ] || [ -L ${name} ]; } && ${fail("EEXIST")}; true; `;
    await this.do(path, script`${keep}ln -s -- ${word(target)} ${name}`, call);
  }

  async readlink(path: Buffer, call: Call): Promise<Buffer> {
    const name = pathWord(path);
    const checked = script`[ -L ${name} ] || { [ -e ${name} ] && ${fail("EINVAL")}; ${fail("ENOENT")}; }; `;
    return withoutEnd(await this.text(path, script`${checked}readlink ${name} && printf .`, call));
  }

  async realpath(path: Buffer, call: Call): Promise<Buffer> {
    const name = expanded(path);
    const there = script`[ -e ${name} ] || ${fail("ENOENT")}; readlink -f ${name} && printf .`;
    try {
      return withoutEnd(await this.text(path, there, call));
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      return this.#realpathOfMissing(path, call);
    }
  }

  /** realpath of a missing file: older busybox's `readlink -f` resolves a link's target relative to its own cwd. */
  async #realpathOfMissing(path: Buffer, call: Call, links = 0): Promise<Buffer> {
    const [folder, name] = [expanded(folderOf(path)), path.subarray(path.lastIndexOf(0x2f) + 1)];
    const real = await this.text(path, script`cd ${folder} && pwd -P && printf .`, call);
    const whole = joined(withoutEnd(real), name);
    const link = await this.readlink(whole, call).catch((error: unknown) => {
      if (hasCode(error, "ENOENT", "EINVAL")) return undefined;
      throw error;
    });
    if (!link) return whole;
    if (links === mostLinks) throw remoteFileError(path, "ELOOP");
    const target = link[0] === 0x2f ? link : joined(withoutEnd(real), link);
    return this.#realpathOfMissing(target, call, links + 1);
  }

  async chmod(path: Buffer, mode: number, { followLinks }: Changed, call: Call): Promise<void> {
    if (!followLinks) throw notSupported("a shell can't change the mode of a link itself");
    await this.do(path, script`chmod ${octal(mode)} ${pathWord(path)}`, call);
  }

  async chown(path: Buffer, uid: number, gid: number, { followLinks }: Changed, call: Call) {
    const option = followLinks ? "" : "-h ";
    await this.do(path, script`chown ${option}${uid}:${gid} ${pathWord(path)}`, call);
  }

  async utimes(path: Buffer, atime: number, mtime: number, { followLinks }: Changed, call: Call) {
    const name = pathWord(path);
    const [option, exists] = followLinks ? ["", "-e"] : ["-h ", "-L"];
    const there = script`[ ${exists} ${name} ] || [ -e ${name} ] || ${fail("ENOENT")}; `;
    const modified = script`touch ${option}-c -d @${Math.floor(mtime)} ${name}`;
    // Older busybox can't set one of the two times: then both get the same.
    const accessed = script`{ touch ${option}-c -a -d @${Math.floor(atime)} ${name} 2>/dev/null || :; }`;
    await this.do(path, script`${there}${modified} && ${accessed}`, call);
  }

  async truncate(path: Buffer, size: number, call: Call): Promise<void> {
    const name = pathWord(path);
    const there = script`[ -e ${name} ] || ${fail("ENOENT")}; [ -d ${name} ] && ${fail("EISDIR")}; `;
    const cut = script`dd if=/dev/null of=${name} bs=1 seek=${size} count=0`;
    await this.do(path, script`${there}${cut}`, call);
  }

  async statfs(path: Buffer, call: Call): Promise<FileSystemSpace> {
    const name = pathWord(path);
    const said = await this.text(
      path,
      script`df -kP ${name} && { df -iP ${name} 2>/dev/null || :; }`,
      call,
    );
    const rows = Array.from(said.toString("latin1").matchAll(/ (\d+) +(\d+) +(\d+) +(?:\d+%|-) /g));
    const [space, inodes] = rows.map((row) => row.slice(1).map(Number));
    if (!space) throw notSupported("the server's df says nothing that can be read");
    const [blocks = 0, used = 0, available = 0] = space;
    return {
      blockSize: 1024,
      blocks,
      free: blocks - used,
      available,
      files: inodes?.[0] ?? 0,
      freeFiles: inodes?.[2] ?? 0,
    };
  }

  /** Runs a script that is about one path, which its error names. */
  async do(path: Buffer, what: Buffer, call: Call, input?: Buffer): Promise<void> {
    const answer = await this.channel.run(what, call, input ? { input } : {});
    if (answer.code !== 0) throw failure(path, answer);
  }

  /** As {@link do}, but gives the script's output. */
  async text(path: Buffer, what: Buffer, call: Call): Promise<Buffer> {
    const { output, answer } = await this.ask(what, call);
    if (answer.code !== 0) throw failure(path, answer);
    return output;
  }

  async ask(what: Buffer, call: Call): Promise<{ output: Buffer; answer: Answer }> {
    const chunks: Uint8Array[] = [];
    const take = (bytes: Uint8Array) => {
      chunks.push(bytes);
      return undefined;
    };
    const answer = await this.channel.run(what, call, { take });
    return { output: Buffer.concat(chunks), answer };
  }

  async #listed(path: Buffer, option: string, call: Call): Promise<FileStat> {
    const name = pathWord(path);
    const ask = async (time: string) => {
      const asked = script`ls -ldn ${option} ${time} --full-time ${name}`;
      const found = listed(await this.text(path, asked, call));
      if (found) return found.stat;
      throw notSupported("the server's ls doesn't know --full-time");
    };
    const [modified, accessed] = await Promise.all([ask(""), ask("-u")]);
    return { ...modified, atime: accessed.mtime };
  }

  /** As the SFTP way has it: written to a temporary name, with the permissions of what is there. */
  async #replace(
    path: Buffer,
    mode: number | undefined,
    fill: (to: Buffer) => Promise<void>,
    call: Call,
  ): Promise<void> {
    const old = await this.lstat(path, call).catch((error: unknown) => {
      if (hasCode(error, "ENOENT")) return undefined;
      throw error;
    });
    if (old?.type === "directory") throw remoteFileError(path, "EISDIR");
    if (old?.type === "symlink") {
      const target = await this.realpath(path, call);
      if (target.equals(path)) throw remoteFileError(path, "ELOOP");
      return this.#replace(target, mode, fill, call);
    }
    if (old && old.type !== "file") return fill(path);
    const temporary = temporaryBeside(path);
    const name = pathWord(temporary);
    try {
      await this.do(path, script`umask 077; set -C; true >${name}`, call);
      await fill(temporary);
      const owned = old ? script`chown ${old.uid ?? 0}:${old.gid ?? 0} ${name} 2>/dev/null; ` : "";
      const permissions = old ? octal((old.mode ?? 0o600) & 0o777) : masked(mode ?? 0o666);
      await this.do(
        path,
        script`${owned}chmod ${permissions} ${name} && mv -f ${name} ${pathWord(path)}`,
        call,
      );
    } catch (error) {
      this.discard(temporary);
      throw error;
    }
  }
}

/** The directory that a path is in. */
function folderOf(path: Buffer): Buffer {
  const end = path.lastIndexOf(0x2f);
  if (end === -1) return Buffer.from(".");
  return path.subarray(0, Math.max(end, 1));
}

/** Behind what a command printed stand its newline and a dot, as a name may end with newlines. */
function withoutEnd(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - 2);
}

/** `~` and `~NAME` at the beginning as the shell knows them. */
function expanded(path: Buffer): Buffer {
  const match = /^~([A-Za-z0-9_.-]*)(?=\/|$)/.exec(path.toString("latin1"));
  if (!match) return pathWord(path);
  const rest = path.subarray(match[0].length);
  const home = script`~${match[1] ?? ""}`;
  // The slash isn't quoted: as part of the quoted word it would belong to the user's name.
  return rest.length === 0 ? home : script`${home}/${word(rest.subarray(1))}`;
}
