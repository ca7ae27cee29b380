import * as extensions from "../../../codecs/sftp/extensions.ts";
import type { Call } from "../../support/call.ts";
import type { FileSystemSpace } from "../support/remote-files.ts";
import { decoded, expectExtended } from "./replies.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** The room of a file system, where the server has statvfs@openssh.com. */
export async function statfs(
  channel: SftpChannel,
  path: Buffer,
  call: Call,
): Promise<FileSystemSpace> {
  const response = await channel.request(extensions.statvfs(path), call);
  const found = decoded(extensions.readStatvfs, expectExtended(response, path));
  return {
    // The unit of the counts of blocks.
    blockSize: found.fragmentSize,
    blocks: found.blocks,
    free: found.freeBlocks,
    available: found.availableBlocks,
    files: found.files,
    freeFiles: found.freeFiles,
  };
}
