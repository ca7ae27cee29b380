import type { Call } from "../../support/call.ts";
import { withoutGroup } from "./without-group.ts";
import type { FileStat, RemoteFile } from "./remote-files.ts";

/**
 * Gives a new remote file the owners and permissions of the one that it replaces, as far as the
 * server allows: nobody gets more than before. Asked for at once: what is written behind the call
 * comes into a file that has no more permissions than that.
 */
export async function keepPermissions(
  file: RemoteFile,
  { mode, uid, gid }: FileStat,
  call: Call,
): Promise<void> {
  if (mode === null) return;
  const whole = mode & 0o777;
  const narrow = withoutGroup(whole);
  const owned = uid !== null && gid !== null && allowed(file.chown(uid, gid, call));
  const narrowed = allowed(file.chmod(narrow, call));
  const isOwned = await owned;
  await narrowed;
  call.check();
  if (isOwned && narrow !== whole) await allowed(file.chmod(whole, call));
}

/** Whether the server allowed it. */
function allowed(change: Promise<void>): Promise<boolean> {
  return change.then(
    () => true,
    () => false,
  );
}
