import { Failure } from "../../protocol/errors.ts";
import { invalidParam } from "../../protocol/invalid-param.ts";
import type { RunningProgram } from "../../ssh/programs/running-program.ts";

/** The client's own name for a call. */
export type Token = string | number;

interface Entry {
  /** Whose input is written to; a listing has none. */
  readonly program?: RunningProgram | undefined;
  /** What is sent on as the client grants, where that is streamed. */
  readonly stream: { grant(amount: number): void } | undefined;
}

/** Calls that run, by the tokens that the client gave them. */
export class CallTable {
  readonly #entries = new Map<Token, Entry>();

  /** @throws {Failure} InvalidParams where the token is in use */
  add(token: Token, entry: Entry): void {
    if (this.#entries.has(token)) throw invalidParam("token", "is in use by a call that runs");
    this.#entries.set(token, entry);
  }

  /** @throws {Failure} CommandNotFound */
  program(token: Token): RunningProgram {
    const program = this.#entries.get(token)?.program;
    if (program) return program;
    throw notFound(
      "no command runs under this token: it has ended, its input was closed, or it never was",
    );
  }

  /** More may be sent of what is streamed. @throws {Failure} CommandNotFound */
  grant(token: Token, amount: number): void {
    const entry = this.#entries.get(token);
    if (!entry) throw notFound("no call runs under this token: it has ended, or it never was");
    entry.stream?.grant(amount);
  }

  delete(token: Token): void {
    this.#entries.delete(token);
  }
}

function notFound(message: string): Failure {
  return new Failure("CommandNotFound", message);
}
