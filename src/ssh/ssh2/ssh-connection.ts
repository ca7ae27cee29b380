import type { Algorithms, Client } from "ssh2";
import type { Transport } from "../flow/transport.ts";
import type { OfferedAlgorithms } from "./algorithms.ts";
import { cancelForward, onForwarded, requestForward } from "./forwarding.ts";
import type { Listening, Offered } from "./forwarding.ts";
import { serverIdent } from "./ident.ts";
import { agreedBy } from "./key-exchange/negotiation.ts";
import type { Agreed } from "./key-exchange/negotiation.ts";
import { ping, sendDisconnect } from "./internals/messages.ts";
import { openDirectStreamlocal, openDirectTcpip, openSessionChannel } from "./opening.ts";
import type { Originator } from "./opening.ts";
import { knowAgentChannels, setAgentLent } from "./patches/agent-channels.ts";
import { tellDisconnects } from "./patches/disconnects.ts";
import { ignoreHostKeys } from "./patches/host-keys.ts";
import { gateIdent } from "./patches/ident-gate.ts";
import { guardInbound } from "./patches/inbound.ts";
import { refuseTinyPackets } from "./patches/tiny-packets.ts";
import { acknowledgePromptly } from "./prompt-acknowledgement.ts";
import type { RawSessionChannel } from "./raw-session-channel.ts";
import { exchangeOver, rekeyInTime } from "./rekey.ts";
import type { RekeyLimit } from "./rekey.ts";
import { messageHandlers, ssh2 } from "./ssh2.ts";
import { makeOwnChannels } from "./own-channels.ts";
import type { TunnelChannel } from "./tunnel-channel.ts";
import { UserAuth } from "./userauth.ts";

export { ourAgent } from "./patches/agent-channels.ts";

/** What a connection begins with, and whom it tells. */
export interface Beginning {
  readonly username: string;
  readonly algorithms: OfferedAlgorithms;
  /** Asked on each key exchange (RFC 4253 §7.2), the later ones included; `verdict` is called once. */
  readonly verifyHostKey: (key: Buffer, verdict: (accepted: boolean) => void) => void;
  /** Told when the server has identified itself (RFC 4253 §4.2). */
  readonly onIdent: () => void;
  /** Told when the server has said 64 KiB without doing so. */
  readonly onNoIdent: () => void;
  /** Given the payload of each of the server's KEXINITs (RFC 4253 §7.1). */
  readonly onKexInit: (payload: Buffer) => void;
}

/**
 * The SSH side of a connection to a server, on top of ssh2, with what that gets wrong put right. It
 * doesn't end the transport: who opened that does.
 */
export class SshConnection {
  readonly #client: Client = new ssh2.Client();
  readonly #transport: Transport;
  #greeting = () => "";

