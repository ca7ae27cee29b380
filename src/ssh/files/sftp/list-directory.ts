import { opendir, readdir } from "../../../codecs/sftp/requests.ts";
import type { Response } from "../../../codecs/sftp/responses.ts";
import type { Call } from "../../support/call.ts";
import { brokenWay } from "../support/remote-error.ts";
import type { TakeEntries } from "../support/remote-files.ts";
import { fileStat } from "./file-stat.ts";
import { expectHandle, expectNames, isEof } from "./replies.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** Requests under way at once: each reply has about a hundred names. */
const mostAsked = 64;
/** As many at first: most directories are small. */
const firstAsked = 2;

/** Gives a directory's entries, without `.` and `..`, with many requests under way. */
export async function listDirectory(
  channel: SftpChannel,
  path: Buffer,
  take: TakeEntries,
  call: Call,
): Promise<void> {
  const handle = Buffer.from(expectHandle(await channel.request(opendir(path), call), path));
  channel.handleOpened();
  try {
    const asked: Promise<Response>[] = [];
    for (let most = firstAsked; ; most = Math.min(most * 2, mostAsked)) {
      while (asked.length < most) {
        const reply = channel.request(readdir(handle), call);
        reply.catch(() => {});
        asked.push(reply);
      }
      const response = await (asked.shift() as Promise<Response>);
      if (isEof(response)) return;
      const names = expectNames(response, path);
      // A server that gives none would be asked for ever.
      if (names.length === 0) {
        throw brokenWay("the server broke the SFTP protocol: names without a name", "EPROTO");
      }
      const entries = names.filter(({ name }) => !isDots(name));
      const busy =
        entries.length > 0 &&
        take(entries.map(({ name, attributes }) => ({ name, ...fileStat(attributes) })));
      if (busy) await call.race(Promise.resolve(busy));
    }
  } finally {
    channel.handleClosed();
    channel.closeHandle(handle);
  }
}

const isDots = (name: Buffer) => name.equals(dot) || name.equals(dotDot);
const dot = Buffer.from(".");
const dotDot = Buffer.from("..");
