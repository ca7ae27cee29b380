import { userInfo } from "node:os";
import path from "node:path";
import { Failure } from "../../protocol/errors.ts";
import { expandHome, home, homePath } from "../support/home-path.ts";
import { readBounded } from "../support/read-bounded.ts";
import { systemErrorText } from "../support/system-error.ts";
import { expandTokens } from "./tokens.ts";
import { readDirective } from "./config-line.ts";
import type { Directive, Parser } from "./config-line.ts";
import { hostApplies, matchApplies } from "./config-match.ts";
import type { MatchContext } from "./config-match.ts";
import { currentName, unusable } from "./config-query.ts";
import type { ConfigQuery, Settings } from "./config-query.ts";
import { expandGlob } from "./glob.ts";

/** Depth of Include, as in OpenSSH. */
const maxDepth = 16;

/** Bytes of a file: no configuration is longer, but the path could name any file. */
const maxBytes = 1024 * 1024;

/** Settings of which every occurrence counts; of others only the first (ssh_config(5)). */
const cumulative = new Set([
  "identityfile",
  "certificatefile",
  "sendenv",
  "localforward",
  "remoteforward",
  "dynamicforward",
]);

/** How a file is read, depending on who names it. */
interface Role {
  /** Whether it is the user's file, or the system's. */
  readonly user: boolean;
  /** Whether ssh checks its owner and mode. */
  readonly checked: boolean;
  readonly depth: number;
  /** Whether the Host or Match block that includes it applies. */
  readonly active: boolean;
}

/**
 * What the configuration's files say about a host, where there is no `ssh` to ask.
 *
 * @throws {Failure} InvalidParams where only `ssh` could tell, or a file is faulty
 */
export async function readConfigFiles(query: ConfigQuery): Promise<Settings> {
  // Loaded here, as most daemons never need it.
  const { default: SSHConfig } = await import("ssh-config");
  const reading = new Reading(query, (text) => SSHConfig.parse(text));
  const top = { depth: 0, active: true };
  if (query.config === true) {
    await reading.read(homePath("~/.ssh/config"), { ...top, user: true, checked: true });
    await reading.read("/etc/ssh/ssh_config", { ...top, user: false, checked: false });
  } else {
    const file = homePath(query.config);
    const found = await reading.read(file, { ...top, user: true, checked: false });
    if (!found) throw unusable(`there is no ${file}`);
  }
  return reading.settings;
}

class Reading {
  readonly settings = new Map<string, string[]>();
  readonly #host: string;
  readonly #parse: Parser;

  constructor({ host, port, username, jump }: ConfigQuery, parse: Parser) {
    if (/@|:\/\//.test(host)) throw unusable("host is an alias or a name, and nothing more");
    this.#host = host;
    this.#parse = parse;
    if (port !== undefined) this.settings.set("port", [String(port)]);
    if (username !== undefined) this.settings.set("user", [username]);
    if (jump !== undefined) this.settings.set("proxyjump", [jump]);
  }

  /** @returns whether there is such a file */
  async read(file: string, role: Role): Promise<boolean> {
    if (role.depth > maxDepth) throw unusable(`${file}: too many files include each other`);
    const text = await textOf(file, role.checked);
    if (text === undefined) return false;
    let { active } = role;
    for (const [index, line] of text.split("\n").entries()) {
      const directive = readDirective(line, `${file} line ${index + 1}`, this.#parse);
      switch (directive?.keyword) {
        case undefined:
          break;
        case "host":
          active = role.active && hostApplies(directive, this.#host);
          break;
        case "match":
          active = role.active && matchApplies(directive, this.#context());
          break;
        case "include":
          if (active) await this.#include(directive, role);
          break;
        default:
          if (active) this.#set(directive as Directive);
      }
    }
    return true;
  }

  async #include({ words, at }: Directive, role: Role): Promise<void> {
    for (const pattern of words) {
      if (/\[|\$\{|%/.test(pattern) || (pattern.startsWith("~") && !pattern.startsWith("~/"))) {
        throw unusable(`${at}: Include ${pattern} needs OpenSSH's client`);
      }
      const folder = role.user ? path.join(home(), ".ssh") : "/etc/ssh";
      for (const file of await expandGlob(path.resolve(folder, expandHome(pattern)))) {
        await this.read(file, { ...role, checked: true, depth: role.depth + 1, active: true });
      }
    }
  }

  #set({ keyword: written, words, at }: Directive): void {
    const { settings } = this;
    const keyword = currentName(written);
    const value = words.join(" ");
    // ssh treats `none` as not set: a later value counts.
    if (keyword === "connecttimeout" && value.toLowerCase() === "none") return;
    // Of ProxyJump and ProxyCommand, the first counts.
    const isWay = keyword === "proxyjump" || keyword === "proxycommand";
    if (isWay && (settings.has("proxyjump") || settings.has("proxycommand"))) return;
    const already = settings.get(keyword);
    if (already && (!cumulative.has(keyword) || already.includes(value))) return;
    if (keyword === "canonicalizehostname" && value.toLowerCase() !== "no") {
      throw unusable(`${at}: CanonicalizeHostname needs OpenSSH's client`);
    }
    const values = keyword === "sendenv" ? words : [value];
    settings.set(keyword, [...(already ?? []), ...values]);
  }

  #context(): MatchContext {
    const localUser = userInfo().username;
    return {
      host: hostName(this.settings, this.#host),
      originalHost: this.#host,
      user: this.settings.get("user")?.[0] ?? localUser,
      localUser,
    };
  }
}

/** HostName, with its tokens (ssh_config(5)). */
export function hostName(settings: Settings, host: string): string {
  return expandTokens(settings.get("hostname")?.[0] ?? "%h", { h: host }, "config");
}

/** @returns undefined where there is no such file @throws {Failure} InvalidParams */
async function textOf(file: string, checked: boolean): Promise<string | undefined> {
  try {
    const { found, bytes } = await readBounded(file, maxBytes);
    const { uid, mode } = found;
    if (checked && ((uid !== 0 && uid !== process.getuid?.()) || (mode & 0o022) !== 0)) {
      throw unusable(`${file} has an owner or permissions with which others could write to it`);
    }
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw unusable(`${file} can't be read: ${systemErrorText(error)}`);
  }
}
