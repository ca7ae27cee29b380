import { Failure } from "../../protocol/errors.ts";
import { limits } from "../../protocol/limits.ts";
import type { Call } from "../support/call.ts";
import type { TerminalSize } from "../connection/channels/channel.ts";

const { maxPendingInput } = limits;

/** What takes the input of a program: its channel, or what stands for one. */
export interface InputTarget {
  readonly isOpen: boolean;
  /** Rejects where the connection was lost. */
  readonly closed: Promise<void>;
  /** @returns false where it closed before it took all */
  write(data: Uint8Array): Promise<boolean>;
  eof(): void;
  signal(name: string): void;
  resize(size: TerminalSize): void;
}

/**
 * A program while it runs, for those calls that write to it and signal it. They may come before it
 * has started, and then wait for that.
 */
export class RunningProgram {
  readonly #started: Promise<InputTarget>;
  #start!: { resolve: (channel: InputTarget) => void; reject: (failure: Failure) => void };
  #hasStarted = false;
  #lastInput: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #inputEnded: boolean;

  /** @param openInput whether the command's input stays open, for {@link write} */
  constructor(openInput = false) {
    this.#inputEnded = !openInput;
    this.#started = new Promise((resolve, reject) => {
      this.#start = { resolve, reject };
    });
    this.#started.catch(() => {});
  }

  /** The command has started, with its input open. */
  started(channel: InputTarget): void {
    this.#hasStarted = true;
    this.#start.resolve(channel);
  }

  /**
   * It never will, or has ended.
   *
   * @param failure of the session, if that is why
   */
  ended(failure?: Failure): void {
    if (!this.#hasStarted) this.#start.reject(failure ?? gone());
  }

  /**
   * Writes to the command's stdin, behind what was written before; resolves when the server took it.
   *
   * @throws {Failure} CommandNotFound where the command has ended or its input is closed,
   *   ConnectionLost, SessionClosed, InputTooFast
   */
  async write(data: Uint8Array, call: Call): Promise<void> {
    if (this.#inputEnded) throw closed();
    if (this.#pending + data.length > maxPendingInput) {
      const message = `more than ${maxPendingInput} bytes of input wait for the command to read them: wait for the replies to your writes`;
      throw new Failure("InputTooFast", message, { maxPendingInput });
    }
    this.#pending += data.length;
    const before = this.#lastInput;
    const written = (async () => {
      await before;
      const channel = await this.#channel(call);
      call.dispatched = "maybe";
      if (!(await channel.write(data))) throw await whyGone(channel);
      call.dispatched = "yes";
    })().finally(() => {
      this.#pending -= data.length;
    });
    this.#lastInput = written.catch(() => {});
    await call.race(written);
  }

  /** Ends the command's stdin, behind what was written; it stays open where the call ends before. */
  async closeInput(call: Call): Promise<void> {
    if (this.#inputEnded) throw closed();
    this.#inputEnded = true;
    const before = this.#lastInput;
    const ended = (async () => {
      await before;
      (await this.#channel(call)).eof();
      call.dispatched = "yes";
    })();
    this.#lastInput = ended.catch(() => {});
    try {
      await call.race(ended);
    } catch (error) {
      this.#inputEnded = false;
      throw error;
    }
  }

  /** Signals the command (RFC 4254 §6.9). Servers don't say what came of it. */
  async signal(name: string, call: Call): Promise<void> {
    const channel = await this.#channel(call);
    channel.signal(name);
    call.dispatched = "maybe";
  }

  /** Tells the program's terminal of another size (RFC 4254 §6.7). Servers don't say what came of it. */
  async resize(size: TerminalSize, call: Call): Promise<void> {
    const channel = await this.#channel(call);
    channel.resize(size);
    call.dispatched = "maybe";
  }

  /** The command's channel, once that has started and as long as it is open. */
  async #channel(call: Call): Promise<InputTarget> {
    const channel = await call.race(this.#started);
    if (!channel.isOpen) throw await whyGone(channel);
    return channel;
  }
}

/** Why a command takes no more: it has ended, or the connection was lost. */
async function whyGone(channel: InputTarget): Promise<Failure> {
  if (channel.isOpen) return gone();
  return channel.closed.then(gone, (failure: Failure) => failure);
}

const gone = () => new Failure("CommandNotFound", "the command has ended");
const closed = () => new Failure("CommandNotFound", "the command's input is closed");
