import type { Agreed } from "../ssh2/negotiation.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import { SessionChannel } from "./channels/channel.ts";
import { Channels } from "./channels/channels.ts";
import { RoundTrip } from "../flow/receive-window.ts";
import type { AcceptedHostKey } from "./accepted-host-key.ts";
import { startKeepalive } from "./keepalive.ts";
import type { KeepaliveOptions } from "./keepalive.ts";
import { untilRoom } from "../flow/room.ts";
import type { Room } from "../flow/room.ts";
import type { SshConnection } from "../ssh2/ssh-connection.ts";
import {
  earlyInput,
  isFragile,
  longestCommand,
  noteFragile,
  safeChannels,
} from "./channels/server-quirks.ts";
import type { OnConnection, ServerListener } from "./channels/server-listeners.ts";
import type { Target, TunnelOptions } from "./channels/tunnels.ts";
import type { Listening } from "../ssh2/forwarding.ts";
import type { RekeyLimit } from "../ssh2/rekey.ts";
import { terminateAll } from "./channels/terminate.ts";
import type { Transport } from "../flow/transport.ts";
import { tunnel } from "./channels/tunnel.ts";
import { endTurn, noteCommand, takeTurns } from "../flow/turns.ts";
import { within } from "../support/within.ts";

/** Bytes of answers to the server that may be unsent before it isn't read any more. */
export const unsentAnswers = 2 * 1024 * 1024;

/** Milliseconds that the disconnect message may take to leave the machine, and those through tunnels to get on. */
const flushLimit = 150;

/** Where a session leads, and how it got there. */
export interface SessionInfo {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly hostKey: AcceptedHostKey;
  readonly authMethod: string;
  /** Names its server, and the way there. */
  readonly route: string;
}

/** Why a session ended that its client didn't end. */
export interface Loss {
  readonly kind: "ConnectionLost" | "Disconnected" | "KeepaliveTimeout" | "HostKeyRejected";
  readonly message: string;
  /** What a proxy command wrote to stderr. */
  readonly stderr?: string;
}

/** The session that another one runs over. */
export interface Carrier {
  readonly session: Session;
  /** It was made for the other one alone and ends with it. */
  readonly owned: boolean;
}

export interface SessionOptions {
  readonly rekeyLimit: RekeyLimit | undefined;
  /** Session channels at a time; 1 for none ahead of need. */
  readonly maxChannels: number | undefined;
  readonly keepalive: KeepaliveOptions;
  /** Where the transport runs over another session: that one. */
  readonly carrier: Carrier | undefined;
  /** The socket of the agent that may be lent; undefined where there is none. */
  readonly agent: string | undefined;
  /** What the way there has to say when the connection is lost. */
  readonly told: (() => Record<string, unknown>) | undefined;
}

/** An SSH connection that is logged in, until it ends. */
export class Session {
  readonly info: SessionInfo & Agreed & { readonly serverIdent: string };
  readonly channels: Channels;
  /** Commands and transfers started so far. */
  readonly started = { execs: 0, transfers: 0 };
  /** Resolves when the session ends otherwise than by {@link end}. */
  readonly lost: Promise<Loss>;
  /** The socket of the agent that may be lent to the server; undefined where there is none. */
  readonly agent: string | undefined;
  readonly #connection: SshConnection;
  readonly #transport: Transport;
  readonly #carrier: Carrier | undefined;
  readonly #told: SessionOptions["told"];
  readonly #passengers = new Set<Session>();
  readonly #endings = new Set<() => void>();
  readonly #since = performance.now();
  #drain: Promise<void> | undefined;
  #closed: Failure | undefined;
  #ending: Promise<void> | undefined;
  #lossDetails: Record<string, unknown> = {};
  #tellLoss!: (loss: Loss) => void;

