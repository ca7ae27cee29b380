import type { Socket } from "node:net";
import ssh2 from "ssh2";
import type { Client } from "ssh2";
import { Failure } from "../protocol/errors.ts";
import { algorithms } from "./algorithms.ts";
import { Authentication } from "./authentication.ts";
import type { Call } from "./call.ts";
import type { AcceptedHostKey, HostKeyPolicy } from "./host-keys.ts";
import { acceptNew } from "./host-keys.ts";
import { lossDetails, Session } from "./session.ts";
import { gateIdent } from "./ssh2-internals.ts";
import { connectTcp } from "./tcp.ts";

export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string | undefined;
}

/**
 * Connects, checks the host key, logs in.
 *
 * @throws {Failure} ConnectFailed, HandshakeFailed, HostKeyRejected, AuthenticationFailed,
 *   ConnectionLost, or the call's end; nothing stays open then
 */
export async function connect(destination: Destination, call: Call): Promise<Session> {
  const policy = acceptNew(destination.host, destination.port);
  const knownKeyTypes = await call.race(policy.knownKeyTypes());
  const socket = await connectTcp(destination.host, destination.port, call);
  const login = new Login(destination, policy, call);
  try {
    await call.race(login.run(socket, knownKeyTypes));
    return login.session(socket);
  } catch (error) {
    login.abandon();
    socket.destroy();
    throw error;
  }
}

/** The way from a TCP connection to a session that is logged in. */
class Login {
  readonly #client: Client = new ssh2.Client();
  readonly #authentication: Authentication;
  readonly #destination: Destination;
  readonly #policy: HostKeyPolicy;
  readonly #call: Call;
  #hostKey: AcceptedHostKey | undefined;
  #acceptedKey: Buffer | undefined;
  #settle!: { resolve: () => void; reject: (error: unknown) => void };

  constructor(destination: Destination, policy: HostKeyPolicy, call: Call) {
    this.#destination = destination;
    this.#policy = policy;
    this.#call = call;
    this.#authentication = new Authentication(destination.username, destination.password);
  }

  run(socket: Socket, knownKeyTypes: string[]): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#call.enter("banner");
    this.#client
      .on("ready", () => this.#settle.resolve())
      .on("handshake", () => {
        if (this.#call.phase === "handshake") this.#call.phase = "authenticate";
      })
      .on("change password", () => this.#settle.reject(this.#refused("the password has expired")))
      // Several may come; the first says what happened.
      .on("error", (error) => this.#settle.reject(this.#failure(error)))
      .on("close", () =>
        this.#settle.reject(this.#failure(new Error("the server closed the connection"))),
      )
      .connect({
        sock: socket,
        username: this.#destination.username,
        algorithms: algorithms(knownKeyTypes),
        authHandler: this.#authentication.next,
        hostVerifier: (key: Buffer, verified: (accepted: boolean) => void) => {
          void this.#verify(key, verified);
        },
        // The call's own deadline covers this, and keepalive isn't ssh2's here.
        readyTimeout: 0,
        keepaliveInterval: 0,
      });
    gateIdent(
      this.#client,
      () => {
        this.#call.phase = "handshake";
      },
      () => this.#settle.reject(this.#failure(new Error("no identification string"))),
    );
    return done;
  }

  session(socket: Socket): Session {
    const { host, port, username } = this.#destination;
    if (!this.#hostKey) throw new Error("logged in without a host key");
    const authMethod = this.#authentication.tried.at(-1) ?? "none";
    return new Session(this.#client, socket, {
      host,
      port,
      username,
      hostKey: this.#hostKey,
      authMethod,
    });
  }

  /** Nobody waits any more; ssh2 may still have errors to tell. */
  abandon(): void {
    this.#settle?.reject(new Error("abandoned"));
  }

  /** Called on each key exchange (RFC 4253 §7.2), the later ones included. */
  async #verify(key: Buffer, verified: (accepted: boolean) => void): Promise<void> {
    if (this.#acceptedKey) return verified(this.#acceptedKey.equals(key));
    try {
      this.#hostKey = await this.#policy.verify(key);
      this.#acceptedKey = key;
      verified(true);
    } catch (error) {
      // Before ssh2's own error, which says less.
      this.#settle.reject(error);
      verified(false);
    }
  }

  #failure(error: Error & { code?: string | number; level?: string }): Failure {
    const { errno, ...disconnect } = lossDetails(error);
    switch (this.#call.phase) {
      case "connect":
      case "banner":
        return new Failure("HandshakeFailed", `no SSH server answered: ${error.message}`, {
          stage: "banner",
          errno,
        });
      case "handshake":
        return new Failure("HandshakeFailed", `the key exchange failed: ${error.message}`, {
          stage: "kex",
          errno,
          ...disconnect,
        });
      default:
        // A server that has refused and then hangs up has refused.
        if (error.level === "client-authentication" || this.#authentication.offered) {
          return this.#refused("the server refused every authentication that could be tried");
        }
        return new Failure("ConnectionLost", `the connection was lost: ${error.message}`, {
          errno,
          ...disconnect,
        });
    }
  }

  #refused(message: string): Failure {
    const { tried, offered = [] } = this.#authentication;
    return new Failure("AuthenticationFailed", message, { methods: offered, tried });
  }
}
