import { once } from "node:events";
import { Failure } from "../../protocol/errors.ts";
import type { StreamName } from "../flow/output-queue.ts";
import type { Transport } from "../flow/transport.ts";
import type { OutputSource } from "../programs/output-stream.ts";
import type { InputTarget } from "../programs/running-program.ts";

/** Bytes that may wait here before reading pauses. */
const held = 256 * 1024;

/** A connection that the server has made, as a client writes to it and reads from it on the wire. */
export class ConnectionStream implements OutputSource, InputTarget {
  /** Resolves when the server sends no more. */
  readonly received: Promise<void>;
  /** Resolves when both directions have ended; rejects where the session was lost. */
  readonly closed: Promise<void>;
  /** Rejects where the session was lost. */
  readonly lost: Promise<never>;
  readonly #transport: Transport;
  #held = 0;
  #discards = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    let failure: Error | undefined;
    transport.once("error", (error) => (failure = error));
    this.closed = new Promise((resolve, reject) => {
      transport.once("close", () => (failure instanceof Failure ? reject(failure) : resolve()));
    });
    this.closed.catch(() => {});
    this.lost = new Promise((_, reject) => this.closed.catch(reject));
    this.lost.catch(() => {});
    this.received = new Promise((resolve) => {
      transport.once("end", resolve).once("close", resolve);
    });
  }

  get isOpen(): boolean {
    return !this.#transport.destroyed;
  }

  get bytes(): { bytesReceived: number; bytesSent: number } {
    return { bytesReceived: this.#transport.bytesRead, bytesSent: this.#transport.bytesWritten };
  }

  get discardsOutput(): boolean {
    return this.#discards;
  }

  onOutput(take: (stream: StreamName, chunk: Uint8Array) => void): void {
    this.#transport.on("data", (chunk: Buffer) => {
      if (this.#discards) return;
      this.#held += chunk.length;
      if (this.#held > held) this.#transport.pause();
      take("stdout", chunk);
    });
  }

  consumed(bytes: number): void {
    this.#held -= bytes;
    if (this.#held <= held) this.#transport.resume();
  }

  discardOutput(): void {
    this.#discards = true;
    this.#transport.resume();
  }

  async write(data: Uint8Array): Promise<boolean> {
    const transport = this.#transport;
    if (!transport.writable) return false;
    return new Promise((resolve) => {
      const close = () => resolve(false);
      transport.once("close", close);
      transport.write(data, (error) => {
        transport.off("close", close);
        resolve(!error);
      });
    });
  }

  eof(): void {
    this.#transport.end();
  }

  signal(): void {
    throw new Failure("CommandNotFound", "what runs under this token is a connection");
  }

  resize(): void {
    this.signal();
  }

  /** Ends it, as a reset would. */
  async abort(): Promise<void> {
    if (this.#transport.destroyed) return;
    const closed = once(this.#transport, "close");
    this.#transport.destroy();
    await closed;
  }
}
