import { Failure } from "../../../protocol/errors.ts";
import type { Transport } from "../../flow/transport.ts";
import type { Listening, Offered } from "../../ssh2/forwarding.ts";
import { ourAgent } from "../../ssh2/ssh-connection.ts";
import type { SshConnection } from "../../ssh2/ssh-connection.ts";
import type { Call } from "../../support/call.ts";
import type { Tunnels } from "./tunnels.ts";

/** A connection that has come to where the server listens; exactly one of the two is called. */
export interface Incoming {
  /** Takes it; it may be half-open. @throws {Failure} where the session has ended, and it may be refused */
  readonly accept: () => Transport;
  /** Refuses it. */
  readonly refuse: () => void;
}

export type OnConnection = (incoming: Incoming) => void;

/** What the server listens for. */
export interface ServerListener {
  /** The port, which is the server's choice where 0 was asked for; undefined for a Unix socket. */
  readonly port: number | undefined;
  /** Has the server listen no longer; what is connected goes on. */
  close(): Promise<void>;
}

/** Who takes what comes, as whose tunnel. */
interface Listener {
  readonly onConnection: OnConnection;
  readonly tunnels: Tunnels;
}

/** Where the server listens for us (RFC 4254 §7.1). */
export class ServerListeners {
  readonly #connection: SshConnection;
  readonly #tunnels: Tunnels;
  readonly #listeners = new Map<string, Listener>();
  #lost: Failure | undefined;
  #fail!: (failure: Failure) => void;
  readonly #failed: Promise<never>;

  /** @param tunnels what comes for the agent, which is lent for all sessions */
  constructor(connection: SshConnection, tunnels: Tunnels) {
    this.#connection = connection;
    this.#tunnels = tunnels;
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
    connection.onForwarded((where, offered) => this.#offered(where, offered));
  }

  /** @throws {Failure} ForwardRefused, ConnectionLost, SessionClosed, or the call's end */
  async listen(where: Listening, listener: Listener, call: Call): Promise<ServerListener> {
    if (this.#lost) throw this.#lost;
    if (this.#listeners.has(keyOf(where))) throw refused(where, inUse);
    call.dispatched = "maybe";
    const listening = (port: number | undefined) => this.#listening(where, port, listener);
    const asked = this.#connection.requestForward(where, listening).catch((error: unknown) => {
      call.dispatched = "no";
      if (error instanceof Failure) throw error;
      throw refused(where, denied(where));
    });
    try {
      return await call.race(Promise.race([asked, this.#failed]));
    } catch (error) {
      // The call has ended: if the server grants the request all the same, it is taken back.
      void asked.then(
        (unwanted) => unwanted.close(),
        () => {},
      );
      throw error;
    }
  }

  /**
   * Takes what the server opens to our agent (auth-agent@openssh.com).
   *
   * @returns how to take nothing any more
   */
  lendAgent(onConnection: OnConnection): () => void {
    this.#listeners.set(keyOf(ourAgent), { onConnection, tunnels: this.#tunnels });
    this.#connection.setAgentLent(true);
    return () => {
      this.#listeners.delete(keyOf(ourAgent));
      this.#connection.setAgentLent(false);
    };
  }

  /** The connection is gone. */
  fail(failure: Failure): void {
    this.#lost = failure;
    this.#listeners.clear();
    this.#fail(failure);
  }

  #listening(where: Listening, port: number | undefined, listener: Listener): ServerListener {
    const actual = "path" in where ? where : { ...where, port: port ?? where.port };
    const key = keyOf(actual);
    // If a server grants an address twice, connections couldn't be told apart.
    if (this.#listeners.has(key)) throw refused(actual, inUse);
    this.#listeners.set(key, listener);
    return {
      port: "path" in where ? undefined : (port ?? where.port),
      close: async () => {
        if (this.#listeners.get(key) !== listener) return;
        this.#listeners.delete(key);
        // The server answers with a failure if it wasn't listening: then there is nothing to close.
        const cancelled = this.#connection.cancelForward(actual).catch(() => {});
        await Promise.race([cancelled, this.#failed.catch(() => {})]);
      },
    };
  }

  #offered(where: Listening, { accept, refuse }: Offered): void {
    const listener = this.#listeners.get(keyOf(where));
    if (!listener) return refuse();
    listener.onConnection({
      accept: () => listener.tunnels.accept(accept),
      // When the connection is lost, there is nobody to refuse to.
      refuse: () => this.#lost ?? refuse(),
    });
  }
}

const inUse = "this connection listens there already";

function denied(where: Listening): string {
  const says =
    "path" in where ? "AllowStreamLocalForwarding" : "AllowTcpForwarding and PermitListen";
  return `the server refuses it: it is in use there, or not allowed (${says} of its sshd_config)`;
}

const keyOf = (where: Listening) => ("path" in where ? where.path : `${where.host} ${where.port}`);

function refused(where: Listening, why: string): Failure {
  const place = "path" in where ? where.path : `${where.host} port ${where.port}`;
  return new Failure("ForwardRefused", `the server doesn't listen at ${place}: ${why}`);
}
