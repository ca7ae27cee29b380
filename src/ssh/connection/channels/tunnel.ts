import { Readable } from "node:stream";
import { ByteQueue } from "../../flow/byte-queue.ts";
import type { StreamName } from "../../flow/output-queue.ts";
import { ReceiveWindow } from "../../flow/receive-window.ts";
import type { RawChannel } from "../../ssh2/raw-channel.ts";
import type { Carrying } from "./carrying.ts";
import { PairTransport } from "../../flow/transport.ts";
import type { Transport } from "../../flow/transport.ts";
import { packetsPerTurn, turnSize } from "../../flow/turns.ts";

/** The connection behind a `direct-tcpip` or `forwarded-tcpip` channel (RFC 4254 §7.2). */
export function tunnel(carrying: Carrying, channel: RawChannel, allowHalfOpen = false): Transport {
  const source = new TunnelSource(carrying, channel);
  const { drained, nextTurn } = carrying;
  // A write is a few packets, and needs no turn, unless the server's maximum packet size is tiny.
  const isTiny = packetsPerTurn * channel.packetSize < turnSize;
  return new PairTransport({
    source,
    sink: channel.sink,
    drained: isTiny ? () => drained().then(nextTurn) : drained,
    allowHalfOpen,
    close: () => {
      source.destroy();
      channel.close();
    },
  });
}

/**
 * What comes through a tunnel. It has a window of its own (RFC 4254 §5.2), which opens as the
 * connection inside takes what has come: what that doesn't take isn't sent.
 */
class TunnelSource extends Readable {
  readonly #window: ReceiveWindow;
  readonly #queue = new ByteQueue();
  #isWanted = false;
  #hasEnded = false;

  constructor({ roundTrip, onOverrun }: Carrying, channel: RawChannel) {
    super();
    this.#window = new ReceiveWindow((bytes) => channel.adjustWindow(bytes), roundTrip);
    const take = (stream: StreamName, chunk: Buffer) => {
      // There is no stderr here; what a server sends on it all the same must not fill the window.
      if (stream === "stderr" || this.destroyed) this.#window.consumed(chunk.length);
      else {
        this.#queue.push(chunk);
        this.#handOn();
      }
    };
    channel.read(take, onOverrun);
    channel.onEnd("stdout", () => {
      this.#hasEnded = true;
      this.#handOn();
    });
    channel.onClose(() => this.#window.close());
  }

  override _read(): void {
    this.#isWanted = true;
    this.#handOn();
  }

  #handOn(): void {
    if (!this.#isWanted) return;
    const chunk = this.#queue.shift();
    if (chunk) {
      // Before the push, which may ask for more.
      this.#isWanted = false;
      this.push(chunk);
      this.#window.consumed(chunk.length);
    } else if (this.#hasEnded) this.push(null);
  }
}
