import { createHash } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { variables } from "../support/client-environment.ts";
import { home, homePath } from "../support/home-path.ts";
import { expandTokens } from "./tokens.ts";
import { unusable } from "./config-query.ts";

/** The values for a path's tokens. */
export interface PathNames {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** The host as it was named. */
  readonly alias: string;
  readonly hostKeyAlias: string | undefined;
  /** ProxyJump's value. */
  readonly jump: string | undefined;
}

/**
 * A path as ssh_config(5) has it, with TOKENS and ENVIRONMENT VARIABLES expanded.
 *
 * @throws {Failure} InvalidParams for a token that has no meaning in a path, and for a variable that
 *   is not set
 */
export function expandPath(text: string, names: PathNames): string {
  const { host, port, username, alias, hostKeyAlias, jump = "" } = names;
  const { uid, username: localUser } = userInfo();
  const local = hostname();
  const tokens = {
    C: createHash("sha1").update(`${local}${host}${port}${username}${jump}`).digest("hex"),
    d: home(),
    h: host,
    i: String(uid),
    j: jump,
    k: hostKeyAlias ?? alias,
    L: local.split(".")[0] as string,
    l: local,
    n: alias,
    p: String(port),
    r: username,
    u: localUser,
  };
  return homePath(expandTokens(withVariables(text), tokens, "config"));
}

function withVariables(text: string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = variables()[name];
    if (value === undefined) throw unusable(`the environment variable ${name} is not set`);
    return value;
  });
}
