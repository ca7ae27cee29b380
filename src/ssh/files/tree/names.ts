import type { Entry } from "../support/remote-files.ts";
import { isTemporary, isTemporaryOf } from "../support/temporary-name.ts";

/** Names as they are compared, byte by byte: latin1. */
export function keyOf(name: Buffer): string {
  return name.toString("latin1");
}

/** Whether it can be a name in a directory: what isn't would lead out of it. */
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
export function extrasOf(existing: readonly Entry[], names: ReadonlySet<string>): Entry[] {
  const isLeft = (name: Buffer) =>
    isTemporary(name) && [...names].some((of) => isTemporaryOf(name, Buffer.from(of, "latin1")));
  return existing.filter(({ name }) => !names.has(keyOf(name)) && !isLeft(name));
}
