import type * as z from "zod/mini";
import type { ErrorKind } from "./errors.ts";

/**
 * What the contract says of one request. Schemas are made by functions, here and in all of the
 * contract, when they are first needed: making all of them takes longer than the daemon may to start.
 */
export interface Method {
  /** One line. */
  readonly summary: string;
  /** What a caller must know beyond the params' own descriptions. */
  readonly description?: string;
  /** The params that may be given by position, in that order; all may be given by name. */
  readonly positional: readonly string[];
  /** Those of them that are objects: an object in such a place isn't taken for the options. */
  readonly objects?: readonly string[];
  readonly params: () => z.ZodMiniObject;
  readonly result: () => z.ZodMiniType;
  /** The errors beyond JSON-RPC's own and Cancelled. */
  readonly errors: readonly ErrorKind[];
}

/** Types a method's entry; its params by position must be params. */
export function method<P extends z.ZodMiniObject, R extends z.ZodMiniType>(entry: {
  summary: string;
  description?: string;
  positional: readonly (keyof P["shape"] & string)[];
  objects?: readonly (keyof P["shape"] & string)[];
  params: () => P;
  result: () => R;
  errors: readonly ErrorKind[];
}) {
  return { ...entry, params: once(entry.params) };
}

/** A function that makes its value on the first call, and gives it on each. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
