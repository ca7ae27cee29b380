import { statusCodes } from "../../../codecs/sftp/constants.ts";
import { extensionNames } from "../../../codecs/sftp/extensions.ts";
import type { Response } from "../../../codecs/sftp/responses.ts";
import type { Call } from "../../support/call.ts";
import { hasCode, restated } from "../support/remote-error.ts";
import { fileStat } from "./file-stat.ts";
import { lstatOf } from "./lstat.ts";
import { refusal } from "./replies.ts";
import type { SftpChannel } from "./sftp-channel.ts";
import { statfs } from "./statfs.ts";

/** What an operation was for, so that a failure without a reason can be explained. */
export type Intent = "create" | "file" | "directory" | "emptied";

/** Codes that may be about either of an operation's two paths. */
const ofEitherPath = ["ENOENT", "EEXIST", "EISDIR", "ENOTDIR", "ENOTEMPTY", "UNKNOWN"];

/** As {@link expectOk}, for an operation on two paths: finds out which one a failure is about. */
export async function expectOkOfTwo(
  channel: SftpChannel,
  response: Response,
  { from, to }: { from: Buffer; to: Buffer },
  call: Call,
): Promise<void> {
  if (response.type === "status" && response.code === statusCodes.ok) return;
  const error = refusal(response, from);
  if (!hasCode(error, ...ofEitherPath)) throw error;
  const [source, dest] = await Promise.all([
    lstatOf(channel, from, call),
    lstatOf(channel, to, call),
  ]);
  if (source.type !== "attributes") throw refusal(source, from);
  if (dest.type !== "attributes") throw hasCode(error, "ENOENT") ? refusal(dest, to) : error;
  const isFolder = (found: Response & { type: "attributes" }) =>
    fileStat(found.attributes).type === "directory";
  const code = whyNotReplaced(isFolder(source), isFolder(dest));
  throw restated(error, to, code);
}

/** Finds out the cause of a failure for which the server gives none (SSH_FX_FAILURE). */
export async function explained<T>(
  channel: SftpChannel,
  path: Buffer,
  intent: Intent,
  call: Call,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // ProFTPD says EACCES for a directory that is opened as a file.
    const mayBeOther = hasCode(error, "EACCES") && intent === "file" && !channel.isOpenSsh;
    if (!hasCode(error, "UNKNOWN", "ENOENT") && !mayBeOther) throw error;
    if (!channel.isOpen || (hasCode(error, "ENOENT") && intent === "create")) throw error;
    const code = await reason(channel, path, intent, call);
    if (code === undefined || (mayBeOther && code !== "EISDIR")) throw error;
    throw restated(error, path, code);
  }
}

async function reason(
  channel: SftpChannel,
  path: Buffer,
  intent: Intent,
  call: Call,
): Promise<string | undefined> {
  const found = await lstatOf(channel, path, call);
  if (found.type !== "attributes") return undefined;
  if (intent === "create") return "EEXIST";
  const { type } = fileStat(found.attributes);
  switch (intent) {
    case "directory":
      return type === "directory" || type === "symlink" ? undefined : "ENOTDIR";
    case "emptied":
      return type === "directory" ? "ENOTEMPTY" : "ENOTDIR";
    case "file":
      return type === "directory" ? "EISDIR" : isFull(channel, path, call);
  }
}

async function isFull(channel: SftpChannel, path: Buffer, call: Call): Promise<string | undefined> {
  if (!(await channel.has(extensionNames.statvfs, call))) return undefined;
  const { available } = await statfs(channel, path, call).catch(() => ({ available: 1 }));
  return available === 0 ? "ENOSPC" : undefined;
}

/** rename(2)'s and link(2)'s reasons. */
function whyNotReplaced(fromFolder: boolean, toFolder: boolean): string {
  if (fromFolder) return toFolder ? "ENOTEMPTY" : "ENOTDIR";
  return toFolder ? "EISDIR" : "EEXIST";
}
