import type { Duplex } from "node:stream";
import { Cancellation } from "../../protocol/cancellation.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Session } from "../connection/session.ts";
import { Call } from "../support/call.ts";
import type { Address } from "./address.ts";
import { relay, reset } from "./relay.ts";

/** Connections that one forward may have at the same time. */
export const maxConnections = 4096;

export type ForwardKind = "local" | "remote" | "dynamic";

/** Why a forward ended that nobody closed. */
export interface ForwardEnd {
  readonly reason: "session" | "listener";
  readonly message: string;
}

/** A connection that could not be made. */
export interface FailedConnection {
  readonly to: Address;
  readonly failure: Failure;
}

export interface ForwardEvents {
  /** Told once, unless {@link Forward.close} was called before. */
  readonly onEnd: (end: ForwardEnd) => void;
  readonly onFailed: (failed: FailedConnection) => void;
}

/** What counts its own bytes; so do sockets and transports. */
type Counting = Duplex & { readonly bytesRead: number; readonly bytesWritten: number };

interface Relayed {
  /** The connection to where the forward listens. */
  readonly inbound: Counting;
  outbound: Counting | undefined;
  readonly cancellation: Cancellation;
}

/**
 * What listens at one side of a session and connects at the other (RFC 4254 §7), with all of its
 * connections.
 */
export class Forward {
  readonly kind: ForwardKind;
  readonly session: Session;
  /** Where it connects to; undefined where each connection says so itself. */
  readonly to: Address | undefined;
  readonly #events: ForwardEvents;
  readonly #connections = new Set<Relayed>();
  /** Connections so far, those that could not be made, and the bytes of those that are over. */
  readonly #past = { total: 0, failed: 0, received: 0, sent: 0 };
  #bind!: Address;
  #stop: () => void | Promise<void> = () => {};
  #isOver = false;
  #onIdle: () => void = () => {};

  constructor(kind: ForwardKind, session: Session, to: Address | undefined, events: ForwardEvents) {
    this.kind = kind;
    this.session = session;
    this.to = to;
    this.#events = events;
    session.onEnd(() => this.end({ reason: "session", message: "the session has ended" }));
  }

  /** Where it listens, with the port that it got. */
  get bind(): Address {
    return this.#bind;
  }

  /** For `daemon.status`. Bytes are counted from the side that listens. */
  get status() {
    const { total, failed } = this.#past;
    let { received, sent } = this.#past;
    for (const { inbound } of this.#connections) {
      received += inbound.bytesRead;
      sent += inbound.bytesWritten;
    }
    return {
      connections: this.#connections.size,
      total,
      failed,
      bytesReceived: received,
      bytesSent: sent,
    };
  }

  /**
   * It listens now.
   *
   * @param stop has it listen no longer
   */
  listening(bind: Address, stop: () => void | Promise<void>): void {
    this.#bind = bind;
    this.#stop = stop;
    if (this.#isOver) void stop();
  }

  /** Whether it takes another connection. */
  get takesMore(): boolean {
    return !this.#isOver && this.#connections.size < maxConnections;
  }

  /**
   * Joins a connection to what `open` gives. Where that can't be had, it is `refuse`d and told.
   *
   * @param first what came on it that is for the other side
   */
  async carry(
    inbound: Counting,
    to: Address,
    open: (call: Call) => Promise<Counting>,
    handlers: { granted?: () => Buffer; refuse?: (failure: Failure) => void; first?: Buffer } = {},
  ): Promise<void> {
    const cancellation = new Cancellation();
    const relayed: Relayed = { inbound, outbound: undefined, cancellation };
    this.#past.total += 1;
    this.#connections.add(relayed);
    // One that goes before there is another end needs none.
    const gone = () => cancellation.request();
    inbound.once("close", gone).on("error", () => {});
    const call = new Call(cancellation);
    try {
      const outbound = await open(call);
      relayed.outbound = outbound;
      if (inbound.destroyed) return void outbound.destroy();
      const { granted, first } = handlers;
      if (granted) inbound.write(granted());
      if (first && first.length > 0) outbound.write(first);
      await relay(inbound, outbound);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { refuse = () => reset(inbound) } = handlers;
      this.fail(to, error);
      refuse(error);
    } finally {
      inbound.off("close", gone);
      call.dispose();
      this.#past.received += inbound.bytesRead;
      this.#past.sent += inbound.bytesWritten;
      this.#connections.delete(relayed);
      if (this.#connections.size === 0) this.#onIdle();
    }
  }

  /** A connection could not be made. */
  fail(to: Address, failure: Failure): void {
    this.#past.failed += 1;
    if (!this.#isOver && failure.kind !== "Cancelled") this.#events.onFailed({ to, failure });
  }

  /** It can't go on; its connections end with it. */
  end(end: ForwardEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#stop();
    this.#abort();
    this.#events.onEnd(end);
  }

  /**
   * Has it listen no longer. Its connections go on to their end, which this doesn't wait for,
   * unless they are to be aborted.
   */
  async close(abort: boolean): Promise<void> {
    this.#isOver = true;
    if (abort) this.#abort();
    await this.#stop();
  }

  /** Resolves when no connection is left. */
  idle(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #abort(): void {
    for (const { inbound, outbound, cancellation } of this.#connections) {
      cancellation.request();
      reset(inbound);
      if (outbound) reset(outbound);
    }
  }
}
