import type { Readable, Writable } from "node:stream";
import { createMessageConnection } from "vscode-jsonrpc";
import type { ClientScope } from "../../handlers/support/client-scope.ts";
import type { Daemon } from "../../handlers/support/daemon.ts";
import type { Handler } from "../../handlers/support/handler.ts";
import type { Failure } from "../../protocol/errors.ts";
import { limits } from "../../protocol/limits.ts";
import type { MethodName } from "../../protocol/methods.ts";
import { askBy } from "./ask.ts";
import { Dispatcher } from "./dispatch.ts";
import type { Log } from "../log.ts";
import { notificationParams } from "./notification-params.ts";
import { RemoteClient } from "./remote-client.ts";
import { responseError } from "../wire/response-error.ts";
import type { Id } from "../wire/envelope.ts";
import { FrameDecoder } from "../wire/frame-decoder.ts";
import { Output } from "../wire/output.ts";
import { Reader } from "../wire/reader.ts";
import type { Received } from "../wire/received.ts";
import { RequestIds } from "../wire/request-ids.ts";
import { installRuntime } from "../wire/runtime.ts";
import { Writer } from "../wire/writer.ts";

/** The two directions of the way to the client. */
export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
}

/** Why a connection is at its end. */
export type ConnectionEnd = "input ended" | "output closed" | "exit" | "exit without shutdown";

/** The way to the client with all its parts: bytes → reader → dispatch → writer → bytes. */
export class Connection {
  readonly #ids = new RequestIds();
  readonly #output: Output;
  readonly #reader: Reader;
  readonly #dispatcher: Dispatcher;

  /**
   * @param parts.load gives a method's handler
   * @param parts.onEnd told when the client is done or gone; more than once, if it is both
   */
  constructor(parts: {
    streams: Streams;
    daemon: Daemon;
    scope: ClientScope;
    load: (method: MethodName) => Promise<Handler>;
    onEnd: (why: ConnectionEnd) => void;
    log: Log;
  }) {
    const { streams, daemon, scope, load, onEnd, log } = parts;
    const frames = new FrameDecoder(limits);
    this.#output = new Output({
      stream: streams.output,
      framing: () => frames.framing,
      onPressure: (high) => (high ? this.#reader.pause() : this.#reader.resume()),
      // From here on it is no call's any more, and in memory all the same.
      counter: scope.bounds?.output,
      onClose: () => writer.close(),
    });
    const writer = new Writer(this.#output, this.#ids, (text, cause) => log.error(text, cause));
    const refuse = (id: Id, failure: Failure): void => this.#refuse(id, failure, log);
    this.#reader = new Reader({
      input: streams.input,
      frames,
      ids: this.#ids,
      takesBinary: () => client.defaultEncoding === "binary",
      refuse,
      cancelledId: (params) => notificationParams("$/cancelRequest", params)?.id,
      maxPending: limits.maxPendingRequests,
      debug: (text) => log.debug(text),
    });

    // vscode-jsonrpc logs replies that can't be delivered and responses to no request. Only its first line:
    // params, which may hold secrets, follow.
    const debug = (text: string): void => log.debug(text.split("\n", 1)[0] as string);
    const logger = { error: debug, warn: debug, info: debug, log: debug };
    installRuntime();
    const connection = createMessageConnection(this.#reader, writer, logger);
    const client = new RemoteClient({
      send: (message) => this.#output.send(message),
      room: () => this.#output.room(),
      ask: askBy(connection, log),
      framing: () => frames.framing,
      log,
    });
    this.#dispatcher = new Dispatcher({
      daemon,
      scope,
      load,
      client,
      onExit: (afterShutdown) => onEnd(afterShutdown ? "exit" : "exit without shutdown"),
      log,
    });
    connection.onRequest((method, params, token) => {
      const received = params as Received;
      return this.#dispatcher.request(method, received, token).finally(received.done);
    });
    const notified = (method: string, params: unknown): Promise<void> => {
      const received = params as Received;
      return this.#dispatcher.notification(method, received).finally(received.done);
    };
    connection.onNotification(notified);
    // vscode-jsonrpc has handlers of its own for these, and they wouldn't say when they are done.
    for (const method of ["$/progress", "$/logTrace"]) {
      connection.onNotification(method, (params) => notified(method, params));
    }
    this.#reader.onClose(() => onEnd("input ended"));
    writer.onClose(() => onEnd("output closed"));
    connection.listen();
  }

  /** Resolves when every request that was read has its reply on its way. */
  answered(): Promise<void> {
    return this.#ids.none();
  }

  /** Resolves when all replies on their way have been written, or can't be. */
  flushed(): Promise<void> {
    return this.#output.flushed();
  }

  /** Cancels every call; their replies still go out. Nothing more is read. */
  cancelAll(reason: string): void {
    this.#reader.stop();
    this.#dispatcher.cancelAll(reason);
  }

  #refuse(id: Id, failure: Failure, log: Log): void {
    log.debug(`refused: ${failure.kind}, ${failure.message}`);
    const error = responseError(failure).toJson();
    this.#output.send({ jsonrpc: "2.0", id, error }).catch(() => {});
  }
}
