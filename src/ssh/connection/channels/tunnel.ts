import { Duplex } from "node:stream";
import { ByteQueue } from "../../flow/byte-queue.ts";
import { ReceiveWindow } from "../../flow/receive-window.ts";
import type { Transport } from "../../flow/transport.ts";
import { packetsPerTurn, turnSize } from "../../flow/turns.ts";
import type { TunnelChannel } from "../../ssh2/tunnel-channel.ts";
import type { Carrying } from "./carrying.ts";

/**
 * Bytes that a stream whose reader pauses holds packet by packet: of tiny ones each takes hundreds of bytes.
 * The queue, which has the rest, puts small ones together.
 */
const heldAsTheyCame = 16 * 1024;

/** The connection behind a `direct-tcpip` or `forwarded-tcpip` channel (RFC 4254 §7.2). */
export function tunnel(
  carrying: Carrying,
  channel: TunnelChannel,
  allowHalfOpen = false,
): Transport {
  return new Tunnel(carrying, channel, allowHalfOpen);
}

/**
 * A tunnel's receive window (RFC 4254 §5.2) opens as its data is taken: the server doesn't send what nobody
 * takes. Every write ends, whatever happens to the channel.
 */
class Tunnel extends Duplex implements Transport {
  bytesRead = 0;
  bytesWritten = 0;
  readonly #carrying: Carrying;
  readonly #channel: TunnelChannel;
  readonly #window: ReceiveWindow;
  /** A chunk is a few packets, unless the server's maximum packet size is tiny: then it is a whole turn. */
  readonly #isTiny: boolean;
  /** Data that has come before the reader wanted it. */
  readonly #queue = new ByteQueue();
  #isWanted = false;
  #hasEnded = false;
  /** Ends the write that waits for the server's window; none does when the channel closes. */
  #taken: (() => void) | undefined;

  constructor(carrying: Carrying, channel: TunnelChannel, allowHalfOpen: boolean) {
    // With Node's default, one packet would fill the buffer, and the writer would pause.
    super({
      allowHalfOpen,
      writableHighWaterMark: turnSize,
      readableHighWaterMark: heldAsTheyCame,
    });
    this.#carrying = carrying;
    this.#channel = channel;
    this.#isTiny = packetsPerTurn * channel.packetSize < turnSize;
    this.#window = new ReceiveWindow((bytes) => channel.adjustWindow(bytes), carrying, this);
    // For ever: without a listener, an `error` event would end the process.
    this.on("error", () => {});
    channel.read((stream, chunk) => {
      // There is no stderr here; what a server sends on it all the same must not fill the window.
      if (stream === "stderr" || this.destroyed) this.#window.consumed(chunk.length);
      else if (this.#isWanted) this.#handOn(chunk);
      else this.#queue.push(chunk);
    }, carrying.onOverrun);
    channel.onEnd(() => {
      this.#hasEnded = true;
      if (this.#isWanted) this.push(null);
    });
    channel.onClose(() => {
      this.#window.close();
      this.#settle();
      if (allowHalfOpen) this.#afterReading(() => this.destroy());
    });
  }

  override _read(): void {
    this.#isWanted = true;
    while (this.#isWanted) {
      const chunk = this.#queue.shift();
      if (!chunk) break;
      this.#handOn(chunk);
    }
    if (this.#isWanted && this.#hasEnded) this.push(null);
  }

  /** Called with what comes next: nothing that came before it may be in the queue. */
  #handOn(chunk: Uint8Array): void {
    this.bytesRead += chunk.length;
    // Before the push, which may ask for more.
    this.#isWanted = false;
    if (this.push(chunk)) this.#isWanted = true;
    this.#window.consumed(chunk.length);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: (error?: Error) => void): void {
    const channel = this.#channel;
    if (!channel.isWritable) {
      const refuse = () => taken(new Error("the connection was closed"));
      // Data that came before the close must be read first: an error would discard it.
      return this.allowHalfOpen ? this.#afterReading(refuse) : refuse();
    }
    this.bytesWritten += chunk.length;
    this.#carrying.asked.note(this, performance.now());
    this.#taken = () => this.#afterWriting(chunk.length, taken);
    channel.write(chunk, () => this.#settle());
  }

  /** The server's window has taken as much. */
  #afterWriting(bytes: number, taken: () => void): void {
    const { drained, nextTurn } = this.#carrying;
    const room = drained(bytes);
    if (this.#isTiny) void Promise.resolve(room).then(nextTurn).then(taken);
    else if (room) void room.then(taken);
    else taken();
  }

  #settle(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _final(done: () => void): void {
    // Nothing waits in the channel: a write isn't over before the window has taken it.
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#queue.drop(this.#queue.length);
    this.#channel.close();
    this.#settle();
    done(error);
  }

  #afterReading(done: () => void): void {
    if (this.readableEnded) done();
    else this.once("end", done);
  }
}
