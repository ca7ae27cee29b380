import type { Socket } from "node:net";
import type { Client } from "ssh2";
import { Failure } from "../protocol/errors.ts";
import type { Call } from "./call.ts";
import { SessionChannel } from "./channel.ts";
import { Channels } from "./channels.ts";
import type { AcceptedHostKey } from "./host-keys.ts";
import { startKeepalive } from "./keepalive.ts";
import type { KeepaliveOptions } from "./keepalive.ts";
import { ping, sendDisconnect, serverIdent } from "./ssh2-internals.ts";
import { safeChannels } from "./server-quirks.ts";
import { terminateAll } from "./terminate.ts";

/** Milliseconds that the disconnect message may take to leave the machine. */
const flushLimit = 150;

/** Where a session leads, and how it got there. */
export interface SessionInfo {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly hostKey: AcceptedHostKey;
  readonly authMethod: string;
}

/** Why a session ended that its client didn't end. */
export interface Loss {
  readonly kind: "ConnectionLost" | "Disconnected" | "KeepaliveTimeout" | "HostKeyRejected";
  readonly message: string;
}

/** An SSH connection that is logged in, until it ends. */
export class Session {
  readonly info: SessionInfo & { readonly serverIdent: string };
  readonly channels: Channels;
  /** Commands and transfers started so far. */
  readonly started = { execs: 0, transfers: 0 };
  /** Resolves when the session ends otherwise than by {@link end}. */
  readonly lost: Promise<Loss>;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #since = performance.now();
  #drain: Promise<void> | undefined;
  #closed: Failure | undefined;
  #ending: Promise<void> | undefined;
  #lossDetails: Record<string, unknown> = {};
  #tellLoss!: (loss: Loss) => void;

  /** @param client one that is logged in over `socket` */
  constructor(client: Client, socket: Socket, info: SessionInfo, keepalive: KeepaliveOptions) {
    this.#client = client;
    this.#socket = socket;
    this.info = { ...info, serverIdent: serverIdent(client) };
    this.lost = new Promise((resolve) => {
      this.#tellLoss = resolve;
    });
    this.channels = new Channels(
      client,
      (channel) =>
        new SessionChannel(
          client,
          channel,
          () => this.#drained(),
          () => this.#lose("the server sent more than its window allows"),
        ),
      safeChannels(this.info.serverIdent),
    );
    // ssh2 may report several errors, and after some of them nothing more: the first one ends it.
    client.on("error", (error: Error & { code?: string | number }) => {
      this.#lossDetails = lossDetails(error);
      this.#lose(error.message, kindOfLoss(error));
    });
    client.on("end", () => this.#lose("the server closed the connection"));
    client.on("close", () => this.#lose("the connection was closed"));
    startKeepalive(
      socket,
      keepalive,
      () => ping(client),
      () => this.#lose("the server gives no sign of life", "KeepaliveTimeout"),
    );
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
      channels: this.channels.open.size,
      queued: this.channels.queued,
      ...this.started,
      bytesReceived: this.#socket.bytesRead,
      bytesSent: this.#socket.bytesWritten,
    };
  }

  /** Throws where the session has been closed or lost. @throws {Failure} SessionClosed */
  check(): void {
    if (this.#closed) {
      throw new Failure("SessionClosed", `the session is closed: ${this.#closed.message}`);
    }
  }

  /**
   * Opens a channel as soon as the server has room for it.
   *
   * @throws {Failure} SessionClosed, ConnectionLost, ChannelOpenFailed, or the call's end
   */
  async openChannel(call: Call): Promise<SessionChannel> {
    this.check();
    return this.channels.acquire(call);
  }

  /**
   * Ends the session: signals what runs, sends SSH_MSG_DISCONNECT, closes the socket. Safe to
   * repeat; the later calls wait for the first.
   *
   * @param reason RFC 4253 §11.1
   */
  end(reason = 11, description = "Normal Shutdown"): Promise<void> {
    this.#ending ??= this.#end(reason, description);
    return this.#ending;
  }

  async #end(reason: number, description: string): Promise<void> {
    if (this.#closed) return;
    const closed = new Failure("SessionClosed", "the session was disconnected");
    this.#closed = closed;
    await terminateAll(this.channels.open);
    this.channels.fail(closed);
    if (!this.#socket.writable) return;
    try {
      sendDisconnect(this.#client, reason, description);
    } catch {
      // The connection went down in the same moment; there is nobody left to tell.
    }
    await flushed(this.#socket);
    this.#socket.destroy();
  }

  #lose(message: string, kind: Loss["kind"] = "ConnectionLost"): void {
    if (!this.#closed) {
      const lost = new Failure(
        "ConnectionLost",
        `the connection was lost: ${message}`,
        this.#lossDetails,
      );
      this.#closed = lost;
      this.channels.fail(lost);
      this.#tellLoss({ kind, message });
    }
    if (!this.#ending) this.#socket.destroy();
  }

  /** Resolves when the socket's buffer has room; at once where the connection is gone. */
  #drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
    this.#drain ??= new Promise((resolve) => {
      const done = () => {
        this.#drain = undefined;
        socket.off("drain", done);
        socket.off("close", done);
        resolve();
      };
      socket.once("drain", done);
      socket.once("close", done);
    });
    return this.#drain;
  }
}

function kindOfLoss(error: Error & { code?: string | number }): Loss["kind"] {
  if (error instanceof Failure) return "HostKeyRejected";
  return typeof error.code === "number" ? "Disconnected" : "ConnectionLost";
}

/** A number as code is SSH_MSG_DISCONNECT's reason, a string the system's error. */
export function lossDetails(error: Error & { code?: string | number }): Record<string, unknown> {
  if (error instanceof Failure) return error.data;
  return typeof error.code === "number"
    ? { disconnectReason: error.code, disconnectDescription: error.message }
    : { errno: error.code };
}

function flushed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, flushLimit);
    socket.end(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