  /** @param connection one that is logged in over `transport` */
  constructor(
    connection: SshConnection,
    transport: Transport,
    info: SessionInfo,
    options: SessionOptions,
  ) {
    this.#connection = connection;
    this.#transport = transport;
    this.#carrier = options.carrier;
    this.#told = options.told;
    this.agent = options.agent;
    if (this.#carrier) this.#carrier.session.#passengers.add(this);
    this.info = { ...info, serverIdent: connection.ident, ...connection.agreed };
    this.lost = new Promise((resolve) => {
      this.#tellLoss = resolve;
    });
    const drained = () => this.#drained();
    const onOverrun = () => this.#lose("the server sent more than its window allows");
    const { serverIdent: ident } = this.info;
    const carrying = {
      drained,
      nextTurn: () => new Promise<void>((resolve) => endTurn(transport, resolve)),
      onOverrun,
      earlyInput: earlyInput(ident),
      longestCommand: longestCommand(ident),
      roundTrip: new RoundTrip(),
      lendsAgent: false,
    };
    this.channels = new Channels(
      connection,
      {
        session: (channel) => new SessionChannel(carrying, channel),
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
      this.#lose(error.message, kindOfLoss(error));
    });
    // After a reset, the end may be read before the error that a write met is told.
    connection.onEnd(() => setImmediate(() => this.#lose("the server closed the connection")));
    connection.onClose(() => this.#lose("the connection was closed"));
    connection.rekeyInTime(options.rekeyLimit ?? { bytes: 0, seconds: 0 });
    takeTurns(transport, () => unsentAnswers + this.channels.mostUnsent);
    startKeepalive(
      transport,
      options.keepalive,
      () => connection.ping(),
      () => this.#lose("the server gives no sign of life", "KeepaliveTimeout"),
    );
  }

  /** The session that this one runs over. */
  get via(): Session | undefined {
    return this.#carrier?.session;
  }

  /** The sessions that run over this one, and end with it; those that were lost, until they are freed. */
  get passengers(): ReadonlySet<Session> {
    return this.#passengers;
  }

  /**
   * Has `task` done when the session ends, before what runs on it is signalled, or is lost.
   *
   * @returns how to take that back
   */
  onEnd(task: () => void): () => void {
    this.#endings.add(task);
    return () => void this.#endings.delete(task);
  }

  /** For `daemon.status`. */
  get status() {
    const { host, port, username, serverIdent: ident } = this.info;
    return {
      state: this.#closed ? ("closed" as const) : ("open" as const),
      host,
      port,
      username,
      serverIdent: ident,
      age: (performance.now() - this.#since) / 1000,
      channels: this.channels.count,
      ahead: this.channels.ahead,
      queued: this.channels.queued,
      ...this.started,
      bytesReceived: this.#transport.bytesRead,
      bytesSent: this.#transport.bytesWritten,
    };
  }

  /** Throws where the session has been closed or lost. @throws {Failure} SessionClosed */
  check(): void {
    if (this.#closed) {
      throw new Failure("SessionClosed", `the session is closed: ${this.#closed.message}`);
    }
  }

  /**
   * Gives a channel, opened as soon as the server has room for it where none is at hand.
   *
   * @param options.room while there is none for what will come of it, the channel is kept waiting
   * @param options.isExtra see {@link Channels.acquire}
   * @throws {Failure} SessionClosed, ConnectionLost, ChannelOpenFailed, or the call's end
   */
  async openChannel(
    call: Call,
    { room, isExtra = false }: { room?: Room | undefined; isExtra?: boolean } = {},
  ): Promise<SessionChannel> {
    this.check();
    for (;;) {
      const channel = await this.channels.acquire(call, isExtra);
      if (room) await untilRoom(room, channel, call);
      if (this.#ending) {
        // What ends with the session makes room for those that wait.
        channel.close();
        this.check();
      }
      // The server may have closed it meanwhile.
      if (channel.isOpen) return channel;
    }
  }

  /** A command begins or ends: transfers of other sessions make room for it. */
  noteCommand(): void {
    noteCommand(this.#transport);
  }

  /**
   * Connects from the server's side (RFC 4254 §7.2; OpenSSH's PROTOCOL, 2.4).
   *
   * @throws {Failure} SessionClosed, ConnectFailed, ConnectionLost, or the call's end
   */
  async connect(target: Target, call: Call, options?: TunnelOptions): Promise<Transport> {
    this.check();
    return this.channels.tunnels.connect(target, call, options);
  }

  /**
   * Has the server listen, and hand over what connects there (RFC 4254 §7.1).
   *
   * @throws {Failure} SessionClosed, ForwardRefused, ConnectionLost, or the call's end
   */
  async listen(where: Listening, onConnection: OnConnection, call: Call): Promise<ServerListener> {
    this.check();
    return this.channels.listeners.listen(where, onConnection, call);
  }

  /**
   * Ends the session, those first that run over it: signals what runs, sends SSH_MSG_DISCONNECT,
   * closes the connection. Safe to repeat; the later calls wait for the first.
   *
   * @param reason RFC 4253 §11.1
   */
  end(reason = 11, description = "Normal Shutdown"): Promise<void> {
    this.#ending ??= this.#end(reason, description);
    return this.#ending;
  }

  async #end(reason: number, description: string): Promise<void> {
    if (!this.#closed) await this.#close(reason, description);
    this.#leaveCarrier();
  }

  async #close(reason: number, description: string): Promise<void> {
    const closed = new Failure("SessionClosed", "the session was disconnected");
    this.#closed = closed;
    this.#tellEnd();
    await Promise.all([
      terminateAll(this.channels.used),
      ...[...this.#passengers].map((passenger) => passenger.end(reason, description)),
    ]);
    await within(flushLimit, this.channels.tunnels.end(closed));
    this.channels.fail(closed);
    if (this.#transport.writable) {
      try {
        this.#connection.disconnect(reason, description);
      } catch {
        // The connection went down in the same moment; there is nobody left to tell.
      }
      await within(flushLimit, flushed(this.#transport));
    }
    // In any case: ssh2 ends its side only, where the server says goodbye meanwhile.
    this.#transport.destroy();
    this.#leaveCarrier();
    await this.#endOwned();
  }

  #lose(message: string, kind: Loss["kind"] = "ConnectionLost"): void {
    if (!this.#closed) {
      const told = this.#told?.();
      // Or it bears no second one; there is no telling, and one at a time is right with both.
      if (this.channels.opensAhead) noteFragile(this.info.route);
      const details = { ...this.#lossDetails, ...told };
      const lost = new Failure("ConnectionLost", `the connection was lost: ${message}`, details);
      this.#closed = lost;
      this.channels.fail(lost);
      this.#tellEnd();
      this.#tellLoss({ kind, message, ...told });
      void this.#endOwned();
    }
    if (!this.#ending) this.#transport.destroy();
  }

  #tellEnd(): void {
    for (const task of this.#endings) task();
    this.#endings.clear();
  }

  #leaveCarrier(): void {
    if (this.#carrier) this.#carrier.session.#passengers.delete(this);
  }

  async #endOwned(): Promise<void> {
    if (this.#carrier?.owned) await this.#carrier.session.end();
  }

  /** Resolves when the connection's buffer has room; at once where the connection is gone. */
  #drained(): Promise<void> {
    const transport = this.#transport;
    const exchange = this.#connection.exchangeOver();
    if (exchange) return exchange.then(() => this.#drained());
    if (!transport.writableNeedDrain || transport.destroyed) return Promise.resolve();
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
