import { withExports } from "../../codecs/shell/command-line.ts";
import { invalidParam } from "../../protocol/invalid-param.ts";
import { maxCommand } from "../../protocol/limits.ts";

/** A Name by POSIX.1-2017, XBD 3.235: a shell takes no other. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A command that has `env` exported before it, in whichever shell the account has.
 *
 * @throws {Failure} InvalidParams for a name that no shell takes, or too much of it
 */
export function withExportedEnv(
  env: Readonly<Record<string, string>>,
  command: Uint8Array,
): Uint8Array {
  const bad = Object.keys(env).find((name) => !variableName.test(name));
  if (bad !== undefined) {
    throw invalidParam(`env.${bad}`, "must be a name of letters, digits and _, to be exported");
  }
  const line = withExports(env, command);
  if (line.length <= maxCommand) return line;
  throw invalidParam("env", `makes a command line of more than ${maxCommand} bytes`);
}
