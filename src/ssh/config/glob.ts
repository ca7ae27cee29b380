import { readdir } from "node:fs/promises";
import path from "node:path";
import { matchesPattern } from "../support/pattern.ts";

/** The existing paths that an absolute pattern with `*` and `?` stands for (glob(7)), in order. */
export async function expandGlob(pattern: string): Promise<string[]> {
  let found = ["/"];
  const parts = pattern.split("/").filter(Boolean);
  for (const part of parts) {
    const next = await Promise.all(found.map((folder) => entriesOf(folder, part)));
    found = next.flat();
  }
  return found.toSorted();
}

async function entriesOf(folder: string, part: string): Promise<string[]> {
  if (!/[*?]/.test(part)) return [path.join(folder, part)];
  // A folder that can't be read counts as empty, as in glob(7).
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => matchesPattern(part, name) && (part.startsWith(".") || !name.startsWith(".")))
    .map((name) => path.join(folder, name));
}
