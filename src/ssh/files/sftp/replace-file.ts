import { openFlags } from "../../../codecs/sftp/constants.ts";
import { copyData, extensionNames } from "../../../codecs/sftp/extensions.ts";
import { lstat, remove, stat } from "../../../codecs/sftp/requests.ts";
import type { Call } from "../../support/call.ts";
import { Failure } from "../../../protocol/errors.ts";
import { remoteFileError, restated } from "../remote-error.ts";
import { temporaryBeside } from "../temporary-name.ts";
import { withoutGroup } from "../local/permissions.ts";
import { fileStat } from "./file-stat.ts";
import { expectAttributes, expectOk } from "./replies.ts";
import type { SftpFile } from "./sftp-file.ts";
import type { SftpFiles } from "./sftp-files.ts";

/** What a file is to hold: bytes, or what another one holds. */
export type Content = { readonly mode: number | undefined } & (
  { readonly data: Uint8Array } | { readonly source: SftpFile }
);

const { write, create, truncate, exclusive } = openFlags;

/**
 * Makes a file, or replaces one: what it is to hold is written to a temporary name beside it, which
 * is renamed when it is whole. Behind a symbolic link it is the file that is linked to; what is no
 * regular file (a device, a FIFO) is written to as it is.
 *
 * @param content.mode of a new file; one that is replaced keeps its own, and its owners where the
 *   server allows that
 */
export async function replaceFile(
  files: SftpFiles,
  path: Buffer,
  content: Content,
  call: Call,
): Promise<void> {
  const { channel } = files;
  const temporary = temporaryBeside(path);
  const opening = files.openWith(temporary, write | create | exclusive, content.mode, call);
  opening.catch(() => {});
  const found = await channel.request(lstat(path), call);
  const old = found.type === "attributes" ? found.attributes : undefined;
  const type = old && fileStat(old).type;
  if (type !== undefined && type !== "file") {
    // Something else than what is mostly there: the temporary file was in vain.
    await opening.then(
      (file) => discard(file, temporary),
      () => {},
    );
    return replaceOther(files, path, type, content, call);
  }
  const file = await opening.catch((error: unknown) => {
    throw aboutPath(error, temporary, path);
  });
  try {
    const owners = old && old.uid !== undefined && old.gid !== undefined;
    const settled = old && keep(file, old, owners ?? false, call);
    settled?.catch(() => {});
    const filled = fill(files, file, content, call);
    filled.catch(() => {});
    await settled;
    await filled;
    await file.close(call);
    await files.rename(temporary, path, true, call);
  } catch (error) {
    discard(file, temporary);
    throw aboutPath(error, temporary, path);
  }
}

function discard(file: SftpFile, path: Buffer): void {
  file.abandon();
  file.channel.tell(remove(path));
}

/** Gives a new file the permissions of the one that it replaces, before a byte is in it. */
async function keep(
  file: SftpFile,
  { uid, gid, permissions }: { uid?: number; gid?: number; permissions?: number },
  owners: boolean,
  call: Call,
): Promise<void> {
  if (permissions === undefined) return;
  const mode = permissions & 0o777;
  const narrow = withoutGroup(mode);
  const owned =
    owners && uid !== undefined && gid !== undefined
      ? file.set({ uid, gid }, call).then(
          () => true,
          () => false,
        )
      : Promise.resolve(false);
  const narrowed = file.chmod(narrow, call).catch(() => {});
  const isOwned = await owned;
  await narrowed;
  call.check();
  if (isOwned && narrow !== mode) await file.chmod(mode, call).catch(() => {});
}

async function fill(files: SftpFiles, file: SftpFile, content: Content, call: Call): Promise<void> {
  if ("data" in content) return file.write(0, content.data, call);
  const { source } = content;
  if (!(await files.has(extensionNames.copyData, call))) {
    let at = 0;
    return source.read(
      0,
      Infinity,
      (bytes) => {
        const start = at;
        at += bytes.length;
        return file.write(start, bytes, call);
      },
      call,
    );
  }
  const request = copyData(source.handle, 0, 0, file.handle, 0);
  expectOk(await files.channel.request(request, call), source.path);
}

async function replaceOther(
  files: SftpFiles,
  path: Buffer,
  type: string,
  content: Content,
  call: Call,
): Promise<void> {
  if (type === "directory") throw remoteFileError(path, "EISDIR");
  if (type === "symlink") {
    const target = await files.realpath(path, call);
    const behind = await files.channel.request(stat(path), call);
    const isFile = behind.type !== "attributes" || fileStat(behind.attributes).type === "file";
    // One that can't be resolved further would be asked about for ever.
    if (target.equals(path)) throw remoteFileError(path, "ELOOP");
    if (isFile) return replaceFile(files, target, content, call);
    if (fileStat(expectAttributes(behind, path)).type === "directory") {
      throw remoteFileError(path, "EISDIR");
    }
  }
  const file = await files.openWith(path, write | truncate, undefined, call);
  try {
    await fill(files, file, content, call);
    await file.close(call);
  } finally {
    file.abandon();
  }
}

/** What the server says of the temporary file is said of the one that the caller knows. */
function aboutPath(error: unknown, temporary: Buffer, path: Buffer): unknown {
  const isOfIt = error instanceof Failure && error.data["path"] === temporary.toString("utf8");
  return isOfIt ? restated(error, path) : error;
}
