import { packetsPerTurn, turnSize } from "../../flow/turns.ts";
import type { RawSessionChannel } from "../../ssh2/raw-session-channel.ts";
import type { Carrying } from "./carrying.ts";

/** What is written to the socket at once: one channel packet. Small, so that progress is seen. */
const writeSize = 32 * 1024;

/** What is written to a channel (RFC 4254 §5.2). No write stays open when the channel closes. */
export class ChannelInput {
  readonly #carrying: Carrying;
  readonly #raw: RawSessionChannel;
  readonly #writers = new Set<(taken: boolean) => void>();
  #isOpen = true;

  constructor(carrying: Carrying, raw: RawSessionChannel) {
    this.#carrying = carrying;
    this.#raw = raw;
  }

  /**
   * Resolves when the server's window and the socket took it.
   *
   * @returns false where the channel closed first
   */
  async write(data: Uint8Array, onProgress: (bytes: number) => void = () => {}): Promise<boolean> {
    const most = Math.min(turnSize, packetsPerTurn * this.#raw.packetSize);
    for (let start = 0; start < data.length; start += most) {
      const piece = data.subarray(start, start + most);
      if (!(await this.#writePiece(piece, onProgress))) return false;
      const room = this.#carrying.drained();
      if (room && !(await this.#drained(room))) return false;
      // The socket may take everything at once, and other sessions would have to wait.
      if (piece.length === most) await this.#carrying.nextTurn();
    }
    return this.#isOpen;
  }

  #writePiece(data: Uint8Array, onProgress: (bytes: number) => void): Promise<boolean> {
    // What was pending when the channel closed is never called back.
    return this.#unlessClosed((settle) => {
      for (let start = 0; start < data.length; start += writeSize) {
        const isLast = start + writeSize >= data.length;
        const packet = data.subarray(start, start + writeSize);
        this.#raw.write(packet, () => {
          onProgress(packet.length);
          if (isLast) settle(true);
        });
      }
    });
  }

  #drained(room: Promise<void>): Promise<boolean> {
    // This waits for the connection's socket, which may stay full although the channel has closed.
    return this.#unlessClosed((settle) => void room.then(() => settle(true)));
  }

  /** Gives what `begin` settles with, or false where one of the sides closes the channel first. */
  #unlessClosed(begin: (settle: (taken: boolean) => void) => void): Promise<boolean> {
    if (!this.#isOpen) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#writers.add(resolve);
      begin((taken) => {
        this.#writers.delete(resolve);
        resolve(taken);
      });
    });
  }

  /** Nothing more can be written. */
  close(): void {
    this.#isOpen = false;
    for (const resolve of this.#writers) resolve(false);
    this.#writers.clear();
  }
}
