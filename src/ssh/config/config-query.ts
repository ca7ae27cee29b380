import { Failure } from "../../protocol/errors.ts";

/** What the user's configuration is asked about. */
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

/** A setting's present name: OpenSSH up to 8.4 prints an older one for some. */
export function currentName(name: string): string {
  return name === "pubkeyacceptedkeytypes" ? "pubkeyacceptedalgorithms" : name;
}

export function unusable(reason: string): Failure {
  return new Failure("InvalidParams", `config: ${reason}`, { path: "config", reason });
}
