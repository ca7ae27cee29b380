import { Malformed, WireReader } from "../../codecs/ssh/wire.ts";
import { printable } from "../../codecs/text/printable.ts";
import { algorithmNames } from "../../protocol/algorithms.ts";
import type { OfferedAlgorithms } from "../ssh2/algorithms.ts";

/** Names of the server's list that a message and `data` hold at most. */
const longestList = 50;
const longestName = 64;

/** The lists of a KEXINIT (RFC 4253 §7.1), in their order: which kind each is of, and what `ssh` calls it. */
const lists = [
  { kind: "kex", name: "key exchange method" },
  { kind: "hostKey", name: "host key type" },
  { kind: "cipher", name: "cipher" },
  { kind: "cipher", name: "cipher" },
  { kind: "mac", name: "MAC" },
  { kind: "mac", name: "MAC" },
  { kind: "compression", name: "compression method" },
  { kind: "compression", name: "compression method" },
] as const;

/** Where the two sides have nothing in common. */
export interface Disagreement {
  readonly message: string;
  /** The kind of `algorithms`. */
  readonly algorithm: keyof typeof algorithmNames;
  /** What the server has of it. */
  readonly offer: readonly string[];
}

/**
 * What two sides can't agree upon, in the manner of `ssh`'s "Their offer".
 *
 * @param kexInit the server's KEXINIT, from its number on
 * @returns undefined where there is nothing of the kind
 */
export function disagreement(
  kexInit: Buffer,
  offered: OfferedAlgorithms,
): Disagreement | undefined {
  for (const [index, { kind, name }] of lists.entries()) {
    const theirs = nameList(kexInit, index);
    const own = offered[kind];
    if (!theirs || own.some((each) => theirs.includes(each))) continue;
    const offer = theirs
      .filter((each) => !/^(?:ext-info-|kex-strict-)/.test(each))
      .slice(0, longestList)
      .map((each) => printable(each, longestName));
    const { usual, weak } = algorithmNames[kind];
    const known = new Set<string>([...usual, ...weak]);
    const possible = offer.filter((each) => known.has(each));
    const remedy =
      possible.length > 0
        ? `algorithms.${kind} can allow ${possible.join(", ")}`
        : "none of it is supported here";
    const message = `no matching ${name} found; their offer: ${offer.join(", ") || "nothing"}; ours: ${own.join(", ")}; ${remedy}`;
    return { message, algorithm: kind, offer };
  }
  return undefined;
}

function nameList(kexInit: Buffer, index: number): string[] | undefined {
  try {
    const reader = new WireReader(kexInit);
    // The message's number, and the cookie.
    reader.bytes(1 + 16);
    for (let before = 0; before < index; before++) reader.string();
    return reader.name().split(",").filter(Boolean);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
