import { invalidParam } from "../../protocol/invalid-param.ts";
import { emptyAsObject } from "../../protocol/schema.ts";
import { isObject } from "../wire/envelope.ts";
import type { RawParams } from "../wire/envelope.ts";

/**
 * Gives params by name. By position, they come in the order of `positional`, `null` standing for
 * one that isn't given; an object as the last element holds further ones by name, unless it stands in
 * the place of one of `objects` and names none of them. `[]` is an object without any: see {@link emptyAsObject}.
 *
 * @throws {Failure} InvalidParams, if there are too many, or one is given twice
 */
export function bindParams(
  params: RawParams | undefined,
  positional: readonly string[],
  objects: readonly string[] = [],
): Record<string, unknown> {
  if (!Array.isArray(params)) return params ?? {};
  const last: unknown = emptyAsObject(params.at(-1));
  const place = positional[params.length - 1];
  const isParam = place !== undefined && objects.includes(place);
  const hasOptions =
    isObject(last) && (!isParam || Object.keys(last).some((name) => objects.includes(name)));
  const named = hasOptions ? last : {};
  const values = hasOptions ? params.slice(0, -1) : params;
  if (values.length > positional.length) {
    throw invalidParam("params", `takes at most ${positional.length} by position`);
  }
  const bound = new Map(Object.entries(named));
  for (const [index, value] of values.entries()) {
    const name = positional[index] as string;
    if (value === null) continue;
    if (bound.has(name)) throw invalidParam(name, "is given both by position and by name");
    bound.set(name, value);
  }
  // Makes fields of its own even of names like __proto__.
  return Object.fromEntries(bound);
}
