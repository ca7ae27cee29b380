import { Failure } from "../../protocol/errors.ts";
import { invalidParam } from "../../protocol/invalid-param.ts";
import type { OutputStream } from "../../ssh/programs/output-stream.ts";
import type { RunningProgram } from "../../ssh/programs/running-program.ts";

/** The client's own name for a call. */
export type Token = string | number;

interface Entry {
  readonly running: RunningProgram;
  /** Where the output is streamed. */
  readonly stream: OutputStream | undefined;
}

/** The commands that run, by the tokens that the client gave them. */
export class ProgramTable {
  readonly #entries = new Map<Token, Entry>();

  /** @throws {Failure} InvalidParams where the token is in use */
  add(token: Token, entry: Entry): void {
    if (this.#entries.has(token)) {
      throw invalidParam("token", "is in use by a command that runs");
    }
    this.#entries.set(token, entry);
  }

  /** @throws {Failure} CommandNotFound */
  get(token: Token): Entry {
    const entry = this.#entries.get(token);
    if (entry) return entry;
    throw new Failure(
      "CommandNotFound",
      "no command runs under this token: it has ended, its input was closed, or it never was",
    );
  }

  delete(token: Token): void {
    this.#entries.delete(token);
  }
}
