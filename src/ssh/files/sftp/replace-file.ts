import { openFlags } from "../../../codecs/sftp/constants.ts";
import { copyData, extensionNames } from "../../../codecs/sftp/extensions.ts";
import { stat } from "../../../codecs/sftp/requests.ts";
import type { Call } from "../../support/call.ts";
import { remoteFileError, restatedPath } from "../support/remote-error.ts";
import { joined } from "../support/joined.ts";
import type { FileType } from "../support/remote-files.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { keepPermissions } from "../support/keep-permissions.ts";
import { fileStat } from "./file-stat.ts";
import { lstatOf } from "./lstat.ts";
import { expectAttributes, expectOk } from "./replies.ts";
import type { SftpFile } from "./sftp-file.ts";
import type { SftpFiles } from "./sftp-files.ts";

/** The new content of a file: bytes, or that of another file. */
export type Content = { readonly mode: number | undefined } & (
  { readonly data: Uint8Array } | { readonly source: SftpFile }
);

const { write, create, truncate, exclusive } = openFlags;

/** As many symbolic links are gone through for one path, as by Linux. */
const mostLinks = 40;

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
  links = 0,
): Promise<void> {
  const { channel } = files;
  const temporary = temporaryBeside(path);
  const opening = files.openWith(temporary, write | create | exclusive, content.mode, call);
  opening.catch(() => {});
  // This works also if the call ended before the file was opened, as the server keeps the requests' order.
  const discard = () => {
    opening.then((file) => file.abandon()).catch(() => {});
    files.discard(temporary);
  };
  let type: FileType | undefined;
  try {
    const found = await lstatOf(channel, path, call);
    const old = found.type === "attributes" ? fileStat(found.attributes) : undefined;
    type = old?.type;
    if (type === undefined || type === "file") {
      const file = await opening;
      const settled = old && keepPermissions(file, old, call);
      settled?.catch(() => {});
      const filled = fill(files, file, content, call);
      filled.catch(() => {});
      await settled;
      await filled;
      await file.close(call);
      return await files.rename(temporary, path, true, call);
    }
  } catch (error) {
    discard();
    throw restatedPath(error, temporary, path);
  }
  // It is a link, a device or the like: the temporary file isn't needed.
  discard();
  return replaceOther(files, path, type, content, { call, links });
}

async function fill(files: SftpFiles, file: SftpFile, content: Content, call: Call): Promise<void> {
  if ("data" in content) return file.write(0, content.data, call);
  const { source } = content;
  if (!(await files.channel.has(extensionNames.copyData, call))) {
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
  { call, links }: { call: Call; links: number },
): Promise<void> {
  const { channel } = files;
  if (type === "directory") throw remoteFileError(path, "EISDIR");
  if (type === "symlink") {
    if (links === mostLinks) throw remoteFileError(path, "ELOOP");
    const [link, behind] = await Promise.all([
      files.readlink(path, call),
      channel.request(stat(path), call),
    ]);
    const isFile = behind.type !== "attributes" || fileStat(behind.attributes).type === "file";
    // The link is resolved here, as some servers' realpath doesn't follow links.
    const folder = path.subarray(0, path.lastIndexOf(0x2f) + 1);
    const target = link[0] === 0x2f ? link : joined(folder, link);
    if (isFile) return replaceFile(files, target, content, call, links + 1);
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
