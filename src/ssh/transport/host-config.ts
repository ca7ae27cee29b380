import { homedir, hostname, userInfo } from "node:os";
import type { Call } from "../call.ts";
import { homePath } from "../home-path.ts";
import type { HostKeyPolicy } from "../trust/host-keys.ts";
import { askOpenSsh, unusable } from "./openssh-config.ts";
import type { ConfigQuery, Settings } from "./openssh-config.ts";
import { expandTokens } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

/** What ssh_config(5) says about a host, as far as it is honoured; undefined where it says nothing. */
export interface HostConfig {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly identityFiles: readonly string[] | undefined;
  readonly agent: boolean | string | undefined;
  readonly identitiesOnly: boolean;
  readonly knownHosts: readonly string[] | undefined;
  readonly globalKnownHosts: readonly string[] | undefined;
  readonly hostKeyAlias: string | undefined;
  /** `ask` is OpenSSH's default, too. */
  readonly hostKeyPolicy: Extract<HostKeyPolicy, "strict" | "accept-new" | "ask" | "off">;
  /** ProxyJump's hosts, the first one first. */
  readonly jumps: readonly string[];
  readonly proxyCommand: string | undefined;
  /** Seconds. */
  readonly connectTimeout: number | undefined;
  readonly keepaliveInterval: number | undefined;
  readonly keepaliveCountMax: number | undefined;
  /** The settings that differ from OpenSSH's defaults and are not honoured, as `ssh -G` prints them. */
  readonly ignored: readonly string[];
}

/** What is read below, what speaks of the question itself, and what is never done here. */
const honoured = new Set([
  "host",
  "hostname",
  "port",
  "user",
  "identityfile",
  "identityagent",
  "identitiesonly",
  "userknownhostsfile",
  "globalknownhostsfile",
  "hostkeyalias",
  "stricthostkeychecking",
  "proxyjump",
  "proxycommand",
  "connecttimeout",
  "serveraliveinterval",
  "serveralivecountmax",
  // ssh turns it off by itself where other known_hosts files are named.
  "updatehostkeys",
]);

/** StrictHostKeyChecking, as the releases of OpenSSH print it. */
const policies: Readonly<Record<string, HostConfig["hostKeyPolicy"]>> = {
  true: "strict",
  yes: "strict",
  "accept-new": "accept-new",
  ask: "ask",
  false: "off",
  no: "off",
  off: "off",
};

/**
 * What the user's configuration says about a host.
 *
 * @throws {Failure} InvalidParams where the configuration can't be used; the call's end
 */
export async function hostConfig(query: ConfigQuery, call: Call): Promise<HostConfig> {
  const { settings, defaults } = await askOpenSsh(query, call);
  const all = (name: string) => settings.get(name) ?? [];
  const one = (name: string) => (all(name)[0] === "none" ? undefined : all(name)[0]);
  const differs = (name: string) => String(all(name)) !== String(defaults.get(name) ?? []);
  /** Only where it was configured: our own defaults aren't always OpenSSH's. */
  const configured = (name: string) => (differs(name) ? one(name) : undefined);
  const host = one("hostname") ?? query.host;
  const port = Number(one("port") ?? 22);
  const username = one("user") ?? userInfo().username;
  const hostKeyAlias = one("hostkeyalias");
  const tokens = pathTokens({ host, port, username, alias: query.host, hostKeyAlias });
  const path = (text: string) => homePath(expandTokens(withVariables(text), tokens, "config"));
  const policy = policies[one("stricthostkeychecking") ?? "ask"];
  if (!policy) throw unusable("has a StrictHostKeyChecking that is unknown here");
  return {
    host,
    port,
    username,
    identityFiles: differs("identityfile")
      ? all("identityfile")
          .filter((file) => file !== "none")
          .map(path)
      : undefined,
    agent: agentOf(all("identityagent")[0], path),
    identitiesOnly: ["yes", "true"].includes(one("identitiesonly") ?? ""),
    knownHosts: differs("userknownhostsfile") ? files(one("userknownhostsfile")) : undefined,
    globalKnownHosts: differs("globalknownhostsfile")
      ? files(one("globalknownhostsfile"))
      : undefined,
    hostKeyAlias,
    hostKeyPolicy: policy,
    jumps: one("proxyjump")?.split(",") ?? [],
    proxyCommand: one("proxycommand"),
    connectTimeout: optionalNumber(configured("connecttimeout")),
    keepaliveInterval: optionalNumber(configured("serveraliveinterval")),
    keepaliveCountMax: optionalNumber(configured("serveralivecountmax")),
    ignored: ignoredOf(settings, differs),
  };
}

function ignoredOf(settings: Settings, differs: (name: string) => boolean): string[] {
  return [...settings]
    .filter(([name]) => !honoured.has(name) && differs(name))
    .flatMap(([name, values]) => values.map((value) => `${name} ${value}`));
}

function optionalNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** `ssh -G` puts a space between the paths, and writes one that holds spaces like any other. */
function files(list: string | undefined): string[] {
  return list?.split(/ (?=[/~])/).map(homePath) ?? [];
}

function agentOf(value: string | undefined, path: (text: string) => string) {
  if (value === undefined) return undefined;
  if (value === "none") return false;
  if (value === "SSH_AUTH_SOCK") return true;
  if (value.startsWith("$") && !value.startsWith("${")) return process.env[value.slice(1)] ?? false;
  return path(value);
}

/** ssh_config(5), ENVIRONMENT VARIABLES. */
function withVariables(text: string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw unusable(`the environment variable ${name} is not set`);
    return value;
  });
}

/** ssh_config(5), TOKENS; less %C and %j. */
function pathTokens(names: {
  host: string;
  port: number;
  username: string;
  alias: string;
  hostKeyAlias: string | undefined;
}): Tokens {
  const { uid, username } = userInfo();
  return {
    d: homedir(),
    h: names.host,
    i: String(uid),
    k: names.hostKeyAlias ?? names.host,
    L: hostname().split(".")[0] as string,
    l: hostname(),
    n: names.alias,
    p: String(names.port),
    r: names.username,
    u: username,
  };
}
