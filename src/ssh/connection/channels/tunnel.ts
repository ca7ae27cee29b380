import { Readable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { ByteQueue } from "../../flow/byte-queue.ts";
import type { StreamName } from "../../flow/output-queue.ts";
import { ReceiveWindow } from "../../flow/receive-window.ts";
import type { RoundTrip } from "../../flow/receive-window.ts";
import { adjustWindow, packetSizeOf, takeData } from "../../ssh2/internals.ts";
import { PairTransport } from "../../flow/transport.ts";
import type { Transport } from "../../flow/transport.ts";
import { packetsPerTurn, turnSize } from "../../flow/turns.ts";

/** What a tunnel needs of the connection that carries it. */
export interface Carrying {
  readonly client: Client;
  /** Resolves when it can take more. */
  readonly drained: () => Promise<void>;
  /** Resolves when it may go on that has written as much as a turn has room for. */
  readonly nextTurn: () => Promise<void>;
  /** Called when the server sends more than its window allows. */
  readonly onOverrun: () => void;
  readonly roundTrip: RoundTrip;
}

/** The connection behind a `direct-tcpip` or `forwarded-tcpip` channel (RFC 4254 §7.2). */
export function tunnel(
  carrying: Carrying,
  channel: ClientChannel,
  allowHalfOpen = false,
): Transport {
  const source = new TunnelSource(carrying, channel);
  const { drained, nextTurn } = carrying;
  // What is written at once is a packet of the connection inside, or a few: many where these are tiny.
  const isTiny = packetsPerTurn * packetSizeOf(channel) < turnSize;
  return new PairTransport({
    source,
    sink: channel,
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

  constructor({ client, roundTrip, onOverrun }: Carrying, channel: ClientChannel) {
    super();
    this.#window = new ReceiveWindow((bytes) => adjustWindow(client, channel, bytes), roundTrip);
    const take = (stream: StreamName, chunk: Buffer) => {
      // There is no stderr here; what a server sends on it all the same must not fill the window.
      if (stream === "stderr" || this.destroyed) this.#window.consumed(chunk.length);
      else {
        this.#queue.push(chunk);
        this.#handOn();
      }
    };
    takeData(channel, take, onOverrun);
    channel.stderr.on("error", () => {});
    channel.once("end", () => {
      this.#hasEnded = true;
      this.#handOn();
    });
    channel.once("close", () => this.#window.close());
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
