import { Failure } from "../../../protocol/errors.ts";
import { Roster } from "../../../protocol/roster.ts";
import type { Call } from "../../support/call.ts";
import { OpenRefused } from "../../ssh2/opening.ts";
import type { Originator } from "../../ssh2/opening.ts";
import type { SshConnection } from "../../ssh2/ssh-connection.ts";
import type { TunnelChannel } from "../../ssh2/tunnel-channel.ts";
import type { Transport } from "../../flow/transport.ts";

/** Makes a connection of a channel; `took` are the milliseconds that it took to open, where we did. */
export type WrapTunnel = (
  channel: TunnelChannel,
  allowHalfOpen: boolean,
  took?: number,
) => Transport;

/** Where the server is to connect to: a host, or a Unix socket (OpenSSH's PROTOCOL, 2.4). */
export type Target = { readonly host: string; readonly port: number } | { readonly path: string };

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254 §5.1). */
const prohibited = 1;

const hint =
  " (prohibited there: AllowTcpForwarding and PermitOpen of its sshd_config say what may be)";

export interface TunnelOptions {
  /** Whether it goes on in one direction when the other one has ended. Default: no. */
  readonly allowHalfOpen?: boolean;
  /** Who asks for it. */
  readonly originator?: Originator;
}

/**
 * Connections that the server makes for us (RFC 4254 §7.2). They don't count among session channels:
 * OpenSSH's MaxSessions is for those only (sshd_config(5)).
 */
export class Tunnels {
  readonly #connection: SshConnection;
  readonly #wrap: WrapTunnel;
  readonly #open = new Roster<Transport>();
  /** The channels of those that are open, and of those given up that the server hasn't closed. */
  readonly #channels = new Roster<TunnelChannel>();
  #lost: Failure | undefined;

  constructor(connection: SshConnection, wrap: WrapTunnel) {
    this.#connection = connection;
    this.#wrap = wrap;
  }

  get count(): number {
    return this.#open.size;
  }

  /**
   * Has the server connect, and gives that connection. What becomes of ours becomes of
   * it: on loss it is destroyed with the failure.
   *
   * @throws {Failure} ConnectFailed where the server refuses or can't, ConnectionLost, SessionClosed,
   *   or the call's end
   */
  async connect(target: Target, call: Call, options: TunnelOptions = {}): Promise<Transport> {
    if (this.#lost) throw this.#lost;
    const askedAt = performance.now();
    const { allowHalfOpen = false, originator } = options;
    const opened = (channel: TunnelChannel) =>
      this.#take(channel, allowHalfOpen, performance.now() - askedAt);
    const tunnel = (
      "path" in target
        ? this.#connection.openDirectStreamlocal(target.path, opened)
        : this.#connection.openDirectTcpip(target.host, target.port, opened, originator)
    ).catch((error: unknown) => this.#notOpened(error, target));
    try {
      return await call.race(tunnel);
    } catch (error) {
      // The call ended first: if the connection is made all the same, it is closed.
      tunnel.then(
        (transport) => transport.destroy(),
        () => {},
      );
      throw error;
    }
  }

  /**
   * Makes a connection of a channel that the server wants to open; it may be half-open.
   *
   * @param open takes the channel
   * @throws {Failure} ConnectionLost, SessionClosed; it isn't taken then, and may be refused
   */
  accept(open: () => TunnelChannel): Transport {
    if (this.#lost) throw this.#lost;
    return this.#take(open(), true);
  }

  /** The connection below is gone. */
  fail(failure: Failure): void {
    this.#lost = failure;
    for (const tunnel of this.#open.all()) tunnel.destroy(failure);
  }

  /**
   * Gives up all of them. Resolves when the server has closed them, and thus sent on what was
   * written: OpenSSH's drops that when it is told of the connection's end first.
   */
  async end(failure: Failure): Promise<void> {
    this.fail(failure);
    const closed = (channel: TunnelChannel) =>
      new Promise<void>((resolve) => channel.onClose(resolve));
    await Promise.all(this.#channels.all().map(closed));
  }

  #take(channel: TunnelChannel, allowHalfOpen: boolean, took?: number): Transport {
    const place = this.#channels.add(channel);
    channel.onClose(() => this.#channels.remove(place));
    return this.#opened(this.#wrap(channel, allowHalfOpen, took));
  }

  #opened(tunnel: Transport): Transport {
    if (this.#lost) {
      tunnel.destroy();
      throw this.#lost;
    }
    const place = this.#open.add(tunnel);
    tunnel.once("close", () => this.#open.remove(place));
    return tunnel;
  }

  #notOpened(error: unknown, target: Target): never {
    if (this.#lost) throw this.#lost;
    const refused = error instanceof OpenRefused ? error : undefined;
    const why = refused
      ? refused.message + (refused.reason === prohibited ? hint : "")
      : "the channel was closed as it was opened";
    const where = "path" in target ? target.path : `${target.host} port ${target.port}`;
    throw new Failure("ConnectFailed", `the server can't connect to ${where}: ${why}`, {
      reason: refused?.reason,
      description: refused?.message,
    });
  }
}
