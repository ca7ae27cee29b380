import { Failure } from "../../protocol/errors.ts";
import { afterEnd } from "./after-end.ts";
import type { Room } from "../flow/room.ts";
import { untilRoom } from "../flow/room.ts";
import type { Transport } from "../flow/transport.ts";
import { noteCommand } from "../flow/turns.ts";
import type { Listening } from "../ssh2/forwarding.ts";
import type { Call } from "../support/call.ts";
import { within } from "../support/within.ts";
import type { SessionChannel } from "./channels/channel.ts";
import type { Channels } from "./channels/channels.ts";
import type { OnConnection, ServerListener } from "./channels/server-listeners.ts";
import { terminateAll } from "./channels/terminate.ts";
import type { Target, TunnelOptions, Tunnels } from "./channels/tunnels.ts";
import type { KeepaliveOptions } from "./keepalive.ts";
import type { Link, Loss } from "./link.ts";

/** Milliseconds that data in tunnels may take to be delivered when the session ends. */
const flushLimit = 150;

export interface SessionOptions {
  readonly keepalive: KeepaliveOptions;
  /** The socket of the agent that may be lent; undefined where there is none. */
  readonly agent: string | undefined;
}

/** One user's use of an SSH connection that is logged in, until it ends. */
export class Session {
  readonly info: Link["info"];
  readonly channels: Channels;
  /** Commands and transfers started so far. */
  readonly started = { execs: 0, transfers: 0 };
  /** The socket of the agent that may be lent to the server; undefined where there is none. */
  readonly agent: string | undefined;
  /** The connection, which may be others' too. */
  readonly link: Link;
  readonly #tunnels: Tunnels;
  readonly #passengers = new Set<Session>();
  readonly #endings = new Set<() => void>();
  readonly #endKeepalive: () => void;
  #closed: Failure | undefined;
  #ending: Promise<void> | undefined;
  #loss: Loss | undefined;

  /** @param link one that is open */
  constructor(link: Link, options: SessionOptions) {
    this.link = link;
    this.info = link.info;
    this.channels = link.channels;
    this.agent = options.agent;
    this.#tunnels = link.channels.makeTunnels();
    link.join(this);
    if (link.carrier) link.carrier.session.#passengers.add(this);
    this.#endKeepalive = link.keepalive.watch(options.keepalive, () => this.#silence());
  }

  /** Why it was lost; undefined if it wasn't. */
  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** Whether {@link end} was called. */
  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** The session that this one runs over. */
  get via(): Session | undefined {
    return this.link.carrier?.session;
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
    return {
      state: this.#closed ? ("closed" as const) : ("open" as const),
      ...this.link.status,
      channels: this.channels.usedBy(this).length + this.#tunnels.count,
      ahead: this.channels.ahead,
      queued: this.channels.queuedBy(this),
      ...this.started,
    };
  }

  /** Throws where the session has been closed or lost. @throws {Failure} SessionClosed */
  check(): void {
    if (this.#closed) {
      throw afterEnd(this.#closed);
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
      const channel = await this.channels.acquire(call, this, isExtra);
      if (room) await untilRoom(room, channel, call);
      if (this.#ending) {
        // The session is over: the channel goes to another that waits.
        channel.close();
        this.check();
      }
      // The server may have closed it while this waited: then another is acquired.
      if (channel.isOpen) return channel;
    }
  }

  /** A command begins or ends: transfers of other sessions make room for it. */
  noteCommand(): void {
    noteCommand(this.link.transport);
  }

  /**
   * Connects from the server's side (RFC 4254 §7.2; OpenSSH's PROTOCOL, 2.4).
   *
   * @throws {Failure} SessionClosed, ConnectFailed, ConnectionLost, or the call's end
   */
  async connect(target: Target, call: Call, options?: TunnelOptions): Promise<Transport> {
    this.check();
    return this.#tunnels.connect(target, call, options);
  }

  /**
   * Has the server listen, and hand over what connects there (RFC 4254 §7.1).
   *
   * @throws {Failure} SessionClosed, ForwardRefused, ConnectionLost, or the call's end
   */
  async listen(where: Listening, onConnection: OnConnection, call: Call): Promise<ServerListener> {
    this.check();
    const listener = { onConnection, tunnels: this.#tunnels };
    return this.channels.listeners.listen(where, listener, call);
  }

  /**
   * Ends the session, those first that run over it: signals what runs, and closes the connection, with
   * SSH_MSG_DISCONNECT, unless that is others' too. Safe to repeat; the later calls wait for the first.
   *
   * @param reason RFC 4253 §11.1
   */
  end(reason = 11, description = "Normal Shutdown"): Promise<void> {
    this.#ending ??= this.#end(reason, description);
    return this.#ending;
  }

  /** The connection is of no use any more, for all or for this session. */
  lose(failure: Failure, loss: Loss): void {
    if (this.#closed) return;
    this.#closed = failure;
    this.#loss = loss;
    this.#tunnels.fail(failure);
    this.#tellEnd();
  }

  async #end(reason: number, description: string): Promise<void> {
    if (!this.#closed) await this.#close(reason, description);
    // The carrier that ends with this connection would wait for it for ever.
    if (this.link.carrier?.owned) this.#leaveCarrier();
    await this.link.leave(this, reason, description);
    this.#leaveCarrier();
  }

  async #close(reason: number, description: string): Promise<void> {
    const closed = new Failure("SessionClosed", "the session was disconnected");
    this.#closed = closed;
    this.#tellEnd();
    await Promise.all([
      terminateAll(this.channels.usedBy(this)),
      ...[...this.#passengers].map((passenger) => passenger.end(reason, description)),
    ]);
    await within(flushLimit, this.#tunnels.end(closed));
    this.channels.leave(this, this.#tunnels, closed);
  }

  /** The server doesn't answer this session's keepalive; other sessions have intervals of their own. */
  #silence(): void {
    const [kind, message] = ["KeepaliveTimeout", "the server gives no sign of life"] as const;
    if (this.link.sessions.size === 1) return this.link.lose(message, kind);
    const lost = new Failure("ConnectionLost", `the connection was lost: ${message}`);
    this.channels.leave(this, this.#tunnels, lost);
    this.lose(lost, { kind, message });
    void this.link.leave(this, 11, "");
  }

  #tellEnd(): void {
    this.#endKeepalive();
    for (const task of this.#endings) task();
    this.#endings.clear();
  }

  #leaveCarrier(): void {
    const { via } = this;
    if (via) via.#passengers.delete(this);
  }
}
