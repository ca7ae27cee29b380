import { inEnvironment } from "../../ssh/support/client-environment.ts";
import type { Cancellation } from "../../protocol/cancellation.ts";
import { Failure } from "../../protocol/errors.ts";
import type { MethodName, Params, Result } from "../../protocol/methods.ts";
import { Call } from "../../ssh/support/call.ts";
import type { Client } from "./client.ts";
import type { ClientScope } from "./client-scope.ts";
import type { Daemon } from "./daemon.ts";

/** A request as the dispatcher hands it over, its params bound and validated. */
export interface Request {
  readonly params: unknown;
  /** What came beside the request's JSON, in the binary part of its frame. */
  readonly binary: Buffer | undefined;
  readonly daemon: Daemon;
  readonly scope: ClientScope;
  readonly client: Client;
  /** By the client. */
  readonly cancellation: Cancellation;
  /** When the request was read, on performance.now()'s clock. Deadlines count from here. */
  readonly receivedAt: number;
}

/** What a handler works with beside its params. */
export interface Context {
  readonly binary: Buffer | undefined;
  readonly daemon: Daemon;
  readonly scope: ClientScope;
  readonly client: Client;
  readonly call: Call;
}

export interface Handler {
  run(request: Request): Promise<unknown>;
}

/**
 * Makes the handler of a method out of the function that does its work; that function sees params
 * and a context and nothing of JSON-RPC.
 *
 * @param options.timeout seconds that the call may take where its params set no `timeout`
 */
export function handler<M extends MethodName>(
  _method: M,
  work: (params: Params<M>, context: Context) => Result<M> | Promise<Result<M>>,
  options: { timeout?: number } = {},
): Handler {
  return {
    async run({ params, binary, daemon, scope, client, cancellation, receivedAt }) {
      const { timeout } = params as { timeout?: number };
      const isDefault = timeout === undefined;
      const call = new Call(cancellation, timeout ?? options.timeout, receivedAt, isDefault);
      call.owner = scope;
      call.output = scope.bounds?.output;
      try {
        const context = { binary, daemon, scope, client, call };
        return await inEnvironment(scope.environment, () => work(params as Params<M>, context));
      } catch (error) {
        throw failureOf(error).with({ dispatched: call.dispatched });
      } finally {
        call.dispose();
      }
    },
  };
}

/** An error that isn't a Failure is a bug here: the client gets InternalError, the log the cause. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure("InternalError", "internal error", {}, { cause: error });
}
