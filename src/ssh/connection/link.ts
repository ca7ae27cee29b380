import { Failure } from "../../protocol/errors.ts";
import { Recent } from "../flow/recent.ts";
import { RoundTrip } from "../flow/round-trip.ts";
import type { Transport } from "../flow/transport.ts";
import { TurnSum } from "../flow/turn-end.ts";
import { endTurn, takeTurns, turnSize } from "../flow/turns.ts";
import type { Agreed } from "../ssh2/key-exchange/negotiation.ts";
import type { RekeyLimit } from "../ssh2/rekey.ts";
import type { SshConnection } from "../ssh2/ssh-connection.ts";
import { within } from "../support/within.ts";
import type { AcceptedHostKey } from "./accepted-host-key.ts";
import { SessionChannel } from "./channels/channel.ts";
import { Channels } from "./channels/channels.ts";
import {
  earlyInput,
  isFragile,
  longestCommand,
  noteFragile,
  safeChannels,
} from "./channels/server-quirks.ts";
import { tunnel } from "./channels/tunnel.ts";
import { Keepalive } from "./keepalive.ts";
import type { Session } from "./session.ts";

/** Bytes of answers to the server that may wait unsent; with more, nothing more is read from it. */
export const unsentAnswers = 2 * 1024 * 1024;

/** Bytes that may wait unsent before those who write have to wait, too; OpenSSH's client has as many. */
const mostAhead = 128 * 1024;

/** Milliseconds after a key, or a command, in which transfers keep what is before its answer short. */
const attention = 5000;

/** Milliseconds that may pass until SSH_MSG_DISCONNECT has been sent. */
const flushLimit = 150;

/** Where a connection leads, and how it got there. */
export interface LinkInfo {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly hostKey: AcceptedHostKey;
  readonly authMethod: string;
  /** A name for the server and the way to it: the same for the same. */
  readonly route: string;
}

/** Why a session ended that its client didn't end. */
export interface Loss {
  readonly kind: "ConnectionLost" | "Disconnected" | "KeepaliveTimeout" | "HostKeyRejected";
  readonly message: string;
  /** What a proxy command wrote to stderr. */
  readonly stderr?: string;
}

/** The session that a connection runs over. */
export interface Carrier {
  readonly session: Session;
  /** Whether the session was made for that connection alone, and ends with it. */
  readonly owned: boolean;
}

export interface LinkOptions {
  readonly rekeyLimit: RekeyLimit | undefined;
  /** Session channels at a time; 1 for none ahead of need. */
  readonly maxChannels: number | undefined;
  /** Where the transport runs over another session: that one. */
  readonly carrier: Carrier | undefined;
  /** What the way there has to say when the connection is lost. */
  readonly told: (() => Record<string, unknown>) | undefined;
}

/**
 * An SSH connection that is logged in, with the sessions that use it: one, or several that share it.
 * It ends with the last of them, unless it is kept.
 */
export class Link {
  readonly info: LinkInfo & Agreed & { readonly serverIdent: string };
  /** The server's public key, or its certificate, as it sent it. */
  readonly hostKey: Buffer;
  readonly channels: Channels;
  readonly transport: Transport;
  readonly keepalive: Keepalive;
  readonly carrier: Carrier | undefined;
  readonly #connection: SshConnection;
  readonly #told: LinkOptions["told"];
  readonly #sessions = new Set<Session>();
  readonly #since = performance.now();
  #drain: Promise<void> | undefined;
  /** Bytes that were written in this turn by those that count them. */
  readonly #written = new TurnSum();
  #onLeft: (() => void) | undefined;
  #closed: Failure | undefined;
  #lossDetails: Record<string, unknown> = {};

  /** @param connection one that is logged in over `transport`, whose server has shown `hostKey` */
  constructor(
    connection: SshConnection,
    transport: Transport,
    hostKey: Buffer,
    info: LinkInfo,
    options: LinkOptions,
  ) {
    this.#connection = connection;
    this.transport = transport;
    this.hostKey = hostKey;
    this.carrier = options.carrier;
    this.#told = options.told;
    this.info = { ...info, serverIdent: connection.ident, ...connection.agreed };
    const { serverIdent: ident } = this.info;
    const carrying = {
      drained: (written = 0) => this.#drained(written),
      nextTurn: () => this.#nextTurn(),
      onOverrun: () => this.lose("the server sent more than its window allows"),
      earlyInput: earlyInput(ident),
      longestCommand: longestCommand(ident),
      roundTrip: new RoundTrip(),
      asked: new Recent(attention),
      lendsAgent: false,
      waitsForClose: false,
    };
    this.channels = new Channels(
      connection,
      {
        session: (channel, took) => {
          carrying.roundTrip.note(took);
          return new SessionChannel(carrying, channel);
        },
        tunnel: (channel, allowHalfOpen, took) => {
          if (took !== undefined) carrying.roundTrip.note(took);
          return tunnel(carrying, channel, allowHalfOpen);
        },
      },
      {
        most: Math.min(
          safeChannels(ident) ?? Infinity,
          options.maxChannels ?? Infinity,
          isFragile(info.route) ? 1 : Infinity,
        ),
      },
    );
    // ssh2 may report several errors, and after some of them nothing more: the first one ends it.
    connection.onError((error) => {
      this.#lossDetails = lossDetails(error);
      this.lose(error.message, kindOfLoss(error));
    });
    // After a reset, `end` may be emitted before the `error` of a write, which says more.
    connection.onEnd(() => setImmediate(() => this.lose("the server closed the connection")));
    connection.onClose(() => this.lose("the connection was closed"));
    connection.rekeyInTime(options.rekeyLimit ?? { bytes: 0, seconds: 0 });
    takeTurns(transport, () => unsentAnswers + this.channels.mostUnsent);
    this.keepalive = new Keepalive(transport, () => connection.ping());
  }