  /** @param transport one that nothing has been read from */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Begins: identification and key exchange go on by themselves. Before, say who is told.
   *
   * @returns the login that follows
   */
  begin(beginning: Beginning): UserAuth {
    const { username, algorithms, verifyHostKey, onIdent, onNoIdent, onKexInit } = beginning;
    const client = this.#client;
    const { kex, hostKey: serverHostKey, cipher, mac: hmac, compression: compress } = algorithms;
    client.connect({
      sock: this.#transport,
      username,
      // The names are those of the contract; ssh2's types have the same.
      algorithms: { kex, serverHostKey, cipher, hmac, compress } as unknown as Algorithms,
      hostVerifier: verifyHostKey,
      // The call's deadline covers the handshake, and Keepalive takes the place of ssh2's.
      readyTimeout: 0,
      keepaliveInterval: 0,
      // Else ssh2 allows OpenSSH's extensions only with servers that call themselves OpenSSH.
      strictVendor: false,
    });
    guardInbound(client, this.#transport, messageHandlers, onKexInit);
    tellDisconnects(client);
    ignoreHostKeys(client);
    makeOwnChannels(client);
    refuseTinyPackets(client);
    knowAgentChannels(client);
    this.#greeting = gateIdent(client, onIdent, onNoIdent);
    const auth = new UserAuth(client, username);
    acknowledgePromptly(client);
    return auth;
  }

  /** What the server has said so far in place of its identification string; empty once that has come. */
  get greeting(): string {
    return this.#greeting();
  }

  /** The server's identification string (RFC 4253 §4.2). */
  get ident(): string {
    return serverIdent(this.#client);
  }

  /** What was negotiated; once the first key exchange is over. */
  get agreed(): Agreed {
    return agreedBy(this.#client);
  }

  /**
   * Tells of what went wrong, for good. Several may come, and nothing more after some of them. A number as
   * `code` is SSH_MSG_DISCONNECT's reason (RFC 4253 §11.1), a string the system's error.
   */
  onError(told: (error: Error & { code?: string | number }) => void): void {
    this.#client.on("error", told);
  }

  /** Tells everybody that listens of an error. */
  fail(error: unknown): void {
    this.#client.emit("error", error);
  }

  /** Told when the server has ended its side. */
  onEnd(told: () => void): void {
    this.#client.on("end", told);
  }

  /** Told when the transport has closed. */
  onClose(told: () => void): void {
    this.#client.on("close", told);
  }

  /** Told when new keys are in use (RFC 4253 §7.3): the first, and later ones. */
  onNewKeys(told: () => void): void {
    this.#client.on("handshake", told);
  }

  /**
   * Opens a session channel (RFC 4254 §6.1).
   *
   * @throws {OpenRefused} or another error where the connection is gone
   */
  openSession(): Promise<RawSessionChannel> {
    return openSessionChannel(this.#client);
  }

  /**
   * Has the server connect (RFC 4254 §7.2).
   *
   * @param opened called at once when it has, since data may be right behind that
   * @param originator who asks; by default as `ssh -W` has it
   * @returns what `opened` gives
   * @throws {OpenRefused} or another error where the connection is gone
   */
  openDirectTcpip<T>(
    host: string,
    port: number,
    opened: (channel: TunnelChannel) => T,
    originator?: Originator,
  ): Promise<T> {
    return openDirectTcpip(this.#client, host, port, opened, originator);
  }

  /**
   * Has the server connect to a Unix socket (OpenSSH's PROTOCOL, 2.4).
   *
   * @param opened called at once when it has, since data may be right behind that
   * @returns what `opened` gives
   * @throws {OpenRefused} or another error where the connection is gone
   */
  openDirectStreamlocal<T>(path: string, opened: (channel: TunnelChannel) => T): Promise<T> {
    return openDirectStreamlocal(this.#client, path, opened);
  }

  /**
   * Has the server listen (RFC 4254 §7.1; for a path streamlocal-forward@openssh.com, OpenSSH's
   * PROTOCOL, 2.4).
   *
   * @param granted called at once when the server agrees, since a connection may be right behind that; its
   *   port is the server's choice where 0 was asked for, and undefined for a path
   * @returns what `granted` gives
   * @throws {Error} where it refuses
   */
  requestForward<T>(where: Listening, granted: (port: number | undefined) => T): Promise<T> {
    return requestForward(this.#client, where, granted);
  }

  /** Has the server listen no longer; rejects where it says that it didn't. */
  cancelForward(where: Listening): Promise<void> {
    return cancelForward(this.#client, where);
  }

  /** Tells of the connections that the server hands over, where it was asked to listen. */
  onForwarded(told: (where: Listening, offered: Offered) => void): void {
    onForwarded(this.#client, told);
  }

  /** Whether channels to our agent are told by {@link onForwarded}, as to {@link ourAgent}, or refused. */
  setAgentLent(isLent: boolean): void {
    setAgentLent(this.#client, isLent);
  }

  /** Asks the server for a sign of life, as OpenSSH does: a global request (RFC 4254 §4). */
  ping(): void {
    ping(this.#client);
  }

  /** RFC 4253 §11.1; sent at once, also during a key exchange. @throws {Error} where the connection is gone */
  disconnect(reason: number, description: string): void {
    sendDisconnect(this.#client, reason, description);
  }

  /** Exchanges keys anew whenever a key is used up (RFC 4253 §9); once logged in. */
  rekeyInTime(limit: RekeyLimit): void {
    rekeyInTime(this.#client, this.#transport, limit);
  }

  /** Resolves when no key exchange is under way, or the connection is gone; undefined where none is. */
  exchangeOver(): Promise<void> | undefined {
    return exchangeOver(this.#client, this.#transport);
  }
}
