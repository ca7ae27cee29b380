import type { FileHandle } from "node:fs/promises";
import { withoutGroup } from "../support/without-group.ts";

/** Owner, group and mode of the file that is replaced. */
export interface Permissions {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives a new file, which only we can read so far, the permissions of the one that it replaces, or
 * those of any new file. What the system refuses is left as it is, so that nobody gets more than
 * before. The bits that let a program run as its owner are not passed on to what came from elsewhere.
 *
 * @param umask umask(2) for a new file
 */
export async function settlePermissions(
  file: FileHandle,
  old: Permissions | undefined,
  umask: number,
): Promise<void> {
  if (!old) return void (await allowed(file.chmod(0o666 & ~umask)));
  // The group by itself: a user may give a file to one of their groups, but not to another owner.
  const keepsGroup = await allowed(file.chown(-1, old.gid));
  await allowed(file.chmod(keepsGroup ? old.mode & 0o777 : withoutGroup(old.mode)));
  // Last, as only the owner may change the mode.
  await allowed(file.chown(old.uid, -1));
}

/** Whether the system allowed it: some file systems have no owners, and containers lack capabilities. */
function allowed(change: Promise<void>): Promise<boolean> {
  return change.then(
    () => true,
    () => false,
  );
}
