import { PathError } from "./errors.ts";

/**
 * The remote command that is the source of a file: it sends us the one at `path`. An empty path is
 * left to the remote, which answers that there is no such file.
 *
 * `-f` and `-t` ("from", "to") are not in scp(1): they are how scp starts its other half, in
 * OpenSSH's scp.c. `--` keeps a path that starts with `-` from being read as an option.
 *
 * @throws {PathError} if the path holds a NUL, which no argument can.
 */
export function sourceCommand(path: Uint8Array): Uint8Array {
  return command("scp -f -- ", path);
}

/**
 * The remote command that is the sink of a file: it writes it to `path`, or, if that is a folder,
 * into it.
 *
 * @throws {PathError} if the path holds a NUL, which no argument can.
 */
export function sinkCommand(path: Uint8Array): Uint8Array {
  return command("scp -t -- ", path);
}

const QUOTE = 0x27;
const ESCAPED_QUOTE = ascii(String.raw`'\''`);

/** POSIX.1-2017 XCU 2.2.2: within single quotes all is literal but the single quote. */
function command(program: string, path: Uint8Array): Uint8Array {
  if (path.includes(0)) throw new PathError("a path cannot hold a NUL");
  const literal = Array.from(path).flatMap((byte) => (byte === QUOTE ? ESCAPED_QUOTE : byte));
  return Uint8Array.from([...ascii(program), QUOTE, ...literal, QUOTE]);
}

function ascii(text: string): number[] {
  return Array.from(new TextEncoder().encode(text));
}
