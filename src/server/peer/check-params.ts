import type * as z from "zod/mini";
import { invalidParam } from "../../protocol/invalid-param.ts";

type Issue = z.core.$ZodIssue;

/** The longest path in an error; a client's keys may be of any length. */
const maxPathLength = 200;

/**
 * Validates params against their schema and fills in the defaults. `null` stands for one that isn't
 * given, unless it means something there.
 *
 * @throws {Failure} InvalidParams, which names the first unknown param, else the first that is wrong
 */
export function checkParams(schema: z.ZodMiniObject, params: Record<string, unknown>): unknown {
  let checked = schema.safeParse(params, { error: ofUnknown });
  while (!checked.success && dropNulls(params, checked.error.issues)) {
    checked = schema.safeParse(params, { error: ofUnknown });
  }
  if (checked.success) return checked.data;
  // A name that is unknown is often why another is missing.
  const { issues } = checked.error;
  const issue = (issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]) as Issue;
  const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const path = [...issue.path, ...keys].join(".");
  const isMissing = valueAt(params, issue.path) === undefined;
  throw invalidParam(path.slice(0, maxPathLength), isMissing ? "is missing" : reasonOf(issue));
}

/** What is said of unknown names, unless their schema has words of its own. */
function ofUnknown({ code }: { readonly code: string }): string | undefined {
  return code === "unrecognized_keys" ? "there is no such param" : undefined;
}

/** Takes out each null that is an issue and the field of an object. @returns whether there was one */
function dropNulls(params: object, issues: readonly Issue[]): boolean {
  const paths = issues.map(({ path }) => path).filter((path) => valueAt(params, path) === null);
  for (const path of paths) {
    const owner = valueAt(params, path.slice(0, -1));
    if (Array.isArray(owner)) return false;
    delete (owner as Record<PropertyKey, unknown>)[path.at(-1) as PropertyKey];
  }
  return paths.length > 0;
}

const typeNames: Readonly<Record<string, string>> = {
  boolean: "true or false",
  int: "an integer",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a string",
};

/** What is wrong, in words to be read after the param's name. */
function reasonOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? issue.message;
    case "too_small":
      if (issue.origin === "string") return "must not be empty";
      if (issue.origin === "array") return `must have ${issue.minimum} elements`;
      return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown>)[key], params);
}
