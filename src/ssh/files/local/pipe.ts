import { constants, open } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";

/**
 * A FIFO that is written to without blocking. Written to as a file is, one whose reader doesn't
 * read would hold a thread, and a thread that waits can't be called off, not even by exit.
 */
export class LocalPipe {
  readonly #socket: Socket;

  private constructor(fd: number) {
    this.#socket = new Socket({ fd, readable: false, writable: true });
    // Told by the write that it comes from.
    this.#socket.on("error", () => {});
  }

  /** @throws {Error} ENXIO where nobody has it open for reading */
  static async open(path: string): Promise<LocalPipe> {
    const fd = await promisify(open)(path, constants.O_WRONLY | constants.O_NONBLOCK);
    return new LocalPipe(fd);
  }

  /** Writes everything; resolves when the FIFO has taken it. */
  async writev(chunks: readonly Uint8Array[]): Promise<{ bytesWritten: number }> {
    let bytesWritten = 0;
    for (const chunk of chunks) {
      await new Promise<void>((resolve, reject) => {
        this.#socket.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
      bytesWritten += chunk.length;
    }
    return { bytesWritten };
  }

  /** Ends a write that waits, too. */
  async close(): Promise<void> {
    this.#socket.destroy();
  }
}
