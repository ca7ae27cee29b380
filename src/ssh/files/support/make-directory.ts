import type { Call } from "../../support/call.ts";
import { hasCode, remoteFileError } from "./remote-error.ts";
import type { RemoteFiles } from "./remote-files.ts";

const slash = 0x2f;

/**
 * Makes a directory and those that it lies in, all asked for at once: those that are there already
 * fail harmlessly.
 */
export async function makeDirectory(
  files: RemoteFiles,
  path: Buffer,
  mode: number | undefined,
  call: Call,
): Promise<void> {
  const made = parentsOf(path).map((parent) => files.mkdir(parent, mode, call));
  const last = files.mkdir(path, mode, call);
  const outcomes = await Promise.allSettled([...made, last]);
  call.check();
  const outcome = outcomes.at(-1) as PromiseSettledResult<void>;
  if (outcome.status === "fulfilled") return;
  // Either it exists already, or it or one of its parents couldn't be made.
  const there = await files.stat(path, call).catch(() => undefined);
  if (there?.type === "directory") return;
  if (there) throw remoteFileError(path, hasCode(outcome.reason, "EEXIST") ? "EEXIST" : "ENOTDIR");
  const first = outcomes.find(
    (each) => each.status === "rejected" && !hasCode(each.reason, "EEXIST"),
  );
  throw first?.status === "rejected" ? first.reason : outcome.reason;
}

/** The directories that a path lies in, the outermost first, but not `/`. */
export function parentsOf(path: Buffer): Buffer[] {
  const parents: Buffer[] = [];
  for (let at = path.indexOf(slash, 1); at !== -1; at = path.indexOf(slash, at + 1)) {
    if (at < path.length - 1 && path[at - 1] !== slash) parents.push(path.subarray(0, at));
  }
  return parents;
}
