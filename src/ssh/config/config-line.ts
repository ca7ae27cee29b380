import type SSHConfig from "ssh-config";
import { unusable } from "./config-query.ts";

/** ssh-config's parser. */
export type Parser = typeof SSHConfig.parse;

/** One line of a configuration. */
export interface Directive {
  /** In lower case. */
  readonly keyword: string;
  readonly words: readonly string[];
  /** File and line, for errors. */
  readonly at: string;
}

/** Keywords whose value is the rest of the line, or is only reported. */
const verbatim = new Set([
  "proxycommand",
  "knownhostscommand",
  "localcommand",
  "remotecommand",
  "canonicalizepermittedcnames",
  "channeltimeout",
  "ignoreunknown",
  "ipqos",
  "localforward",
  "logverbose",
  "permitremoteopen",
  "rekeylimit",
  "remoteforward",
  "setenv",
]);

const lists = new Set([
  "host",
  "match",
  "include",
  "userknownhostsfile",
  "globalknownhostsfile",
  "sendenv",
  "canonicaldomains",
]);

/** Old names of keywords, with the present ones. */
const synonyms: Readonly<Record<string, string>> = {
  challengeresponseauthentication: "kbdinteractiveauthentication",
  skeyauthentication: "kbdinteractiveauthentication",
  tisauthentication: "kbdinteractiveauthentication",
  dsaauthentication: "pubkeyauthentication",
  identityfile2: "identityfile",
};

/**
 * The values that ssh-config reads as ssh does: not those with escapes, single quotes, or `"`, `#`
 * or `=` within a word.
 */
const word = String.raw`(?:"[^\s"\\](?:[^"\\]*[^\s"\\])?"|[^\s"'\\#=]+)`;
const comment = String.raw`(?:[ \t]+#.*)?`;
const oneWord = new RegExp(`^${word}${comment}$`);
const manyWords = new RegExp(`^${word}(?:[ \\t]+${word})*${comment}$`);

/**
 * Reads a line.
 *
 * @returns undefined where it is blank, or a comment
 * @throws {Failure} InvalidParams where it is faulty, or might mean something else to ssh
 */
export function readDirective(line: string, at: string, parse: Parser): Directive | undefined {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return undefined;
  const node = parsed(text, at, parse);
  const name = node.param.toLowerCase();
  const keyword = synonyms[name] ?? name;
  const rest = text.slice(node.param.length + node.separator.length);
  if (!/^[a-z0-9]+$/.test(keyword) || rest === "") throw unusable(`${at} is malformed`);
  if (verbatim.has(keyword)) return { keyword, words: [rest], at };
  if (!(lists.has(keyword) ? manyWords : oneWord).test(rest)) {
    throw unusable(`${at} can't be read without OpenSSH's client: ${node.param}`);
  }
  const { value } = node;
  return { keyword, words: typeof value === "string" ? [value] : value.map(({ val }) => val), at };
}

function parsed(text: string, at: string, parse: Parser) {
  try {
    const [node] = parse(text);
    if (node && "param" in node) return node;
  } catch {
    // The parser's own error says less than the file and line do.
  }
  throw unusable(`${at} can't be read without OpenSSH's client`);
}
