import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { daemonError } from "../errors/errors.ts";

/** The daemon's program: a path, or a command with its arguments. */
export type DaemonCommand = string | readonly string[];

/** How to start a program. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Where the daemon is: what is named, else what the environment variable SSHRPC_DAEMON names (a
 * path), else that of the package which this file is in.
 *
 * @throws {DaemonError} where it is in none of these places
 */
export function findDaemon(command: DaemonCommand | undefined): Program {
  const named = command ?? (process.env["SSHRPC_DAEMON"] || undefined);
  if (typeof named === "string") return program(resolve(named), []);
  if (named) {
    const [file, ...args] = named;
    if (file === undefined) throw daemonError("the command for the sshrpc daemon is empty", "no");
    return program(file, args);
  }
  const own = places.find((path) => existsSync(path));
  if (own !== undefined) return program(own, []);
  throw daemonError(
    `the sshrpc daemon was not found at ${places[0]}: leave the package sshrpc out of what you bundle, or name the daemon by the option daemon or the environment variable SSHRPC_DAEMON`,
    "no",
  );
}

/** From where this is bundled to, and from where it is compiled to. */
const places = ["../../../bin/sshrpc.js", "../../../../bin/sshrpc.js"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

function program(file: string, args: readonly string[]): Program {
  if (!/\.[cm]?js$/.test(file)) return { file, args };
  const { execPath, versions } = process;
  // An Electron is a Node where it is told so.
  if (versions["electron"]) {
    return { file: execPath, args: [file, ...args], env: { ELECTRON_RUN_AS_NODE: "1" } };
  }
  const isNode = !versions["bun"] && !versions["deno"];
  return { file: isNode ? execPath : (findNode() ?? execPath), args: [file, ...args] };
}

/** Another runtime leaves the daemon to Node, for which it is made and tested, where there is one. */
function findNode(): string | undefined {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((each) => each !== "");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
