import type * as z from "zod/mini";
import * as lifecycle from "./lifecycle.ts";
import type { Method } from "./method.ts";
import * as program from "./program.ts";
import * as session from "./session.ts";
import * as ssh from "./ssh.ts";

/** Counts up when the contract changes incompatibly. */
export const protocolVersion = 1;

/** Every request of the contract. A method's handler is the file of its name in src/handlers. */
export const methods = {
  initialize: lifecycle.initialize,
  shutdown: lifecycle.shutdown,
  "rpc.discover": lifecycle.discover,
  "daemon.status": lifecycle.status,
  "ssh.new": ssh.new_,
  "session.exec": program.exec,
  "session.shell": program.shell,
  "session.subsystem": program.subsystem,
  "session.write": program.write,
  "session.closeStdin": program.closeStdin,
  "session.signal": program.signal,
  "session.resize": program.resize,
  "session.windowAdjust": program.windowAdjust,
  "session.scpRecv": session.scpRecv,
  "session.scpSend": session.scpSend,
  "session.scpSendfile": session.scpSendfile,
  "session.disconnect": session.disconnect,
  "session.free": session.free,
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;

/** A method's params as its handler gets them: bound, validated, defaults filled in. */
export type Params<M extends MethodName> = z.output<ReturnType<(typeof methods)[M]["params"]>>;

/** What a method's handler returns. */
export type Result<M extends MethodName> = z.output<ReturnType<(typeof methods)[M]["result"]>>;
