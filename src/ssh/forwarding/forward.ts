import type { Duplex } from "node:stream";
import { Cancellation } from "../../protocol/cancellation.ts";
import { Failure } from "../../protocol/errors.ts";
import { Roster } from "../../protocol/roster.ts";
import type { HeldSession } from "../connection/held-session.ts";
import { Call } from "../support/call.ts";
import { countCommand } from "../support/garbage-collection.ts";
import { placesHeld } from "../support/places.ts";
import type { Share } from "../support/pool.ts";
import type { Address } from "./address.ts";
import { relay, reset } from "./relay.ts";

/** Milliseconds that a connection waits for a session that was lost. */
export const sessionPatience = 30_000;

/** Connections that one forward may have at the same time. */
export const maxConnections = 4096;

export type ForwardKind = "local" | "remote" | "dynamic";

/** Why a forward ended that nobody closed. */
export interface ForwardEnd {
  readonly reason: "session" | "listener" | "refused";
  readonly message: string;
}

/** A connection that could not be made. */
export interface FailedConnection {
  readonly to: Address;
  readonly failure: Failure;
}

/** Whose a forward is. */
export interface ForwardOwner {
  /** What it may have of places, one for each connection; undefined for no limit. */
  readonly places: Share | undefined;
  /** Called once if a forward that was listening ends by itself, without {@link Forward.close}. */
  readonly onEnd: (end: ForwardEnd) => void;
  /** Reports the failure; resolves when that is done. */
  readonly onFailed: (failed: FailedConnection) => Promise<void>;
}

/** A stream that counts its bytes, as sockets and transports do. */
type Counting = Duplex & { readonly bytesRead: number; readonly bytesWritten: number };

/** The two ends of a connection, as far as they exist yet. */
interface Ends {
  /** The connection to where the forward listens. */
  inbound: Counting | undefined;
  outbound: Counting | undefined;
}

interface Connection extends Ends {
  readonly cancellation: Cancellation;
}

/** Both ends; undefined if there is nothing to relay and all has been closed. */
type Join = { readonly inbound: Counting; readonly outbound: Counting } | undefined;

/** Failures that may wait to be reported; further ones are dropped if the client doesn't read. */
const maxUntold = 100;

/**
 * What listens at one side of a session and connects at the other (RFC 4254 §7), with all of its
 * connections.
 */
export class Forward {
  readonly kind: ForwardKind;
  readonly session: HeldSession;
  /** Where it connects to; undefined where each connection says so itself. */
  readonly to: Address | undefined;
  readonly #owner: ForwardOwner;
  readonly #connections = new Roster<Connection>();
  /** Connections so far, those that could not be made, and the bytes of those that are over. */
  readonly #past = { total: 0, failed: 0, received: 0, sent: 0 };
  #bind!: Address;
  #stop: () => void | Promise<void> = () => {};
  #isOver = false;
  #untold = 0;
  readonly #forget: () => void;

  constructor(
    kind: ForwardKind,
    session: HeldSession,
    to: Address | undefined,
    owner: ForwardOwner,
  ) {
    this.kind = kind;
    this.session = session;
    this.to = to;
    this.#owner = owner;
    this.#forget = session.onEnd(() =>
      this.end({ reason: "session", message: "the session has ended" }),
    );
  }

  /** Where it listens, with the port that it got. */
  get bind(): Address {
    return this.#bind;
  }

  /** For `daemon.status`. Bytes are counted from the side that listens. */
  get status() {
    const { total, failed } = this.#past;
    let { received, sent } = this.#past;
    for (const { inbound } of this.#connections.all()) {
      received += inbound?.bytesRead ?? 0;
      sent += inbound?.bytesWritten ?? 0;
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

  /** Whether it has ended, or was closed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it takes another connection. */
  get takesMore(): boolean {
    return !this.#isOver && this.#connections.size < maxConnections;
  }

  /**
   * Carries a connection from its coming to its end: has `join` make what is missing of its two ends,
   * and relays between them. While there is nothing to relay to, the inbound one's close ends the
   * wait, as the forward's end does.
   *
   * @param to where it goes, where that is known from the start
   * @param inbound where it is there from the start
   * @param refuse tells the inbound side that it comes to nothing
   */
  async carry(
    inbound: Counting | undefined,
    to: Address | undefined,
    join: (call: Call) => Promise<Join>,
    refuse = () => {
      if (inbound) reset(inbound);
    },
  ): Promise<void> {
    const cancellation = new Cancellation();
    const connection: Connection = { inbound, outbound: undefined, cancellation };
    this.#past.total += 1;
    const { places } = this.#owner;
    if (places && !places.take(1)) {
      refuse();
      return this.fail(to, noPlace(places));
    }
    countCommand();
    const place = this.#connections.add(connection);
    // If the inbound connection closes first, the outbound one isn't needed.
    const gone = () => cancellation.request();
    inbound?.once("close", gone).on("error", () => {});
    const call = new Call(cancellation);
    try {
      if (inbound?.destroyed) return;
      const ends = await join(call);
      if (!ends) return;
      // From here on the relay handles its end.
      inbound?.off("close", gone);
      connection.inbound = ends.inbound;
      connection.outbound = ends.outbound;
      ends.inbound.on("error", () => {});
      if (ends.inbound.destroyed) return reset(ends.outbound);
      await relay(ends.inbound, ends.outbound);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refuse();
      if (to) this.fail(to, error);
    } finally {
      places?.give(1);
      inbound?.off("close", gone);
      call.dispose();
      this.#past.received += connection.inbound?.bytesRead ?? 0;
      this.#past.sent += connection.inbound?.bytesWritten ?? 0;
      this.#connections.remove(place);
    }
  }

  /**
   * A connection could not be made; one that was given up before was not to be made any more.
   *
   * @param to undefined where it hasn't said yet: that it failed is only counted
   */
  fail(to: Address | undefined, failure: Failure): void {
    if (failure.kind === "Cancelled") return;
    this.#past.failed += 1;
    if (!to || this.#isOver || this.#untold >= maxUntold) return;
    this.#untold += 1;
    void this.#owner.onFailed({ to, failure }).finally(() => (this.#untold -= 1));
  }

  /** It can't go on; its connections end with it. */
  end(end: ForwardEnd): void {
    if (this.#isOver) return;
    this.#over();
    void this.#stop();
    this.#abort();
    this.#owner.onEnd(end);
  }

  /**
   * Has it listen no longer. Its connections go on to their end, which this doesn't wait for,
   * unless they are to be aborted.
   */
  async close(abort: boolean): Promise<void> {
    this.#over();
    if (abort) this.#abort();
    await this.#stop();
  }

  #over(): void {
    this.#isOver = true;
    this.#forget();
  }

  #abort(): void {
    for (const { inbound, outbound, cancellation } of this.#connections.all()) {
      cancellation.request();
      if (inbound) reset(inbound);
      if (outbound) reset(outbound);
    }
  }
}

function noPlace(places: Share): Failure {
  return new Failure(
    "ConnectFailed",
    `there is no room for another connection: ${placesHeld(places)}; close some, or use a daemon of its own`,
    { errno: "EMFILE" },
  );
}
