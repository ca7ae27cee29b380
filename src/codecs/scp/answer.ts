import { ScpError } from "./errors.ts";
import type { Input, More, Position } from "./input.ts";
import { quote, sanitize } from "../text/printable.ts";

/** The byte that acknowledges, either way. */
export const OK = 0;

/** Begins an error after which OpenSSH's scp goes on with the next file; here there is only one. */
export const ERROR = 1;

/** Starts an error after which the remote scp exits. */
const FATAL = 2;

/**
 * Reads one answer, as `response` in OpenSSH's scp.c does: `\0`, or `\1` or `\2` and a message.
 *
 * @throws {ScpError} if it is anything but `\0`.
 */
export function* readAnswer(input: Input, position: Position): Generator<More, void, void> {
  const line = yield* input.line(position);
  if (line[0] !== OK) throw refusal(line, position);
}

/** The error for a line that isn't the one that was expected. */
export function refusal(line: Uint8Array, position: Position): ScpError {
  if (line[0] === ERROR || line[0] === FATAL) {
    return new ScpError("remote", sanitize(line.subarray(1)) || "the remote gave no reason");
  }
  return new ScpError("protocol", `unexpected answer ${position}: ${quote(line)}`);
}
