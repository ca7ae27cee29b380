import { variables } from "../support/client-environment.ts";
import type { RekeyLimit } from "../ssh2/rekey.ts";
import { userInfo } from "node:os";
import { Failure } from "../../protocol/errors.ts";
import { defaultKeepalive } from "../../protocol/limits.ts";
import { defaultPrompts } from "../login/auth/credentials.ts";
import type { AuthMethods } from "../login/auth/credentials.ts";
import type { Call } from "../support/call.ts";
import { homePath } from "../support/home-path.ts";
import type { TcpOptions } from "./tcp-options.ts";
import { expandTokens } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";
import type { HostKeyPolicy } from "../login/trust/host-keys.ts";
import type { AlgorithmChoice } from "../ssh2/algorithms.ts";
import { algorithmsOf, signaturesOf } from "./algorithm-lists.ts";
import { readConfigFiles } from "./config-files.ts";
import { unusable } from "./config-query.ts";
import type { ConfigQuery, Settings } from "./config-query.ts";
import { askFiles } from "./file-config.ts";
import { askOpenSsh } from "./openssh-config.ts";
import { expandPath } from "./path-tokens.ts";

/** What ssh_config(5) says about a host, as far as it is honoured; undefined where it says nothing. */
export interface HostConfig {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly certificateFiles: readonly string[] | undefined;
  readonly identityFiles: readonly string[] | undefined;
  readonly agent: boolean | string | undefined;
  readonly identitiesOnly: boolean;
  readonly methods: AuthMethods;
  /** How often a password or a passphrase is asked for. */
  readonly prompts: number;
  /** ssh_config(5), BatchMode: the user is asked nothing. */
  readonly batchMode: boolean;
  readonly knownHosts: readonly string[] | undefined;
  readonly globalKnownHosts: readonly string[] | undefined;
  readonly hostKeyAlias: string | undefined;
  readonly revokedHostKeys: string | undefined;
  readonly caSignatureAlgorithms: readonly string[] | undefined;
  readonly hashKnownHosts: boolean;
  /** StrictHostKeyChecking; `ask` is OpenSSH's default. */
  readonly hostKeyPolicy: Extract<HostKeyPolicy, "strict" | "accept-new" | "ask" | "off">;
  /** ProxyJump's hosts, the first one first. */
  readonly jumps: readonly string[];
  readonly proxyCommand: string | undefined;
  readonly tcp: TcpOptions;
  readonly algorithms: AlgorithmChoice;
  readonly warnWeakCrypto: boolean;
  /** Undefined for OpenSSH's default. */
  readonly rekeyLimit: RekeyLimit | undefined;
  /** Seconds. */
  readonly connectTimeout: number | undefined;
  readonly keepaliveInterval: number | undefined;
  readonly keepaliveCountMax: number;
  /** The settings that differ from OpenSSH's defaults and are not honoured, as `ssh -G` prints them. */
  readonly ignored: readonly string[];
}

