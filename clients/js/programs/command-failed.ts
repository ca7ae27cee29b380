import { stripVTControlCharacters } from "node:util";
import { SshError } from "../errors/errors.ts";
import type { Bytes } from "../rpc/bytes.ts";

/** How a command ended. */
export interface Exit {
  /** The command as it was given. */
  readonly command: Bytes;
  /**
   * The exit status; 128 + the signal's number where a signal ended the command; null where the
   * server sent neither (RFC 4254 §6.10).
   */
  readonly exitCode: number | null;
  /** The signal's name without `SIG`, as `"TERM"`, or null. */
  readonly exitSignal: string | null;
}

/** How a command ended, and what it wrote: text, or bytes with `encoding: "buffer"`. */
export interface Result<T extends string | Buffer = string> extends Exit {
  readonly stdout: T;
  readonly stderr: T;
}

/** A command ended with another exit code than 0, or by a signal. All of its result is here, too. */
export class CommandFailed extends SshError implements Exit {
  readonly command: Bytes;
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  override readonly stdout: string | Buffer;
  override readonly stderr: string | Buffer;

  constructor(result: Exit & Partial<Result<string | Buffer>>) {
    super(describe(result), { data: { dispatched: "yes" } });
    this.command = result.command;
    this.exitCode = result.exitCode;
    this.exitSignal = result.exitSignal;
    this.stdout = result.stdout ?? Buffer.alloc(0);
    this.stderr = result.stderr ?? Buffer.alloc(0);
  }

  override get kind(): "CommandFailed" {
    return "CommandFailed";
  }
}

/** Longest part of a command, and of what it wrote, in a message. */
const maxWords = 200;

function describe({
  command,
  exitCode,
  exitSignal,
  stderr = "",
}: Exit & { stderr?: string | Buffer }) {
  let how = `exit code ${exitCode}`;
  if (exitSignal !== null) how = `signal ${exitSignal}`;
  else if (exitCode === null) how = "no exit code";
  // The last line is mostly the reason.
  const words = printable(stderr).trim().split("\n").at(-1) ?? "";
  return `the command ended with ${how}: ${printable(command).slice(0, maxWords)}${
    words === "" ? "" : ` (${words.slice(0, maxWords)})`
  }`;
}

/** The server's words may be shown on a terminal. */
function printable(text: Bytes): string {
  const plain = stripVTControlCharacters(Buffer.from(text as string).toString());
  return plain.replaceAll(/[^\S\n]+/g, " ").replaceAll(/(?!\n)\p{Cc}/gu, "");
}
