import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../call.ts";
import { homePath } from "../home-path.ts";
import { printable } from "../printable.ts";

/** What `ssh` is asked about. */
export interface ConfigQuery {
  /** The configuration file in place of the user's and the system's; `true` for those. */
  readonly config: true | string;
  /** A host's alias, or its name. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly username?: string | undefined;
  /** ProxyJump in place of the configuration's. */
  readonly jump?: string | undefined;
}

/** Settings by their names in lower case, as `ssh -G` prints them; several values where it says several. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** Of ssh's complaint about a configuration, this many characters go into the error. */
const maxComplaint = 500;

/**
 * Asks OpenSSH's client how it would connect (ssh(1), -G): it alone knows Match, Include, tokens and
 * the system's file just as `ssh` does. `Match exec` runs its commands, as it would then.
 *
 * @returns the settings, and those that OpenSSH has where nothing is configured
 * @throws {Failure} InvalidParams where there is no `ssh` or it refuses the configuration; the call's end
 */
export async function askOpenSsh(
  { config, host, port, username, jump }: ConfigQuery,
  call: Call,
): Promise<{ settings: Settings; defaults: Settings }> {
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
  return { settings, defaults };
}

async function run(args: string[], call: Call): Promise<Settings> {
  // Loaded when it is used: most daemons never need it.
  const { execa } = await import("execa");
  const asked = execa("ssh", args, { stdin: "ignore", reject: false, cancelSignal: call.signal });
  const { exitCode, code, stdout, stderr } = await call.race(asked);
  if (code === "ENOENT") throw unusable("needs OpenSSH's client, and there is no ssh in PATH");
  if (exitCode !== 0) {
    const complaint = printable(stderr).slice(0, maxComplaint);
    throw unusable(`ssh can't use it: ${complaint}`);
  }
  const settings = new Map<string, string[]>();
  for (const line of stdout.split("\n").filter(Boolean)) {
    const [name = "", ...words] = line.split(" ");
    settings.set(name, [...(settings.get(name) ?? []), words.join(" ")]);
  }
  return settings;
}

export function unusable(reason: string): Failure {
  return new Failure("InvalidParams", `config: ${reason}`, { path: "config", reason });
}
