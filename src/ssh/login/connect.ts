import { Failure } from "../../protocol/errors.ts";
import type { Ask } from "../../protocol/prompt.ts";
import { offeredAlgorithms } from "../ssh2/algorithms.ts";
import type { AlgorithmChoice, OfferedAlgorithms } from "../ssh2/algorithms.ts";
import { Authentication } from "./auth/authentication.ts";
import type { Call } from "../support/call.ts";
import { TurnedAway, turnsAway } from "./handshakes.ts";
import type { Handshakes, Place } from "./handshakes.ts";
import { agentToLend } from "./auth/credentials.ts";
import type { Credentials } from "./auth/credentials.ts";
import type { Trust } from "./trust/host-keys.ts";
import { HostKeyCheck } from "./trust/host-keys.ts";
import type { AcceptedHostKey } from "../connection/accepted-host-key.ts";
import type { KeepaliveOptions } from "../connection/keepalive.ts";
import { disagreement } from "./their-offer.ts";
import type { Disagreement } from "./their-offer.ts";
import { Prompter } from "./prompts/prompter.ts";
import type { Account } from "./prompts/prompter.ts";
import { fingerprint, keyTypeOf } from "../support/public-key.ts";
import { Link, lossDetails, unsentAnswers } from "../connection/link.ts";
import type { Carrier, LinkOptions } from "../connection/link.ts";
import { Session } from "../connection/session.ts";
import type { SessionOptions } from "../connection/session.ts";
import { weaknesses } from "./weaknesses.ts";
import type { RekeyLimit } from "../ssh2/rekey.ts";
import { warnOfOtherRelease } from "../ssh2/release.ts";
import { SshConnection } from "../ssh2/ssh-connection.ts";
import type { UserAuth } from "../ssh2/userauth.ts";
import { sanitize } from "../../codecs/text/printable.ts";
import type { Transport } from "../flow/transport.ts";
import { takeTurns } from "../flow/turns.ts";

/** The way to a server: what connects to it, and what it is called. */
export interface Route {
  /** Names the server: the same for the same. */
  readonly name: string;
  /** The jump host's session, if the route leads over one. */
  readonly carrier: Carrier | undefined;
  /**
   * Connects.
   *
   * @throws {Failure} ConnectFailed, SessionClosed or ConnectionLost of the jump host, InvalidParams,
   *   or the call's end; nothing stays open then
   */
  open(call: Call): Promise<OpenRoute>;
}

/** A route that is open. */
export interface OpenRoute {
  readonly transport: Transport;
  /** Further fields for the error when the connection is lost. */
  readonly told?: () => Record<string, unknown>;
  /** Adds what the route knows of the cause to a failure; to be called when the transport is destroyed. */
  readonly explain?: (failure: Failure) => Promise<Failure>;
}

/** Whom to reach, and how. */
export interface ConnectOptions {
  readonly account: Account;
  readonly route: Route;
  readonly credentials: Credentials;
  readonly trust: Trust;
  readonly keepalive: KeepaliveOptions;
  readonly maxChannels: number | undefined;
  readonly rekeyLimit: RekeyLimit | undefined;
  readonly algorithms: AlgorithmChoice;
  /** Whether weak cryptography is said in the log and in the session's warnings. */
  readonly warnWeakCrypto: boolean;
  /** Asks the client; undefined where it can't be asked. */
  readonly ask: Ask | undefined;
}

/**
 * Connects, checks the host key, logs in.
 *
 * @param handshakes decides when the login may begin
 * @throws {Failure} ConnectFailed, HandshakeFailed, HostKeyRejected, AuthenticationFailed,
 *   ConnectionLost, SessionClosed of the jump host, or the call's end; nothing stays open then
 */
export function connect(
  options: ConnectOptions,
  call: Call,
  handshakes: Handshakes,
): Promise<Session> {
  const { account, route } = options;
  return handshakes.run(route.name, account, call, (place) => handshake(options, call, place));
}

