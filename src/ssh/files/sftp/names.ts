import {
  extensionNames,
  readUsersGroups,
  usersGroupsById,
} from "../../../codecs/sftp/extensions.ts";
import type { Call } from "../../support/call.ts";
import type { FileStat } from "../support/remote-files.ts";
import { decoded } from "./replies.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** Names that are remembered at most, of users and groups. */
const mostKept = 10_000;
/** Ids asked for in one request. */
const mostAtOnce = 1000;

/** A file that gets the names of its owner and group. */
interface Owned {
  readonly uid: number | null;
  readonly gid: number | null;
  owner?: string;
  group?: string;
}

/** Names of users and groups, each asked for once a channel. */
export class Names {
  readonly #users = new Map<number, string>();
  readonly #groups = new Map<number, string>();

  /** Adds the names to files; if the server lacks the extension, or the name, they are left out. */
  async add<T extends FileStat>(files: T[], channel: SftpChannel, call: Call): Promise<T[]> {
    const { extensions } = await call.race(channel.ready);
    if (!extensions.has(extensionNames.usersGroupsById)) return files;
    await this.#learn(files, channel, call);
    for (const file of files as Owned[]) {
      const owner = this.#users.get(file.uid ?? -1);
      const group = this.#groups.get(file.gid ?? -1);
      if (owner) file.owner = owner;
      if (group) file.group = group;
    }
    return files;
  }

  async #learn(files: readonly Owned[], channel: SftpChannel, call: Call): Promise<void> {
    for (const names of [this.#users, this.#groups]) if (names.size > mostKept) names.clear();
    const uids = unknownOf(
      files.map(({ uid }) => uid),
      this.#users,
    );
    const gids = unknownOf(
      files.map(({ gid }) => gid),
      this.#groups,
    );
    for (let at = 0; at < Math.max(uids.length, gids.length); at += mostAtOnce) {
      const users = uids.slice(at, at + mostAtOnce);
      const groups = gids.slice(at, at + mostAtOnce);
      const response = await channel.request(usersGroupsById(users, groups), call);
      if (response.type !== "extended") return;
      const names = decoded(readUsersGroups, response.data);
      users.forEach((id, n) => this.#users.set(id, String(names.users[n] ?? "")));
      groups.forEach((id, n) => this.#groups.set(id, String(names.groups[n] ?? "")));
    }
  }
}

function unknownOf(ids: readonly (number | null)[], known: ReadonlyMap<number, string>): number[] {
  const unknown = ids.filter((id): id is number => id !== null && !known.has(id));
  return [...new Set(unknown)];
}
