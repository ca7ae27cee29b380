import { lent } from "./internals/protocol.ts";
import type { ChannelState, Protocol } from "./internals/protocol.ts";
import { closeOurSide } from "./sides.ts";
import type { Sides } from "./sides.ts";
import { adjustWindow } from "./windows.ts";

type Take = (stream: "stdout" | "stderr", chunk: Buffer) => void;

/**
 * The channel of a tunnel (RFC 4254 §7.2), kept by ssh2's client in the place of a channel of its own: two
 * streams, which take longer to make and to end than a short connection's data.
 *
 * Nothing waits for a reader: who opens it calls {@link read}, {@link onEnd} and {@link onClose} at once.
 *
 * test/e2e/tunnels.test.ts, test/ssh/connection/channels/tunnel.test.ts
 */
export class TunnelChannel implements ChannelState {
  // What ssh2 reads and sets of a channel.
  readonly type = "direct-tcpip";
  readonly incoming: ChannelState["incoming"];
  readonly outgoing: ChannelState["outgoing"];
  /** Whether the server may send more. */
  readable = true;
  readonly stderr = new Stderr(this);
  _callbacks: ChannelState["_callbacks"] = [];
  /** What waits for the server's window, and who is told when that has taken it. */
  _waitWindow = false;
  _chunk: Buffer | undefined;
  _chunkcb: (() => void) | undefined;

  readonly #protocol: Protocol;
  #take: Take = () => {};
  #onOverrun = () => {};
  #onEnd = () => {};
  readonly #onClose: (() => void)[] = [];

  /** @param state of a channel that has just been opened, or accepted */
  constructor(protocol: Protocol, { incoming, outgoing }: Sides) {
    this.#protocol = protocol;
    this.incoming = incoming;
    this.outgoing = outgoing;
    incoming.window += lent;
  }

  /** The most that the server takes in one packet (RFC 4254 §5.1), in bytes. */
  get packetSize(): number {
    return this.outgoing.packetSize;
  }

  /** Whether neither side has ended it. */
  get isWritable(): boolean {
    return this.outgoing.state === "open" && this.incoming.state !== "closed";
  }

  /**
   * Takes all that comes, as it arrives.
   *
   * @param onOverrun called when the server sends more than its window allows
   */
  read(take: Take, onOverrun: () => void): void {
    this.#take = take;
    this.#onOverrun = onOverrun;
  }

  /** Told when nothing more will come; the one that is told last. */
  onEnd(told: () => void): void {
    this.#onEnd = told;
  }

  /** Told when both sides have closed, or the connection is gone. */
  onClose(told: () => void): void {
    this.#onClose.push(told);
  }

  /** Lets the server send so many bytes more (RFC 4254 §5.2). */
  adjustWindow(bytes: number): void {
    adjustWindow(this.#protocol, this, bytes);
  }

  /**
   * Writes, as the server's window allows; one write at a time.
   *
   * @param taken called when the window has taken all of it; never where the channel closes first
   */
  write(data: Buffer, taken: () => void): void {
    this._write(data, null, taken);
  }

  /** Called by ssh2 as well, with what waits, when the server opens its window. */
  _write(data: Buffer, _encoding: null, taken: () => void): void {
    const { outgoing } = this;
    let left = data;
    while (left.length > 0) {
      if (outgoing.state !== "open") return;
      const size = Math.min(left.length, outgoing.window, outgoing.packetSize);
      if (size === 0) {
        this._waitWindow = true;
        this._chunk = left;
        this._chunkcb = taken;
        return;
      }
      outgoing.window -= size;
      this.#protocol.channelData(outgoing.id, left.subarray(0, size));
      left = left.subarray(size);
    }
    this._chunk = undefined;
    taken();
  }

  /** Sends EOF (RFC 4254 §5.3). */
  end(): void {
    if (!this.isWritable) return;
    this.outgoing.state = "eof";
    this.#protocol.channelEOF(this.outgoing.id);
  }

  /** Closes our side (RFC 4254 §5.3); safe to repeat. */
  close(): void {
    closeOurSide(this.#protocol, this);
  }

  /** Called by ssh2 with what comes; null for its end. @returns to ssh2 it is full: it adjusts no window */
  push(chunk: Buffer | null): false {
    if (chunk) return this.came("stdout", chunk);
    this.readable = false;
    this.#onEnd();
    return false;
  }

  /** Called by ssh2 with `close`, and with what a command would tell. */
  emit(event: string): void {
    if (event !== "close") return;
    this._chunk = undefined;
    for (const told of this.#onClose) told();
  }

  /** How a command ended: ssh2 asks before it tells. */
  get _exit(): object {
    return {};
  }

  /** Something has come on one of its streams. @returns as {@link push} */
  came(stream: "stdout" | "stderr", chunk: Buffer): false {
    if (this.incoming.window < lent) this.#onOverrun();
    else if (chunk.length > 0) this.#take(stream, chunk);
    return false;
  }
}

/** What ssh2 takes for a channel's second stream (RFC 4254 §5.2). */
class Stderr {
  readonly readable = false;
  readonly #channel: TunnelChannel;

  constructor(channel: TunnelChannel) {
    this.#channel = channel;
  }

  push(chunk: Buffer): false {
    return this.#channel.came("stderr", chunk);
  }

  emit(): void {}
}
