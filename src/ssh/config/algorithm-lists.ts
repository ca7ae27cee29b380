import { algorithmNames } from "../../protocol/algorithms.ts";
import type { AlgorithmChoice } from "../ssh2/algorithms.ts";
import { caSignatureAlgorithms } from "../support/certificates.ts";
import { matchesPattern } from "../support/pattern.ts";
import { unusable } from "./config-query.ts";

/** The settings of ssh_config(5) that name algorithms, in lower case. */
const settingOf = {
  kex: "kexalgorithms",
  hostKey: "hostkeyalgorithms",
  cipher: "ciphers",
  mac: "macs",
  publicKey: "pubkeyacceptedalgorithms",
} as const;

/** A configured list, and OpenSSH's default if that is known. */
interface Configured {
  readonly value: string;
  readonly usual: string | undefined;
}

/**
 * The algorithms that a configuration names, as far as we have them. A weak one counts where the
 * user named it, and not where it is merely among OpenSSH's own.
 *
 * @param configured undefined where a setting is OpenSSH's default
 * @throws {Failure} InvalidParams where none is left
 */
export function algorithmsOf(
  configured: (setting: string) => Configured | undefined,
): AlgorithmChoice {
  const choices = Object.entries(settingOf).flatMap(([kind, setting]) => {
    const list = configured(setting);
    return list ? [[kind, chosen(kind as keyof typeof settingOf, setting, list)]] : [];
  });
  return Object.fromEntries(choices) as AlgorithmChoice;
}

function chosen(kind: keyof typeof settingOf, setting: string, list: Configured): string[] {
  const usual: readonly string[] = algorithmNames[kind].usual;
  const weak: readonly string[] = algorithmNames[kind].weak;
  const theirs = list.usual?.split(",") ?? [];
  // If `+` has only appended to OpenSSH's list, our own order comes first, unchanged.
  const front = `${list.usual},`;
  const added = list.value.startsWith(front);
  const value = added ? `+${list.value.slice(front.length)}` : list.value;
  const has = (name: string) =>
    usual.includes(name) || (weak.includes(name) && !theirs.includes(name));
  const names = expanded(value, usual).filter(has);
  if (names.length === 0)
    throw unusable(`has ${setting} of which none is supported here: ${list.value}`);
  return names;
}

/** CASignatureAlgorithms, which ssh prints with its own list in it already. */
export function signaturesOf(value: string): string[] {
  return expanded(value, caSignatureAlgorithms);
}

/** `+` appends to the usual ones, `-` takes patterns away, `^` puts in front (ssh_config(5), Ciphers). */
function expanded(value: string, usual: readonly string[]): string[] {
  const names = value.replace(/^[+^-]/, "").split(",");
  if (value.startsWith("+")) return [...new Set([...usual, ...names])];
  if (value.startsWith("^")) return [...new Set([...names, ...usual])];
  if (!value.startsWith("-")) return names;
  return usual.filter((name) => !names.some((pattern) => matchesPattern(pattern, name)));
}
