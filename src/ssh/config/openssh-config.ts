import { forChild } from "../support/client-environment.ts";
import type { Call } from "../support/call.ts";
import { homePath } from "../support/home-path.ts";
import { printableLines } from "../../codecs/text/printable.ts";
import { currentName, unusable } from "./config-query.ts";
import type { ConfigQuery, Settings } from "./config-query.ts";

/** Of ssh's complaint about a configuration, this many characters go into the error. */
const maxComplaint = 500;

/**
 * Asks OpenSSH's client how it would connect (ssh(1), -G): it alone knows Match, Include, tokens and
 * the system's file just as `ssh` does. `Match exec` runs its commands, as it would then.
 *
 * @returns the settings, and those that OpenSSH has where nothing is configured; undefined where
 *   there is no `ssh`
 * @throws {Failure} InvalidParams where it refuses the configuration; the call's end
 */
export async function askOpenSsh(
  { config, host, port, username, jump }: ConfigQuery,
  call: Call,
): Promise<{ settings: Settings; defaults: Settings } | undefined> {
  const file = config === true ? [] : ["-F", homePath(config)];
  const given = [
    ...(username === undefined ? [] : ["-l", username]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(jump === undefined ? [] : ["-J", jump]),
  ];
  const [settings, defaults] = await Promise.all([
    run(["-G", ...file, ...given, "--", host], call),
    run(["-G", "-F", "none", "--", host], call),
  ]);
  return settings && defaults && { settings, defaults };
}

async function run(args: string[], call: Call): Promise<Settings | undefined> {
  // Loaded here, as most daemons never need it.
  const { execa } = await import("execa");
  const options = { stdin: "ignore", reject: false, cancelSignal: call.signal } as const;
  const asked = execa("ssh", args, { ...options, ...forChild() });
  const { exitCode, code, stdout, stderr } = await call.race(asked);
  if (code === "ENOENT") return undefined;
  if (code !== undefined) throw unusable(`ssh can't be started: ${code}`);
  if (exitCode !== 0) {
    const complaint = printableLines(stderr).slice(0, maxComplaint);
    throw unusable(`ssh can't use it: ${complaint}`);
  }
  const settings = new Map<string, string[]>();
  for (const line of stdout.split("\n").filter(Boolean)) {
    const [printed = "", ...words] = line.split(" ");
    const name = currentName(printed);
    settings.set(name, [...(settings.get(name) ?? []), words.join(" ")]);
  }
  return settings;
}
