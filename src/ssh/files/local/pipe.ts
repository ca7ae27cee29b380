import { constants, open } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";

/**
 * Writes to a FIFO without blocking. If its reader doesn't read, a write as to a file would block one of
 * libuv's threads, which nothing can interrupt, and which exit() would wait for.
 */
export class LocalPipe {
  readonly #socket: Socket;

  private constructor(fd: number) {
    this.#socket = new Socket({ fd, readable: false, writable: true });
    // The write that fails rejects.
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

  /** Also ends a write that is waiting. */
  async close(): Promise<void> {
    this.#socket.destroy();
  }
}
