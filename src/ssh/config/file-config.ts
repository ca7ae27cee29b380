import { userInfo } from "node:os";
import { hostName, readConfigFiles } from "./config-files.ts";
import { unusable } from "./config-query.ts";
import type { ConfigQuery, Settings } from "./config-query.ts";
import { expandPath } from "./path-tokens.ts";

/** Values that ssh compares without regard to case. */
const anyCase = /^(?:yes|no|true|false|ask|off|accept-new|any|inet6?)$/i;

/** Yes/no settings whose default is yes. */
const onByDefault = new Set([
  "canonicalizefallbacklocal",
  "forwardx11trusted",
  "kbdinteractiveauthentication",
  "passwordauthentication",
  "pubkeyauthentication",
  "tcpkeepalive",
]);

/**
 * What the files say, as `ssh -G` prints it, less what OpenSSH does anyway.
 *
 * @throws {Failure} InvalidParams
 */
export async function askFiles(query: ConfigQuery): Promise<Settings> {
  const written = await readConfigFiles(query);
  const settings = new Map<string, readonly string[]>(
    [...written]
      .map(([name, values]) => [name, values.map((value) => plain(name, value))] as const)
      .filter(([name, [value = ""]]) => !isDefault(name, value)),
  );
  const one = (name: string) => settings.get(name)?.[0];
  const host = hostName(written, query.host).toLowerCase();
  settings.set("hostname", [host]);
  const names = {
    host,
    port: portOf(one("port")),
    username: one("user") ?? userInfo().username,
    alias: query.host,
    hostKeyAlias: one("hostkeyalias"),
    jump: one("proxyjump"),
  };
  for (const name of ["userknownhostsfile", "identityagent"]) {
    const expanded = settings.get(name)?.map((value) =>
      value
        .split(" ")
        .map((each) =>
          /^(?:none|SSH_AUTH_SOCK|\$\w+)$/.test(each) ? each : expandPath(each, names),
        )
        .join(" "),
    );
    if (expanded) settings.set(name, expanded);
  }
  return settings;
}

function plain(name: string, value: string): string {
  if (name === "hostkeyalias") return value.toLowerCase();
  if (name === "connecttimeout" || name === "serveraliveinterval") return secondsOf(name, value);
  if (name === "rekeylimit") return rekeyLimitOf(value);
  return name !== "user" && anyCase.test(value) ? value.toLowerCase() : value;
}

function isDefault(name: string, value: string): boolean {
  return onByDefault.has(name)
    ? ["yes", "true"].includes(value)
    : ["no", "false"].includes(value) && name !== "stricthostkeychecking" && name !== "user";
}

function portOf(value = "22"): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port >= 1 && port <= 65_535) return port;
  throw unusable(`has a Port that is none: ${value}`);
}

/** As `ssh -G` prints it: bytes and seconds, 0 for the default and for none. */
function rekeyLimitOf(value: string): string {
  const [size = "", time = "none"] = value.toLowerCase().split(/\s+/);
  const units: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
  const [, count, unit = ""] = /^(\d+)([kmg]?)$/.exec(size) ?? [];
  if (count === undefined && !["default", "none"].includes(size)) {
    throw unusable(`has a RekeyLimit that is none: ${value}`);
  }
  const bytes = Number(count ?? 0) * (units[unit] as number);
  const seconds = time === "none" ? "0" : secondsOf("RekeyLimit", time);
  return `${bytes} ${seconds}`;
}

/** Time in sshd_config(5)'s format, as `1m30s`. */
function secondsOf(name: string, value: string): string {
  if (value.toLowerCase() === "none") return "none";
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  if (!/^(?:\d+[smhdw]?)+$/i.test(value)) throw unusable(`has a ${name} that is no time: ${value}`);
  const parts = value.toLowerCase().matchAll(/(\d+)([smhdw]?)/g);
  let seconds = 0;
  for (const [, count, unit] of parts) seconds += Number(count) * (units[unit || "s"] as number);
  return String(seconds);
}
