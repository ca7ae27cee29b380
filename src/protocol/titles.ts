import type { JsonSchema } from "./openrpc.ts";

/** Keywords whose value is one schema. */
const single = ["items", "additionalProperties", "propertyNames"] as const;
const names: Readonly<Record<string, string>> = {
  items: "Item",
  additionalProperties: "Value",
  propertyNames: "Name",
};

/**
 * Gives a schema, and each one within it, a `title`: where it stands, in one word. Generators name
 * types after them; without, they make names of hashes.
 *
 * @param path the names on the way to it, as `["session.exec", "params", "pty"]`
 */
export function titled(schema: JsonSchema, path: readonly string[]): JsonSchema {
  const result: Record<string, unknown> = { title: path.map(pascalCase).join(""), ...schema };
  for (const keyword of single) {
    const inner = schema[keyword];
    if (typeof inner !== "object" || inner === null) continue;
    // An empty schema accepts anything, as `true` does, and needs no title.
    result[keyword] =
      Object.keys(inner).length === 0
        ? true
        : titled(inner as JsonSchema, [...path, names[keyword] as string]);
  }
  if (typeof schema["properties"] === "object") {
    const properties = Object.entries(schema["properties"] as Record<string, JsonSchema>);
    result["properties"] = Object.fromEntries(
      properties.map(([name, inner]) => [name, titled(inner, [...path, name])]),
    );
  }
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const forms = schema[keyword] as readonly JsonSchema[] | undefined;
    if (!forms) continue;
    const formNames = namesOf(forms);
    result[keyword] = forms.map((form, index) => titled(form, [...path, formNames[index] ?? ""]));
  }
  return result;
}

/** Names for the alternatives of a value: by their kinds or types, else by number. */
function namesOf(forms: readonly JsonSchema[]): string[] {
  const found = forms.map((form) => {
    const kind = (form["properties"] as Record<string, JsonSchema> | undefined)?.["kind"]?.[
      "const"
    ];
    return kind ?? (form["type"] === "object" ? undefined : form["type"]);
  });
  const areNames = found.every((name) => typeof name === "string");
  if (areNames && new Set(found).size === forms.length) return found;
  return forms.map((_, index) => String(index + 1));
}

const pascalCase = (name: string): string =>
  name
    .split(/[^A-Za-z\d]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
