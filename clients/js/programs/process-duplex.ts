import { Duplex } from "node:stream";
import { CommandNotFound } from "../errors/errors.ts";
import type { RemoteProcess } from "./remote-process.ts";

type Callback = (error?: Error | null) => void;

/** What is written is a program's input, what is read its output. Destroying it cancels the program. */
export abstract class ProcessDuplex extends Duplex {
  /** @internal */
  protected readonly process: RemoteProcess;
  #hasListener = false;

  /** @internal */
  constructor(process: RemoteProcess, { allowHalfOpen }: { allowHalfOpen: boolean }) {
    super({ highWaterMark: 0, allowHalfOpen });
    this.process = process;
    process.stdout.once("end", () => void this.#finish());
    process.stdout.once("error", (error) => this.destroy(error));
    process.stdin.once("error", (error) => {
      if (!(error instanceof CommandNotFound)) this.destroy(error);
    });
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: Callback): void {
    // That it has ended is told by its output, behind what it still said.
    if (this.process.stdin.destroyed) callback();
    else this.process.stdin.write(chunk, (error) => callback(unlessEnded(error)));
  }

  override _final(callback: Callback): void {
    if (this.process.stdin.destroyed) callback();
    else this.process.stdin.end((error?: Error | null) => callback(unlessEnded(error)));
  }

  override _read(): void {
    const { stdout } = this.process;
    if (this.#hasListener) stdout.resume();
    else {
      this.#hasListener = true;
      stdout.on("data", (chunk: Buffer) => {
        if (!this.push(chunk)) stdout.pause();
      });
    }
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.process.stdout.destroy();
    this.process.stderr.destroy();
    callback(error);
  }

  /** Told when it has ended by itself, a turn behind the event `end`: who waits for both gets both. */
  protected abstract onEnded(): void;

  async #finish(): Promise<void> {
    this.push(null);
    try {
      await this.process.wait();
    } catch (error) {
      this.destroy(error as Error);
      return;
    }
    const tell = () => void setImmediate(() => this.onEnded());
    // Who destroys it at its end, as an async iterator does, gets no `end` but `close`.
    if (this.readableEnded || this.destroyed) tell();
    else {
      const once = () => {
        this.off("end", once).off("close", once);
        tell();
      };
      this.once("end", once).once("close", once);
    }
  }
}

function unlessEnded(error: Error | null | undefined): Error | null | undefined {
  return error instanceof CommandNotFound ? null : error;
}
