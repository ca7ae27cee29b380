import * as requests from "../../../codecs/sftp/requests.ts";
import type { Response } from "../../../codecs/sftp/responses.ts";
import type { Call } from "../../support/call.ts";
import { fileStat } from "./file-stat.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** st_mode of a symbolic link (lstat(2)). */
const linkPermissions = 0o120777;

/**
 * Asks what a path itself is. ProFTPD's server follows a symbolic link also then, and whoever took
 * that for the directory it leads to would remove what is in there: one that isn't OpenSSH's is
 * asked for the link's text in the same breath, which only a link has.
 */
export async function lstatOf(channel: SftpChannel, path: Buffer, call: Call): Promise<Response> {
  const asked = channel.request(requests.lstat(path), call);
  if (channel.isOpenSsh) return asked;
  const target = channel.request(requests.readlink(path), call);
  target.catch(() => {});
  const found = await asked;
  if (found.type !== "attributes" || fileStat(found.attributes).type === "symlink") return found;
  const link = await target;
  const [text] = link.type === "name" ? link.names : [];
  if (!text) return found;
  const size = text.name.length;
  return { ...found, attributes: { ...found.attributes, size, permissions: linkPermissions } };
}