/** The options of a session, which are its own even if it shares its connection. */
export function sessionOptions({
  keepalive,
  credentials,
}: Pick<ConnectOptions, "keepalive" | "credentials">): SessionOptions {
  return { keepalive, agent: agentToLend(credentials) };
}

async function handshake(options: ConnectOptions, call: Call, place: Place): Promise<Session> {
  const { account, route, credentials, trust, maxChannels, algorithms } = options;
  const { rekeyLimit } = options;
  const { ask } = options;
  const asking: Ask | undefined =
    ask && ((question, signal) => place.whileAsking(ask(question, signal)));
  warnOfOtherRelease(trust.warn);
  const prompter = new Prompter(account, asking, call);
  const check = new HostKeyCheck(account.host, account.port, trust, prompter);
  const knownKeyTypes = await call.race(check.knownKeyTypes());
  const wantsCertificates = await call.race(check.wantsCertificates());
  call.enter("connect");
  const { transport, told, explain } = await route.open(call);
  call.progress();
  const login = new Login(transport, account, check, call);
  try {
    const offered = offeredAlgorithms(knownKeyTypes, algorithms, wantsCertificates);
    await call.race(login.run(offered, { credentials, prompter }));
    // The jump host's session may have been freed meanwhile.
    route.carrier?.session.check();
    const { carrier } = route;
    const link = login.link(route.name, { maxChannels, rekeyLimit, carrier, told });
    const session = new Session(link, sessionOptions(options));
    const warnings = options.warnWeakCrypto ? weaknesses(session.info) : [];
    for (const warning of warnings) trust.warn(`${account.host}: ${warning}`);
    return session;
  } catch (error) {
    transport.destroy();
    throw explain && error instanceof Failure ? await explain(error) : error;
  } finally {
    login.close();
    prompter.close();
  }
}

/** The way from a connection to a session that is logged in. */
class Login {
  readonly #connection: SshConnection;
  readonly #transport: Transport;
  readonly #account: Account;
  readonly #check: HostKeyCheck;
  readonly #call: Call;
  #auth: UserAuth | undefined;
  #authentication: Authentication | undefined;
  #authMethod = "none";
  #hostKey: AcceptedHostKey | undefined;
  #acceptedKey: Buffer | undefined;
  #disagreement: Disagreement | undefined;
  #settle!: { resolve: () => void; reject: (error: unknown) => void };

  constructor(transport: Transport, account: Account, check: HostKeyCheck, call: Call) {
    this.#transport = transport;
    this.#connection = new SshConnection(transport);
    this.#account = account;
    this.#check = check;
    this.#call = call;
  }

  run(
    algorithms: OfferedAlgorithms,
    secrets: { credentials: Credentials; prompter: Prompter },
  ): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#call.enter("banner");
    const connection = this.#connection;
    connection.onNewKeys(() => {
      if (this.#call.phase === "handshake") this.#call.phase = "authenticate";
    });
    // Several may come; the first says what happened.
    const fail = (error: Error) => this.#settle.reject(this.#failure(error));
    connection.onError(fail);
    connection.onClose(() => fail(new Error("the server closed the connection")));
    const auth = connection.begin({
      username: this.#account.username,
      algorithms,
      verifyHostKey: (key, verdict) => void this.#verify(key, verdict),
      onIdent: () => (this.#call.phase = "handshake"),
      onNoIdent: () => fail(new Error("no identification string")),
      onKexInit: (payload) => {
        // Only the first key exchange can fail for want of a common algorithm.
        if (this.#call.phase === "handshake") {
          this.#disagreement = disagreement(payload, algorithms);
        }
      },
    });
    this.#watch(done);
    this.#authenticate(auth, secrets).then(this.#settle.resolve, this.#settle.reject);
    return done;
  }

  /** Notes that the server sends, and reads in turns with other connections, until the session does. */
  #watch(done: Promise<void>): void {
    const transport = this.#transport;
    const moved = () => this.#call.progress();
    transport.on("data", moved);
    const endTurns = takeTurns(transport, () => unsentAnswers);
    const ended = () => {
      transport.off("data", moved);
      endTurns();
    };
    done.then(ended, ended);
  }

