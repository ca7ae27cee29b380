import { Duplex } from "node:stream";
import type { Readable } from "node:stream";
import { CommandNotFound } from "./errors.ts";
import type { Exit } from "./command-failed.ts";
import type { RemoteProcess, SignalName } from "./remote-process.ts";

/** A size of a terminal, in characters, and in pixels where those are known. */
export interface TerminalSize {
  columns: number;
  rows: number;
  width?: number | undefined;
  height?: number | undefined;
}

/**
 * A program that is spoken with: what is written is its input, what is read its output. Destroying it
 * before its end cancels the program; ending it ends its input.
 *
 * It emits `exit` with the exit code and the signal behind its last output, as a ChildProcess does.
 */
export class RemoteDuplex extends Duplex {
  /** Its error output; of a program on a terminal it is part of the output. */
  readonly stderr: Readable;
  readonly #process: RemoteProcess;
  #hasListener = false;

  /** @internal */
  constructor(process: RemoteProcess) {
    super({ highWaterMark: 0, allowHalfOpen: true });
    this.#process = process;
    this.stderr = process.stderr;
    process.stdout.once("end", () => void this.#finish());
    process.stdout.once("error", (error) => this.destroy(error));
    process.stdin.once("error", (error) => {
      if (!(error instanceof CommandNotFound)) this.destroy(error);
    });
  }

  /** Null until it has ended. */
  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  /** Likewise. */
  get exitSignal(): string | null {
    return this.#process.exitSignal;
  }

  /** Waits for its end, with whichever exit code. */
  wait(): Promise<Exit> {
    return this.#process.wait();
  }

  /** Signals it, as {@link RemoteProcess.kill}. */
  kill(signal?: SignalName): Promise<void> {
    return this.#process.kill(signal);
  }

  /** Tells its terminal of another size (RFC 4254 §6.7). */
  resize(size: TerminalSize): Promise<void> {
    return this.#process.resize(size);
  }

  override _write(
    chunk: Buffer,
    _: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    // That it has ended is told by its output, behind what it still said.
    if (this.#process.stdin.destroyed) callback();
    else
      this.#process.stdin.write(chunk, (error) => {
        callback(error instanceof CommandNotFound ? null : error);
      });
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#process.stdin.destroyed) callback();
    else
      this.#process.stdin.end((error?: Error | null) => {
        callback(error instanceof CommandNotFound ? null : error);
      });
  }

  override _read(): void {
    const { stdout } = this.#process;
    if (this.#hasListener) stdout.resume();
    else {
      this.#hasListener = true;
      stdout.on("data", (chunk: Buffer) => {
        if (!this.push(chunk)) stdout.pause();
      });
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#process.stdout.destroy();
    this.#process.stderr.destroy();
    callback(error);
  }

  async #finish(): Promise<void> {
    const { exitCode, exitSignal } = await this.#process.wait();
    this.push(null);
    this.emit("exit", exitCode, exitSignal);
  }
}
