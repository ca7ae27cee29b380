import type { Entry } from "../support/remote-files.ts";
import { Breath } from "../support/breath.ts";
import { startOfTemporary, temporaryStart } from "../support/temporary-name.ts";

/** Names as they are compared, byte by byte: latin1. */
export function keyOf(name: Buffer): string {
  return name.toString("latin1");
}

/** Whether it is a valid name in a directory; any other (`..`, `a/b`) would lead out of it. */
export function isName(name: Buffer): boolean {
  const text = keyOf(name);
  return text !== "" && text !== "." && text !== ".." && !/[/\0]/.test(text);
}

/**
 * What a destination has and its source hasn't, but for what is left of an earlier attempt: that goes
 * with its file.
 *
 * @param names the source's, as {@link keyOf} gives them
 */
export async function extrasOf(
  existing: readonly Entry[],
  names: ReadonlySet<string>,
): Promise<Entry[]> {
  const breath = new Breath();
  const extras: { entry: Entry; start: string | undefined }[] = [];
  for (const entry of existing) {
    if (!names.has(keyOf(entry.name))) extras.push({ entry, start: startOfTemporary(entry.name) });
    await breath.step();
  }
  if (extras.every(({ start }) => start === undefined)) return extras.map(({ entry }) => entry);
  // A set, so that the time isn't quadratic: a server may make both lists very long.
  const starts = new Set<string>();
  for (const name of names) {
    starts.add(temporaryStart(Buffer.from(name, "latin1")));
    await breath.step();
  }
  const isLeft = (start: string | undefined) => start !== undefined && starts.has(start);
  return extras.filter(({ start }) => !isLeft(start)).map(({ entry }) => entry);
}

/** What is left of earlier attempts in a directory, by what {@link temporaryStart} gives for the file. */
export type Temporaries = ReadonlyMap<string, readonly Entry[]>;

export async function temporariesOf(existing: readonly Entry[]): Promise<Temporaries> {
  const breath = new Breath();
  const found = new Map<string, Entry[]>();
  for (const entry of existing) {
    const start = entry.type === "file" ? startOfTemporary(entry.name) : undefined;
    if (start !== undefined) {
      const alike = found.get(start);
      if (alike) alike.push(entry);
      else found.set(start, [entry]);
    }
    await breath.step();
  }
  return found;
}
