import { opendir, readdir } from "../../../codecs/sftp/requests.ts";
import type { Response } from "../../../codecs/sftp/responses.ts";
import type { Call } from "../../support/call.ts";
import { brokenWay } from "../support/remote-error.ts";
import type { Entry, TakeEntries } from "../support/remote-files.ts";
import { fileStat } from "./file-stat.ts";
import { expectHandle, expectNames, isEof } from "./replies.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** Requests under way at once: each reply has about a hundred names. */
const mostAsked = 64;
/** Requests under way at first, as most directories are small: for names, and to hear that these are all. */
const firstAsked = 2;
/** Where there are more. */
const thenAsked = 16;
/**
 * If a reply is there before it is needed, the receiver is slower than the server: there are so many
 * requests fewer then. If a reply has to be waited for, their number is doubled.
 */
const fewer = 0.25;

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
    const asked: Asked[] = [];
    let most = firstAsked;
    for (let count = 1; ; count++) {
      // The second reply is on its way, and tells whether there is more than the first has.
      if (count !== 2) while (asked.length < most) asked.push(ask(channel, handle, call));
      const { reply, isThere } = asked.shift() as Asked;
      if (count === 2) most = thenAsked;
      else if (count > 2) {
        most = isThere() ? Math.max(firstAsked, most - fewer) : Math.min(most * 2, mostAsked);
      }
      const response = await reply;
      if (isEof(response)) return;
      const names = expectNames(response, path);
      // An empty reply would be asked for again and again.
      if (names.length === 0) {
        throw brokenWay("the server broke the SFTP protocol: names without a name", "EPROTO");
      }
      const entries: Entry[] = [];
      for (const { name, attributes } of names) {
        if (!isDots(name)) entries.push({ name, ...fileStat(attributes) });
      }
      const busy = entries.length > 0 && take(entries);
      if (busy) await call.race(Promise.resolve(busy));
    }
  } finally {
    channel.handleClosed();
    channel.closeHandle(handle);
  }
}

interface Asked {
  readonly reply: Promise<Response>;
  readonly isThere: () => boolean;
}

function ask(channel: SftpChannel, handle: Buffer, call: Call): Asked {
  let isThere = false;
  const reply = channel.request(readdir(handle), call);
  reply.then(
    () => (isThere = true),
    () => {},
  );
  return { reply, isThere: () => isThere };
}

const isDots = (name: Buffer) => name.equals(dot) || name.equals(dotDot);
const dot = Buffer.from(".");
const dotDot = Buffer.from("..");
