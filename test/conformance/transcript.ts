import type { Framing } from "../fixtures/framing.ts";

/** A conversation with the daemon; README.md describes the form. */
export interface Transcript {
  description: string;
  framings: Framing[];
  server?: boolean;
  steps: Step[];
}

export type Step =
  | { send: object | object[]; binary?: string }
  | { sendText: string }
  | { sendBytes: string }
  | { expect: object; binary?: string }
  | { expectAnyOrder: object[] }
  | { expectBytes: string }
  | { endInput: true }
  | { expectExit: number };

/** The values of a replay by their names. */
export type Values = Record<string, unknown>;

/** Puts the values into a message that is to be sent. */
export function filledIn(message: unknown, values: Values): unknown {
  if (Array.isArray(message)) return message.map((each) => filledIn(each, values));
  if (!isObject(message)) return message;
  if (typeof message["$var"] === "string") return valueOf(message["$var"], values);
  const fields = Object.entries(message);
  return Object.fromEntries(fields.map(([name, field]) => [name, filledIn(field, values)]));
}

/**
 * Compares a message that was received with what was expected.
 *
 * @param values gets what the pattern keeps
 * @returns what doesn't match, first its place, or undefined
 */
export function mismatch(
  expected: unknown,
  actual: unknown,
  values: Values,
  place = "",
): string | undefined {
  const differs = `${place || "the message"}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differs;
    return firstOf(expected.keys(), (index) =>
      mismatch(expected[index], actual[index], values, `${place}[${index}]`),
    );
  }
  if (!isObject(expected)) return expected === actual ? undefined : differs;
  if (typeof expected["$var"] === "string") {
    return valueOf(expected["$var"], values) === actual ? undefined : differs;
  }
  if (typeof expected["$type"] === "string") {
    if (!hasType(actual, expected["$type"])) return differs;
    if (typeof expected["as"] === "string") values[expected["as"]] = actual;
    return undefined;
  }
  if (!isObject(actual)) return differs;
  const atLeast = expected["$fields"];
  const fields = isObject(atLeast) ? atLeast : expected;
  const extra = Object.keys(actual).find((name) => !Object.hasOwn(fields, name));
  if (extra !== undefined && !isObject(atLeast)) return `${place}.${extra}: is not expected`;
  return firstOf(Object.keys(fields), (name) =>
    Object.hasOwn(actual, name)
      ? mismatch(fields[name], actual[name], values, `${place}.${name}`)
      : `${place}.${name}: is missing`,
  );
}

function firstOf<T>(items: Iterable<T>, fault: (item: T) => string | undefined) {
  for (const item of items) {
    const found = fault(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "any":
      return true;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      throw new Error(`there is no $type ${type}`);
  }
}

function valueOf(name: string, values: Values): unknown {
  if (!Object.hasOwn(values, name)) throw new Error(`nothing has kept ${name}`);
  return values[name];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