  /** Whether it hasn't ended. */
  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /** The sessions that use it. */
  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  /** For `daemon.status`. */
  get status() {
    const { host, port, username, serverIdent } = this.info;
    return {
      host,
      port,
      username,
      serverIdent,
      age: (performance.now() - this.#since) / 1000,
      bytesReceived: this.transport.bytesRead,
      bytesSent: this.transport.bytesWritten,
    };
  }

  /**
   * Doesn't end with its last session from now on.
   *
   * @param onLeft told when that has left it, and when it is lost
   */
  keep(onLeft: () => void): void {
    this.#onLeft = onLeft;
  }

  /** Another session uses it. */
  join(session: Session): void {
    this.#sessions.add(session);
  }

  /** A session has ended: resolves when the connection has, too, where it was the last. */
  async leave(session: Session, reason: number, description: string): Promise<void> {
    if (!this.#sessions.delete(session) || this.#sessions.size > 0) return;
    if (this.#onLeft) this.#onLeft();
    else await this.close(reason, description);
  }

  /** Sends SSH_MSG_DISCONNECT and closes the connection, on which nothing runs any more. */
  async close(reason = 11, description = "Normal Shutdown"): Promise<void> {
    if (!this.#closed) {
      this.#closed = new Failure("SessionClosed", "the session was disconnected");
      this.channels.fail(this.#closed);
      if (this.transport.writable) {
        try {
          this.#connection.disconnect(reason, description);
        } catch {
          // The connection is lost already: there is nobody to tell.
        }
        await within(flushLimit, flushed(this.transport));
      }
    }
    // In any case: if the server disconnects meanwhile, ssh2 only half-closes.
    this.transport.destroy();
    await this.#endCarrier();
  }

  /** The connection is of no use any more: ends every channel, and every session. */
  lose(message: string, kind: Loss["kind"] = "ConnectionLost"): void {
    // We end it ourselves: that is no loss.
    if (this.#closed || this.#isEnding) return;
    const told = this.#told?.();
    // Either the server can't bear a channel that is opened ahead, or not a second one. That can't be told
    // apart; one channel at a time is right for both.
    if (this.channels.opensAhead) noteFragile(this.info.route);
    const details = { ...this.#lossDetails, ...told };
    const lost = new Failure("ConnectionLost", `the connection was lost: ${message}`, details);
    this.#closed = lost;
    this.channels.fail(lost);
    for (const session of this.#sessions) session.lose(lost, { kind, message, ...told });
    this.#onLeft?.();
    void this.#endCarrier();
    this.transport.destroy();
  }

  get #isEnding(): boolean {
    if (this.#onLeft || this.#sessions.size === 0) return false;
    return [...this.#sessions].every(({ isEnding }) => isEnding);
  }

  async #endCarrier(): Promise<void> {
    const { carrier } = this;
    // A session that is ending already waits for those over it, and so for this one.
    if (carrier?.owned && !carrier.session.isEnding) await carrier.session.end();
  }

  /** See {@link Carrying}; at once where the connection is gone. */
  #drained(written: number): Promise<void> | undefined {
    const { transport } = this;
    const inTurn = this.#written.add(written);
    const exchange = this.#connection.exchangeOver();
    if (exchange) return exchange.then(() => this.#drained(0));
    if (transport.destroyed) return undefined;
    if (transport.writableNeedDrain && transport.writableLength >= mostAhead) {
      return this.#untilDrained();
    }
    return inTurn < turnSize ? undefined : this.#nextTurn();
  }

  #untilDrained(): Promise<void> {
    const { transport } = this;
    this.#drain ??= new Promise((resolve) => {
      const done = () => {
        this.#drain = undefined;
        transport.off("drain", done);
        transport.off("close", done);
        resolve();
      };
      transport.once("drain", done);
      transport.once("close", done);
    });
    return this.#drain;
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => endTurn(this.transport, resolve));
  }
}

function kindOfLoss(error: Error & { code?: string | number }): Loss["kind"] {
  if (error instanceof Failure) {
    // Or the session went down that this one runs over.
    return error.kind === "HostKeyRejected" ? "HostKeyRejected" : "ConnectionLost";
  }
  return typeof error.code === "number" ? "Disconnected" : "ConnectionLost";
}

/** A number as code is SSH_MSG_DISCONNECT's reason, a string the system's error. */
export function lossDetails(error: Error & { code?: string | number }): Record<string, unknown> {
  if (error instanceof Failure) return error.data;
  return typeof error.code === "number"
    ? { disconnectReason: error.code, disconnectDescription: error.message }
    : { errno: error.code };
}

function flushed(transport: Transport): Promise<void> {
  return new Promise((resolve) => {
    transport.end(() => resolve());
  });
}
