import { ProcessDuplex } from "./process-duplex.ts";
import type { RemoteProcess } from "./remote-process.ts";

/** Where the server is to connect to, as it sees it: a host and a port, or a Unix socket. */
export type Destination = { host: string; port: number } | { socketPath: string };

/**
 * A connection that the server makes (RFC 4254 §7.2), in the shape of `net.Socket`, as far as clients
 * of databases and the like need it: it emits `connect` and `ready`, and what is written before waits.
 */
export class RemoteSocket extends ProcessDuplex {
  /** As `net.Socket` has them; of a Unix socket there are none. */
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** Whether it isn't connected yet. */
  connecting = true;
  bytesRead = 0;
  bytesWritten = 0;
  #timeout = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @internal */
  constructor(process: RemoteProcess, destination: Destination) {
    super(process, { allowHalfOpen: false });
    if ("host" in destination) {
      this.remoteAddress = destination.host;
      this.remotePort = destination.port;
    }
    void this.#announce();
  }

  /** It is connected from the beginning: for those who would have a socket connect. */
  connect(...args: unknown[]): this {
    const listener = args.at(-1);
    if (typeof listener !== "function") return this;
    if (this.connecting) this.once("connect", listener as () => void);
    else queueMicrotask(() => void listener());
    return this;
  }

  /** `timeout` is emitted after so many milliseconds without a byte; 0 for never. */
  setTimeout(timeout: number, listener?: () => void): this {
    if (listener) this.once("timeout", listener);
    this.#timeout = timeout;
    this.#touch();
    return this;
  }

  /** The daemon sends without delay anyhow. */
  setNoDelay(): this {
    return this;
  }

  /** The session asks for signs of life. */
  setKeepAlive(): this {
    return this;
  }

  /** It keeps the program running, as a call does, and that isn't changed. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override push(chunk: Buffer | null): boolean {
    this.bytesRead += chunk?.length ?? 0;
    this.#touch();
    return super.push(chunk);
  }

  override _write(
    chunk: Buffer,
    encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this.bytesWritten += chunk.length;
    this.#touch();
    super._write(chunk, encoding, callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    super._destroy(error, callback);
  }

  protected override onEnded(): void {
    clearTimeout(this.#timer);
  }

  async #announce(): Promise<void> {
    const isOpen = await this.process.started();
    this.connecting = false;
    // Nobody may be reading, to whom its end would be told.
    if (!isOpen) await this.process.wait().catch((error: Error) => this.destroy(error));
    if (!isOpen || this.destroyed) return;
    this.emit("connect");
    this.emit("ready");
  }

  #touch(): void {
    clearTimeout(this.#timer);
    if (this.#timeout > 0 && !this.destroyed) {
      this.#timer = setTimeout(() => this.emit("timeout"), this.#timeout).unref();
    }
  }
}
