import type { FileHandle } from "node:fs/promises";
import { withoutGroup } from "../support/without-group.ts";

/** Of a file that is replaced. */
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
 * @param umask what a new file's mode lacks
 */
export async function settlePermissions(
  file: FileHandle,
  old: Permissions | undefined,
  umask: number,
): Promise<void> {
  if (!old) return void (await allowed(file.chmod(0o666 & ~umask)));
  // The group alone: an ordinary user may give a file to a group of theirs, not to another owner.
  const keepsGroup = await allowed(file.chown(-1, old.gid));
  await allowed(file.chmod(keepsGroup ? old.mode & 0o777 : withoutGroup(old.mode)));
  // Last, as the mode is the owner's to change.
  await allowed(file.chown(old.uid, -1));
}

/** Whether the system has let it happen: file systems have no owners, containers no capabilities. */
function allowed(change: Promise<void>): Promise<boolean> {
  return change.then(
    () => true,
    () => false,
  );
}
