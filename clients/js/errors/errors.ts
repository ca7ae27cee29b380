import * as kinds from "./error-kinds.ts";
import { Cancelled, InvalidParams } from "./error-kinds.ts";
import { SshError } from "./ssh-error.ts";
import type { Dispatched, ErrorDetails } from "./ssh-error.ts";

export * from "./error-kinds.ts";
export * from "./ssh-error.ts";

/** The daemon could not be found or started, ended under the call, or talks nonsense. */
export class DaemonError extends SshError {
  override get kind(): "DaemonError" {
    return "DaemonError";
  }
}

/** A daemon's failure, of which the call may have been a victim. */
export function daemonError(message: string, dispatched: Dispatched, cause?: unknown): DaemonError {
  return new DaemonError(message, { data: { dispatched }, cause });
}

/** An argument of which no call can be made. Nothing was sent. */
export function invalidParam(path: string, reason: string): InvalidParams {
  return new InvalidParams(`${path}: ${reason}`, { data: { path, reason, dispatched: "no" } });
}

/** The caller has given the call up, for this reason. */
export function cancelled(reason: unknown, dispatched: Dispatched): Cancelled {
  return new Cancelled("the call was cancelled", { data: { dispatched }, cause: reason });
}

/** The error for an error reply; of a kind that is new to us it is an SshError. */
export function errorOf(message: string, details: ErrorDetails): SshError {
  const name = details.data?.["kind"];
  const known = classes.find(([kind]) => kind === name);
  return known ? new known[1](message, details) : new NewerError(message, details);
}

const classes = Object.entries<new (message: string, details: ErrorDetails) => SshError>(kinds);

/** Of a kind that this client doesn't know: the daemon is newer. */
class NewerError extends SshError {
  override get kind(): string {
    // Asked before the constructor is through.
    const name = (this.data as ErrorDetails["data"])?.["kind"];
    return typeof name === "string" ? name : super.kind;
  }
}
