import { ScpError } from "./errors.ts";
import { Input, MORE, type More } from "./input.ts";
import { quote } from "../text/printable.ts";

/** Send these bytes to the remote scp. */
export interface Write {
  readonly type: "write";
  readonly bytes: Uint8Array;
}

/** The remote has confirmed the whole transfer; all it may do now is exit. */
export interface Done {
  readonly type: "done";
}

/**
 * One run of the SCP protocol, without I/O: chunks in, effects out. The protocol itself is a
 * coroutine of the subclass, which yields `MORE` where it has to wait.
 *
 * SCP has no RFC. It is rcp's protocol as OpenSSH's scp.c speaks it, in `source` and `sink`.
 */
export abstract class Exchange<Effect extends { readonly type: string }> {
  protected readonly input = new Input();
  readonly #protocol = this.protocol();
  #failure: unknown;

  /** What to send first, without waiting for the remote; each write is to be an SSH packet of its own. */
  abstract start(): Write[];

  protected abstract protocol(): Generator<Effect | More, void, void>;

  /**
   * Takes bytes from the remote scp's stdout. The effects are to be carried out in order, and all
   * of them taken before the next chunk is given.
   *
   * @throws {ScpError} as soon as the transfer has failed; from then on, every time.
   */
  *receive(chunk: Uint8Array): Generator<Effect, void, void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (chunk.length === 0) return;
    this.input.feed(chunk);
    yield* this.#run();
  }

  /**
   * Tells that the remote scp's stdout has ended.
   *
   * @throws {ScpError} unless the transfer is complete.
   */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.input.end();
    this.#run().next();
  }

  /** Once the transfer is complete there is nothing left to be said. */
  protected *silence(): Generator<More, void, void> {
    while (!this.input.available) yield MORE;
    const bytes = yield* this.input.take(64, "after the data");
    throw new ScpError("protocol", `unexpected bytes after the end: ${quote(bytes)}`);
  }

  *#run(): Generator<Effect, void, void> {
    try {
      for (;;) {
        const step = this.#protocol.next();
        if (step.done || step.value === MORE) return;
        yield step.value;
      }
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
