import { lstat, opendir, unlink } from "node:fs/promises";
import path from "node:path";
import { isTemporary } from "../support/temporary-name.ts";

/** Milliseconds (a day): the process that wrote a temporary file of this age was probably killed. */
const staleAfter = 24 * 60 * 60 * 1000;

/** Folders that were looked through already; not again, as a folder may hold very many files. */
const looked = new Set<string>();
const maxLooked = 1000;

/** Removes what transfers have left in a folder that never came to their end; nobody need wait for it. */
export async function removeStale(folder: string): Promise<void> {
  if (looked.has(folder) || looked.size === maxLooked) return;
  looked.add(folder);
  try {
    for await (const { name } of await opendir(folder)) {
      if (isTemporary(Buffer.from(name))) await removeIfStale(path.join(folder, name));
    }
  } catch {
    // Errors don't matter: it only tidies up.
  }
}

async function removeIfStale(file: string): Promise<void> {
  const found = await lstat(file);
  if (found.isFile() && Date.now() - found.mtimeMs > staleAfter) await unlink(file).catch(() => {});
}
