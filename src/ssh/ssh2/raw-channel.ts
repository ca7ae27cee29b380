import type { Writable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { internalsOf, protocolOf } from "./internals/protocol.ts";
import { takeData } from "./patches/taken-data.ts";
import { adjustWindow } from "./windows.ts";

/**
 * One open channel of a connection that goes through the server (RFC 4254 §7.2), as it is: writes that
 * are pending when it closes may never be answered. `tunnel` settles that.
 */
export class RawChannel {
  readonly #client: Client;
  readonly #channel: ClientChannel;

  /** @param channel one that `client` has just opened, or accepted */
  constructor(client: Client, channel: ClientChannel) {
    this.#client = client;
    this.#channel = channel;
    // For ever: without a listener, an `error` event would end the process.
    channel.on("error", () => {});
    channel.stderr.on("error", () => {});
  }

  /** The most that the server takes in one packet (RFC 4254 §5.1), in bytes. */
  get packetSize(): number {
    return internalsOf(this.#channel).outgoing.packetSize;
  }

  /** Where its data is written to, with backpressure by the server's window; ending it sends EOF. */
  get sink(): Writable {
    return this.#channel;
  }

  /**
   * Takes all that comes, as it arrives; its end is told as usual. The server may send what
   * {@link adjustWindow} grants, beyond the first window.
   *
   * @param onOverrun called when the server sends more than that
   */
  read(take: (stream: "stdout" | "stderr", chunk: Buffer) => void, onOverrun: () => void): void {
    takeData(this.#channel, take, onOverrun);
  }

  /** Lets the server send so many bytes more (RFC 4254 §5.2). */
  adjustWindow(bytes: number): void {
    adjustWindow(protocolOf(this.#client), internalsOf(this.#channel), bytes);
  }

  /** @param taken called when the server's window has taken it; never where the channel closes first */
  write(data: Uint8Array, taken: (error?: Error | null) => void): void {
    this.#channel.write(data, taken);
  }

  /** Sends EOF when all that was written has left (RFC 4254 §5.3). */
  end(): void {
    this.#channel.end();
  }

  /** Closes our side (RFC 4254 §5.3); safe to repeat. */
  close(): void {
    this.#channel.close();
  }

  /** Told when nothing more will come. */
  onEnd(told: () => void): void {
    this.#channel.once("end", told);
  }

  /** Told when both sides have closed, or the connection is gone. */
  onClose(told: () => void): void {
    this.#channel.once("close", told);
  }
}
