import type { CancellationToken } from "vscode-jsonrpc";
import type { ClientScope } from "../../handlers/support/client-scope.ts";
import type { Daemon } from "../../handlers/support/daemon.ts";
import type { Handler } from "../../handlers/support/handler.ts";
import { Cancellation } from "../../protocol/cancellation.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Method } from "../../protocol/method.ts";
import { methods } from "../../protocol/methods.ts";
import type { MethodName } from "../../protocol/methods.ts";
import { bindParams } from "./bind-params.ts";
import { checkParams } from "./check-params.ts";
import { invalidRequest } from "../../protocol/invalid-request.ts";
import { Roster } from "../../protocol/roster.ts";
import type { Log } from "../log.ts";
import type { RemoteClient } from "./remote-client.ts";
import { responseError } from "../wire/response-error.ts";
import { Trace, shown } from "./trace.ts";
import type { RequestTrace } from "./trace.ts";
import type { Received } from "../wire/received.ts";

/** Turns each request into its one reply: finds the method, binds and checks params, runs it. */
export class Dispatcher {
  readonly #daemon: Daemon;
  readonly #scope: ClientScope;
  readonly #load: (method: MethodName) => Promise<Handler>;
  readonly #client: RemoteClient;
  readonly #trace: Trace;
  readonly #onExit: (afterShutdown: boolean) => void;
  readonly #log: Log;
  readonly #running = new Roster<Cancellation>();
  #initialized = false;
  #shutDown = false;
  /** Set when all calls are cancelled: the reason. */
  #ending: string | undefined;
  #lastLoad: Promise<unknown> = Promise.resolve();

  /**
   * @param parts.load gives a method's handler
   * @param parts.onExit told when the client sends `exit`, and whether `shutdown` came before
   */
  constructor(parts: {
    daemon: Daemon;
    scope: ClientScope;
    load: (method: MethodName) => Promise<Handler>;
    client: RemoteClient;
    onExit: (afterShutdown: boolean) => void;
    log: Log;
  }) {
    this.#daemon = parts.daemon;
    this.#scope = parts.scope;
    this.#load = parts.load;
    this.#client = parts.client;
    this.#trace = new Trace(parts.client, parts.log);
    this.#onExit = parts.onExit;
    this.#log = parts.log;
  }

  /** @returns the result, or what the request is answered with instead */
  async request(method: string, received: Received, token: CancellationToken): Promise<unknown> {
    const trace = this.#trace.received(method, received);
    try {
      const result = await this.#run(method, received, trace, token);
      trace.replied();
      return result;
    } catch (error) {
      const failure = this.#asFailure(error, trace.label);
      trace.replied(failure);
      return responseError(failure);
    }
  }

  /**
   * Takes a notification. A request without an id is one too (JSON-RPC 2.0 §4.1): it is carried
   * out, and nobody hears how it went.
   */
  async notification(method: string, received: Received): Promise<void> {
    if (method === "exit") return this.#onExit(this.#shutDown);
    if (method === "$/setTrace") return this.#trace.set(received.params);
    if (!isMethod(method)) return this.#log.debug(`notification ${shown(method)}: ignored`);
    const trace = this.#trace.received(method, received);
    try {
      await this.#run(method, received, trace);
      trace.replied();
    } catch (error) {
      const failure = this.#asFailure(error, trace.label);
      // A grant, say, may arrive just after its command has ended: that is no mistake of the client's.
      const level = failure.kind === "CommandNotFound" ? "debug" : "warn";
      this.#log[level](`${trace.label}: ${failure.kind}`);
      trace.replied(failure);
    }
  }

  /** Cancels every call, those included that are yet to come. */
  cancelAll(reason: string): void {
    this.#ending = reason;
    for (const cancellation of this.#running.all()) cancellation.request(reason);
  }

  async #run(
    method: string,
    received: Received,
    trace: RequestTrace,
    token?: CancellationToken,
  ): Promise<unknown> {
    this.#checkLifecycle(method);
    if (!isMethod(method)) {
      throw new Failure("MethodNotFound", `there is no method ${shown(method)}`, {
        dispatched: "no",
      });
    }
    const { positional, objects, params: schema }: Method = methods[method];
    const params = checkParams(schema(), bindParams(received.params, positional, objects));
    this.#noteLifecycle(method);
    const cancellation = this.#cancellation(token);
    const place = this.#running.add(cancellation);
    try {
      const handler = await this.#loadInOrder(method);
      trace.dispatched();
      const { binary, receivedAt } = received;
      const [daemon, scope, client] = [this.#daemon, this.#scope, this.#client];
      return await handler.run({ params, binary, daemon, scope, client, cancellation, receivedAt });
    } finally {
      this.#running.remove(place);
    }
  }

  #checkLifecycle(method: string): void {
    if (this.#shutDown) {
      throw invalidRequest("after shutdown only exit is taken");
    }
    if (method === "initialize" && this.#initialized) {
      throw invalidRequest("initialize was called before");
    }
  }

  #noteLifecycle(method: MethodName): void {
    if (method === "initialize") this.#initialized = true;
    if (method !== "shutdown") return;
    this.#shutDown = true;
    for (const cancellation of this.#running.all())
      cancellation.request("the client sent shutdown");
  }

  #cancellation(token: CancellationToken | undefined): Cancellation {
    const cancellation = new Cancellation();
    // The token of a request that was cancelled before it came here fires no event.
    if (this.#ending !== undefined) cancellation.request(this.#ending);
    else if (token?.isCancellationRequested) cancellation.request();
    else token?.onCancellationRequested(() => cancellation.request());
    return cancellation;
  }

  /** Calls begin in the order in which they were read, however long the first of a kind loads. */
  #loadInOrder(method: MethodName): Promise<Handler> {
    const loaded = this.#lastLoad.then(() => this.#load(method));
    this.#lastLoad = loaded.catch(() => {});
    return loaded;
  }

  #asFailure(error: unknown, label: string): Failure {
    // Handlers set `dispatched` themselves; this failure comes before any handler has run.
    const failure =
      error instanceof Failure
        ? error
        : new Failure("InternalError", "", { dispatched: "no" }, { cause: error });
    if (failure.kind !== "InternalError") return failure;
    this.#log.error(`${label} failed unexpectedly`, failure.cause);
    return new Failure(
      "InternalError",
      isOutOfFiles(failure.cause)
        ? "the daemon has too many files and connections open: free sessions that nobody needs, or raise its limit (ulimit -n)"
        : "internal error, a fault of the daemon's: please report it, with what its log says",
      failure.data,
    );
  }
}

/** Whether no more files can be opened (EMFILE, ENFILE), as loading code or starting a process reports it. */
function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^E[MN]FILE$/.test(String(error.code));
}

/** Own keys only, as every object also has `constructor` and others. */
function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
