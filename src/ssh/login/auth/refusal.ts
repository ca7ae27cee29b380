import type { Account } from "../prompts/prompter.ts";
import type { Skipped } from "./identity.ts";

/** What came of a login that was refused. */
export interface Refusal {
  /** What ended it, unless simply everything was refused. */
  readonly cause: string | undefined;
  /** The methods that the server still offers, where it has said so. */
  readonly offered: readonly string[] | undefined;
  /** The methods that succeeded, before the server wanted more. */
  readonly succeeded: readonly string[];
  /** What the server has refused, in order. */
  readonly refusals: readonly string[];
  readonly skipped: readonly Skipped[];
  /** For methods that weren't tried, why not. */
  readonly lacking: readonly string[];
}

/** Keys that a message names at most; `data` has all. */
const most = 4;

/** A refused login on one line, in the manner of `ssh`: what the server offers, what was tried, what wasn't and why. */
export function refusalMessage({ host, port, username }: Account, refusal: Refusal): string {
  const { cause, offered, succeeded, refusals, skipped, lacking } = refusal;
  const methods = offered && (offered.join(", ") || "nothing more");
  const facts = [
    ...(cause === undefined ? [] : [cause]),
    ...(succeeded.length === 0 ? [] : [`${succeeded.join(", ")} succeeded, and was not enough`]),
    ...(refusals.length === 0 ? [] : [`the server refused ${some(refusals).join(", ")}`]),
    ...some(skipped.map(({ path, reason }) => `left out ${path}: ${reason}`)),
    ...lacking,
  ];
  const offers = methods === undefined ? "" : ` (the server offers ${methods})`;
  return `${username}@${host} port ${port}: permission denied${offers}: ${facts.join("; ")}`;
}

function some(texts: readonly string[]): string[] {
  return texts.length <= most
    ? [...texts]
    : [...texts.slice(0, most), `${texts.length - most} more`];
}
