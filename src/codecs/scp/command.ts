import { commandLine } from "../shell/command-line.ts";
import { PathError } from "./errors.ts";

/**
 * The remote command that is the source of a file: it sends us the one at `path`. An empty path is
 * left to the remote, which answers that there is no such file.
 *
 * `-f` and `-t` ("from", "to") are not in scp(1): they are how scp starts its other half, in
 * OpenSSH's scp.c. As there, `--` comes only before a path that would be read as an option: network
 * gear doesn't know it.
 *
 * @throws {PathError} if the path holds a NUL, which no argument can.
 */
export function sourceCommand(path: Uint8Array): Uint8Array {
  return command(["scp", "-f"], path);
}

/**
 * The remote command that is the sink of a file: it writes it to `path`, or, if that is a folder,
 * into it.
 *
 * @throws {PathError} if the path holds a NUL, which no argument can.
 */
export function sinkCommand(path: Uint8Array): Uint8Array {
  return command(["scp", "-t"], path);
}

/**
 * The remote command that is the sink of a file and refuses a `path` that is a folder: `path` is
 * opened by its name in the folder it lies in. `-d` ("target should be a directory") is OpenSSH's, as
 * `scp a b FOLDER` has it.
 *
 * @throws {PathError} as {@link sinkCommand}
 */
export function fileSinkCommand(path: Uint8Array): Uint8Array {
  return command(["scp", "-t", "-d"], folderOf(path));
}

const [DASH, SLASH, DOT] = [0x2d, 0x2f, 0x2e] as const;

/** Bytes of a command line, as OpenSSH's server takes them. */
const maxLine = 250_000;

function command(program: readonly string[], path: Uint8Array): Uint8Array {
  if (path.includes(0)) throw new PathError("a path cannot hold a NUL");
  const line = commandLine([...program, ...(path[0] === DASH ? ["--"] : []), path]);
  if (line.length > maxLine) throw new PathError("too long, once quoted for the remote shell");
  return line;
}

/** As dirname(3) of what has a name behind its last slash. */
function folderOf(path: Uint8Array): Uint8Array {
  const slash = path.lastIndexOf(SLASH);
  if (slash === -1) return Uint8Array.of(DOT);
  return path.subarray(0, Math.max(slash, 1));
}
