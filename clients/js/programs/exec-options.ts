import type { SessionExecParams } from "../rpc/contract.ts";
import { patienceFor } from "../daemon/daemon.ts";
import { bytesOf, textParams } from "../rpc/bytes.ts";
import type { Bytes, Payload } from "../rpc/bytes.ts";

/** What only the wire needs, or what has another form here. */
type Own =
  | "session"
  | "command"
  | "commandEncoding"
  | "stdin"
  | "stdinEncoding"
  | "openStdin"
  | "streams"
  | "encoding"
  | "maxOutput"
  | "token"
  | "stream"
  | "window"
  | "pty";

/** What commands take, however they are run: the options of `session.exec` (PROTOCOL.md). */
export interface ExecOptions extends Omit<SessionExecParams, Own> {
  /** Runs it on a pseudo-terminal (RFC 4254 §6.2); true takes the defaults. */
  pty?: boolean | SessionExecParams["pty"];
  /** Aborted, the command is cancelled: sent TERM, then KILL, on the remote side. */
  signal?: AbortSignal | undefined;
  /** Whether a command that ends otherwise than with exit code 0 is an error. Default: true. */
  reject?: boolean | undefined;
}

type ProgramOptions = Omit<ExecOptions, "signal" | "reject">;

/** What a program's request is made of. */
export interface ProgramRequest {
  readonly params: object;
  readonly payload: Payload | undefined;
  readonly patience: number | undefined;
}

/** `session.exec`: the options that are the wire's, and a payload where there is input. */
export function execRequest(
  session: number,
  command: Bytes,
  { pty, ...options }: ProgramOptions,
  input: Bytes | undefined,
): ProgramRequest {
  const program = { session, ...textParams("command", command) };
  // No terminal is what it has anyhow.
  return programRequest(program, pty === false ? options : { pty, ...options }, input);
}

/** The same of any program. */
export function programRequest(
  program: object,
  { pty, ...options }: ProgramOptions,
  input: Bytes | undefined,
): ProgramRequest {
  return {
    params: { ...program, ...options, pty: pty === true ? {} : pty },
    payload:
      input === undefined
        ? undefined
        : { param: "stdin", encodingParam: "stdinEncoding", bytes: bytesOf(input, "input") },
    patience: patienceFor(options.timeout),
  };
}