  link(route: string, options: LinkOptions): Link {
    const { host, port, username } = this.#account;
    const [shown, hostKey, authMethod] = [this.#acceptedKey, this.#hostKey, this.#authMethod];
    if (!shown || !hostKey) throw new Error("logged in without a host key");
    const info = { host, port, username, hostKey, authMethod, route };
    return new Link(this.#connection, this.#transport, shown, info, options);
  }

  /** The login is over. ssh2 may emit further errors, which are ignored. */
  close(): void {
    this.#settle?.reject(new Error("abandoned"));
    this.#authentication?.close();
    // The connection's listeners keep this object in memory; the secrets must not stay with it.
    this.#authentication = undefined;
  }

  async #authenticate(
    auth: UserAuth,
    secrets: { credentials: Credentials; prompter: Prompter },
  ): Promise<void> {
    const login = { account: this.#account, ...secrets };
    this.#auth = auth;
    // Made now, so that it gathers the keys during the key exchange.
    const authentication = new Authentication(auth, login, this.#call);
    this.#authentication = authentication;
    await this.#call.race(auth.ready);
    await this.#call.race(this.#recordHostKey());
    await authentication.run();
    this.#authMethod = this.#authentication.progress.succeeded.join(",");
  }

  /** Now that the server has proved that the key is its own, and before it is told any secret. */
  async #recordHostKey(): Promise<void> {
    const [key, hostKey] = [this.#acceptedKey, this.#hostKey];
    if (key && hostKey) this.#hostKey = await this.#check.record(key, hostKey);
  }

  /** Called on each key exchange (RFC 4253 §7.2), the later ones included. */
  async #verify(key: Buffer, verified: (accepted: boolean) => void): Promise<void> {
    if (this.#acceptedKey?.equals(key)) return verified(true);
    try {
      if (this.#acceptedKey) throw this.#exchanged(key);
      this.#hostKey = await this.#check.verify(key);
      this.#acceptedKey = Buffer.from(key);
      verified(true);
    } catch (error) {
      // Before ssh2 emits its own error, which says less.
      this.#connection.fail(error);
      try {
        verified(false);
      } catch {
        // ssh2 throws if the connection has ended while the client was asked.
      }
    }
  }

  #exchanged(key: Buffer): Failure {
    const first = this.#acceptedKey ? fingerprint(this.#acceptedKey) : "";
    const shown = `${keyTypeOf(key)} ${fingerprint(key)}`;
    const message = `the host key has changed during the session: the server shows ${shown}, and had ${first}; somebody may be in between`;
    return new Failure("HostKeyRejected", message, {
      reason: "changed",
      keyType: keyTypeOf(key),
      fingerprint: fingerprint(key),
      expected: [],
    });
  }

  #failure(error: Error & { code?: string | number }): Error {
    if (error instanceof Failure) return error;
    const { greeting } = this.#connection;
    if (turnsAway(greeting)) return new TurnedAway();
    const { errno, ...disconnect } = lossDetails(error);
    switch (this.#call.phase) {
      case "connect":
      case "banner": {
        const said =
          greeting === "" ? "" : `; it said: ${sanitize(Buffer.from(greeting, "latin1"), 200)}`;
        return new Failure("HandshakeFailed", `no SSH server answered: ${error.message}${said}`, {
          stage: "banner",
          errno,
        });
      }
      case "handshake": {
        const found = /no matching/.test(error.message) ? this.#disagreement : undefined;
        const { message = error.message, algorithm, offer } = found ?? {};
        return new Failure("HandshakeFailed", `the key exchange failed: ${message}`, {
          stage: "kex",
          errno,
          algorithm,
          offer,
          ...disconnect,
        });
      }
      default:
        // If the server has refused, and then closes the connection, the refusal is what counts.
        if (this.#authentication?.progress.offered && this.#auth?.waiting) {
          return this.#authentication.progress.refused(
            `the server ended the login: ${error.message}`,
          );
        }
        return new Failure("ConnectionLost", `the connection was lost: ${error.message}`, {
          errno,
          ...disconnect,
        });
    }
  }
}
