import { setTimeout as sleep } from "node:timers/promises";
import { ClientScope } from "../../handlers/support/client-scope.ts";
import type { Daemon } from "../../handlers/support/daemon.ts";
import type { Handler } from "../../handlers/support/handler.ts";
import type { MethodName } from "../../protocol/methods.ts";
import type { Log } from "../log.ts";
import { Connection } from "../peer/connection.ts";
import type { ConnectionEnd, Streams } from "../peer/connection.ts";

/** Milliseconds that calls get to finish after EOF, so that `printf '{…}' | sshrpc` works. */
export const graceAfterEof = 300;

/** Milliseconds for cancelled calls to be answered, sessions to end and replies to be written. */
export const patience = 500;

/** One client of the daemon: the way to it, and what is its own. */
export class ServedClient {
  readonly scope: ClientScope;
  readonly #daemon: Daemon;
  readonly #connection: Connection;

  /**
   * @param parts.load gives a method's handler
   * @param parts.onEnd told when the client is done or gone; more than once, if it is both
   */
  constructor(parts: {
    streams: Streams;
    daemon: Daemon;
    scope: ConstructorParameters<typeof ClientScope>[0];
    load: (method: MethodName) => Promise<Handler>;
    onEnd: (why: ConnectionEnd) => void;
    log: Log;
  }) {
    const { streams, daemon, load, onEnd, log } = parts;
    this.#daemon = daemon;
    this.scope = new ClientScope(parts.scope);
    const { scope } = this;
    this.#connection = new Connection({ streams, daemon, scope, load, onEnd, log });
  }

  /**
   * Ends what is the client's: calls are cancelled, sessions freed. Resolves when that is done and
   * told, or within a bounded time.
   *
   * @param grace milliseconds that calls get to finish before they are cancelled
   */
  async end(why: string, grace: number): Promise<void> {
    const connection = this.#connection;
    await Promise.race([connection.answered(), sleep(grace)]);
    connection.cancelAll(`the daemon ends: ${why}`);
    const finished = Promise.allSettled([this.#close(), connection.answered()]);
    await Promise.race([finished.then(() => connection.flushed()), sleep(patience)]);
  }

  async #close(): Promise<void> {
    await this.scope.close();
    await this.#daemon.sharedLinks.forget(this.scope);
  }
}