/** Settings that need not be reported as ignored: used below, part of the query, or about what isn't done here. */
const honoured = new Set([
  "host",
  "hostname",
  "port",
  "user",
  "identityfile",
  "certificatefile",
  "identityagent",
  "identitiesonly",
  "preferredauthentications",
  "pubkeyauthentication",
  "passwordauthentication",
  "kbdinteractiveauthentication",
  "numberofpasswordprompts",
  "batchmode",
  "kexalgorithms",
  "hostkeyalgorithms",
  "ciphers",
  "macs",
  "pubkeyacceptedalgorithms",
  "addressfamily",
  "bindaddress",
  "userknownhostsfile",
  "globalknownhostsfile",
  "hostkeyalias",
  "revokedhostkeys",
  "casignaturealgorithms",
  "hashknownhosts",
  "stricthostkeychecking",
  "proxyjump",
  "proxycommand",
  "warnweakcrypto",
  "rekeylimit",
  "connecttimeout",
  "serveraliveinterval",
  "serveralivecountmax",
  // ssh itself turns it off if other known_hosts files are configured.
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

/** OpenSSH's names of AddressFamily. */
const families: Readonly<Record<string, TcpOptions["family"]>> = { inet: 4, inet6: 6 };

/**
 * What the user's configuration says about a host, by OpenSSH's client, else by the files.
 *
 * @throws {Failure} InvalidParams where the configuration can't be used; the call's end
 */
export async function hostConfig(query: ConfigQuery, call: Call): Promise<HostConfig> {
  const asked = await askOpenSsh(query, call);
  const settings = asked?.settings ?? (await call.race(askFiles(query)));
  const all = (name: string) => settings.get(name) ?? [];
  const one = (name: string) => (all(name)[0] === "none" ? undefined : all(name)[0]);
  const differs = (name: string) => String(all(name)) !== String(asked?.defaults.get(name) ?? []);
  const isOn = (name: string) => ["yes", "true"].includes(one(name) ?? "");
  const isOff = (name: string) => ["no", "false"].includes(one(name) ?? "");
  const host = one("hostname") ?? query.host;
  const port = Number(one("port") ?? 22);
  const username = one("user") ?? userInfo().username;
  const hostKeyAlias = one("hostkeyalias");
  const jump = one("proxyjump");
  const names = { host, port, username, alias: query.host, hostKeyAlias, jump };
  const path = (text: string) => expandPath(text, names);
  const policy = policies[one("stricthostkeychecking") ?? "ask"];
  if (!policy) throw unusable("has a StrictHostKeyChecking that is unknown here");
  if (isOn("proxyusefdpass")) throw unusable("has ProxyUseFdpass, which is not supported");
  return {
    host,
    port,
    username,
    identityFiles: differs("identityfile")
      ? all("identityfile")
          .filter((file) => file !== "none")
          .map(path)
      : undefined,
    certificateFiles: differs("certificatefile") ? all("certificatefile").map(path) : undefined,
    agent: agentOf(all("identityagent")[0]),
    identitiesOnly: isOn("identitiesonly"),
    methods: {
      preferred: one("preferredauthentications")?.toLowerCase().split(","),
      off: [
        ...(isOff("pubkeyauthentication") ? ["publickey"] : []),
        ...(isOff("passwordauthentication") ? ["password"] : []),
        ...(isOff("kbdinteractiveauthentication") ? ["keyboard-interactive"] : []),
      ],
    },
    prompts: optionalNumber(one("numberofpasswordprompts")) ?? defaultPrompts,
    batchMode: isOn("batchmode"),
    knownHosts: differs("userknownhostsfile") ? files(one("userknownhostsfile")) : undefined,
    globalKnownHosts: differs("globalknownhostsfile")
      ? files(one("globalknownhostsfile"))
      : undefined,
    hostKeyAlias,
    revokedHostKeys: optional(one("revokedhostkeys"), homePath),
    caSignatureAlgorithms: differs("casignaturealgorithms")
      ? signaturesOf(all("casignaturealgorithms")[0] ?? "")
      : undefined,
    hashKnownHosts: isOn("hashknownhosts"),
    hostKeyPolicy: policy,
    jumps: jumpsOf(jump, { h: host, n: query.host, p: String(port), r: username }),
    proxyCommand: one("proxycommand"),
    tcp: { family: families[one("addressfamily") ?? ""], localAddress: one("bindaddress") },
    algorithms: algorithmsOf((name) =>
      differs(name)
        ? { value: all(name)[0] ?? "", usual: asked?.defaults.get(name)?.[0] }
        : undefined,
    ),
    // As ssh: no warning if the user has chosen the key exchange methods.
    warnWeakCrypto:
      !differs("kexalgorithms") &&
      ["yes", "true"].includes(
        one("warnweakcrypto") ?? (asked ? await call.race(unprinted("warnweakcrypto", query)) : ""),
      ),
    rekeyLimit: rekeyLimitOf(one("rekeylimit")),
    connectTimeout: optionalNumber(one("connecttimeout")),
    keepaliveInterval: asked
      ? await call.race(keepaliveOf(one("serveraliveinterval"), query))
      : optionalNumber(one("serveraliveinterval")),
    keepaliveCountMax: optionalNumber(one("serveralivecountmax")) ?? defaultKeepalive.countMax,
    ignored: ignoredOf(settings, differs),
  };
}

/** Reads what `ssh -G` prints for RekeyLimit: bytes and seconds. */
function rekeyLimitOf(printed: string | undefined): RekeyLimit | undefined {
  const [bytes = 0, seconds = 0] = (printed ?? "0 0").split(" ").map(Number);
  return bytes === 0 && seconds === 0 ? undefined : { bytes, seconds };
}

/** `ssh -G` prints 0 also if ServerAliveInterval isn't set: then the files are read to tell which. */
async function keepaliveOf(printed: string | undefined, query: ConfigQuery) {
  if (printed !== "0") return optionalNumber(printed);
  try {
    return (await readConfigFiles(query)).has("serveraliveinterval") ? 0 : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** A setting that this release of `ssh` doesn't know (IgnoreUnknown), read from the files if possible. */
async function unprinted(name: string, query: ConfigQuery): Promise<string> {
  try {
    return (await readConfigFiles(query)).get(name)?.[0]?.toLowerCase() ?? "";
  } catch (error) {
    if (error instanceof Failure) return "";
    throw error;
  }
}

function ignoredOf(settings: Settings, differs: (name: string) => boolean): string[] {
  return [...settings]
    .filter(([name]) => !honoured.has(name) && differs(name))
    .flatMap(([name, values]) => [...new Set(values)].map((value) => `${name} ${value}`));
}

function jumpsOf(jump: string | undefined, tokens: Tokens): string[] {
  return jump?.split(",").map((spec) => expandTokens(spec, tokens, "config")) ?? [];
}

function optional<T, U>(value: T | undefined, make: (value: T) => U): U | undefined {
  return value === undefined ? undefined : make(value);
}

function optionalNumber(text: string | undefined): number | undefined {
  return optional(text, Number);
}

/** Paths as `ssh -G` prints them: separated by spaces, which aren't escaped within a path. */
function files(list: string | undefined): string[] {
  return list?.split(/ (?=[/~])/).map(homePath) ?? [];
}

function agentOf(value: string | undefined): boolean | string | undefined {
  if (value === undefined) return undefined;
  if (value === "none") return false;
  if (value === "SSH_AUTH_SOCK") return true;
  return value.startsWith("$") ? (variables()[value.slice(1)] ?? false) : homePath(value);
}
