import { EventEmitter } from "node:events";
import type {
  ForwardClosedParams,
  ForwardFailedParams,
  ForwardLocalParams,
  ForwardLocalResult,
  ForwardRemoteParams,
} from "./rpc/contract.ts";
import type { Daemon } from "./daemon/daemon.ts";
import { sessionCall } from "./daemon/session-call.ts";
import type { BoundedCall, CallableSession } from "./daemon/session-call.ts";

/**
 * A forward that listens. It emits `failed` for each connection that couldn't be made, and `close` with
 * the reason if it ends by itself. It is closed by `close`, by `await using`, or with its session.
 */
export class Forward
  extends EventEmitter<{
    failed: [Omit<ForwardFailedParams, "forward">];
    close: [ForwardClosedParams["reason"]];
  }>
  implements AsyncDisposable
{
  /** Its handle in the protocol. */
  readonly handle: number;
  /** Where it listens: host and port, or for a Unix socket `path`. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;
  readonly #daemon: Daemon;
  #isClosed = false;

  /** @internal */
  constructor(daemon: Daemon, result: ForwardLocalResult) {
    super();
    this.#daemon = daemon;
    this.handle = result.forward;
    if ("path" in result) this.path = result.path;
    else {
      this.host = result.host;
      this.port = result.port;
    }
    daemon.watch("forward", this.handle, (method, params) => {
      if (method === "forward/failed") {
        const { forward: _, ...rest } = params as unknown as ForwardFailedParams;
        this.emit("failed", rest);
      } else {
        this.#end();
        this.emit("close", (params as unknown as ForwardClosedParams).reason);
      }
    });
  }

  /** Stops listening; to close it again is no error. @param options.abort also resets its connections. Default: false. */
  async close({ abort = false }: { abort?: boolean } = {}): Promise<void> {
    if (this.#isClosed) return;
    this.#end();
    await this.#daemon.call("forward.close", { forward: this.handle, abort });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #end(): void {
    this.#isClosed = true;
    this.#daemon.unwatch("forward", this.handle);
  }
}

/** Ports and Unix sockets that are led through a session, as with `ssh -L`, `-R` and `-D`. */
export class Forwards {
  readonly #session: CallableSession;

  /** @internal */
  constructor(session: CallableSession) {
    this.#session = session;
  }

  /**
   * Listens on this machine, and has the server connect: `ssh -L`.
   *
   * @param bind `{ host, port }`, by default a free port of 127.0.0.1, or `{ path }`
   * @param to `{ host, port }` or `{ path }`, as the server sees it
   * @throws {ForwardRefused} the address is in use, or not permitted
   */
  local(
    bind: ForwardLocalParams["bind"],
    to: ForwardLocalParams["to"],
    options?: BoundedCall,
  ): Promise<Forward> {
    return this.#open("forward.local", { bind: bind ?? {}, to }, options);
  }

  /**
   * Has the server listen, and connects from this machine: `ssh -R`.
   *
   * @param bind `{ host, port }`, by default a port of the server's choice at 127.0.0.1, or `{ path }`
   * @param to `{ host, port }` or `{ path }` of this machine
   * @throws {ForwardRefused} the server refuses to listen
   */
  remote(
    bind: ForwardRemoteParams["bind"],
    to: ForwardRemoteParams["to"],
    options?: BoundedCall,
  ): Promise<Forward> {
    return this.#open("forward.remote", { bind: bind ?? {}, to }, options);
  }

  /**
   * Listens on this machine as a SOCKS proxy (4, 4a and 5), and has the server connect: `ssh -D`.
   *
   * @param bind as of `local`
   * @throws {ForwardRefused} the address is in use, or not permitted
   */
  dynamic(bind?: ForwardLocalParams["bind"], options?: BoundedCall): Promise<Forward> {
    return this.#open("forward.dynamic", { bind: bind ?? {} }, options);
  }

  async #open(method: string, params: object, options?: BoundedCall): Promise<Forward> {
    const { result } = await sessionCall(this.#session, method, params, options);
    return new Forward(this.#session.daemon, result as ForwardLocalResult);
  }
}
