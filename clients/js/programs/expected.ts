import { inspect } from "node:util";

/** For `expect`: the end of a shell's output. */
export const END: unique symbol = Symbol("END");

/** What `expect` waits for: a text, a pattern, or {@link END}. */
export type ShellPattern = string | RegExp | typeof END;

/** What `expect` found. */
export interface ShellMatch {
  /** Which of the patterns it was, from 0. */
  readonly index: number;
  /** What was shown before it. */
  readonly before: string;
  /** What matched; empty of the end. */
  readonly text: string;
  /** The match of a RegExp with its groups, else null. */
  readonly match: RegExpExecArray | null;
}

/** @throws {TypeError} it is no pattern */
export function checkPattern(pattern: unknown): void {
  if (typeof pattern === "string" || pattern instanceof RegExp || pattern === END) return;
  throw new TypeError(`${inspect(pattern)} is no text, RegExp or END`);
}

/** The first match in a text, of several patterns that which begins first. */
export function findExpected(
  text: string,
  patterns: readonly ShellPattern[],
  isOver: boolean,
): ShellMatch | undefined {
  let first: ShellMatch | undefined;
  for (const [index, pattern] of patterns.entries()) {
    const found = find(text, pattern, isOver);
    if (!found || (first && found.at >= first.before.length)) continue;
    const { at, match } = found;
    first = { index, before: text.slice(0, at), text: found.text, match };
  }
  return first;
}

function find(
  text: string,
  pattern: ShellPattern,
  isOver: boolean,
): { at: number; text: string; match: RegExpExecArray | null } | undefined {
  if (pattern === END) return isOver ? { at: text.length, text: "", match: null } : undefined;
  if (typeof pattern === "string") {
    const at = text.indexOf(pattern);
    return at === -1 ? undefined : { at, text: pattern, match: null };
  }
  // Where the last search ended is no concern of this one.
  const match = new RegExp(pattern, pattern.flags.replaceAll(/[gy]/g, "")).exec(text);
  return match ? { at: match.index, text: match[0], match } : undefined;
}

/** The patterns as a message names them. */
export function nameOf(patterns: readonly ShellPattern[]): string {
  return patterns.map((each) => (each === END ? "the end" : inspect(each))).join(" or ");
}
