import { errors } from "../../src/protocol/errors.ts";
import type {
  JsonSchema,
  OpenRpcClientMethod,
  OpenRpcDocument,
  OpenRpcMethod,
  OpenRpcNotification,
} from "../../src/protocol/openrpc.ts";

/** PROTOCOL.md's reference: every method, every notification, every error. */
export function reference(document: OpenRpcDocument): string {
  const notifications = document["x-notifications"];
  return [
    ...document.methods.map(methodSection),
    "### Requests from the daemon",
    ...document["x-client-methods"].map(clientMethodSection),
    "### Notifications from the daemon",
    ...notifications.filter(({ from }) => from === "daemon").map(notificationSection),
    "### Notifications from the client",
    ...notifications.filter(({ from }) => from === "client").map(notificationSection),
    errorSection(),
  ].join("\n\n");
}

function clientMethodSection({ name, summary, params, result }: OpenRpcClientMethod): string {
  const alternatives = (params["oneOf"] ?? params["anyOf"]) as JsonSchema[];
  return [
    `#### ${name}`,
    summary,
    ...alternatives.map((each) => fieldsOf(each, "param").trim()),
    `**Result:** ${typeOf(result)}`,
  ].join("\n\n");
}

function notificationSection({ name, summary, description, params }: OpenRpcNotification): string {
  const hasParams = Object.keys(params["properties"] as object).length > 0;
  return [
    `#### ${name}`,
    summary,
    ...(description === undefined ? [] : [description]),
    hasParams ? fieldsOf(params, "param").trim() : "No params.",
  ].join("\n\n");
}

function methodSection(method: OpenRpcMethod): string {
  const rows = method.params.flatMap(({ name, description = "", required, schema }) =>
    rowsOf(name, { ...schema, description }, required === true),
  );
  const table =
    rows.length > 0
      ? ["| param | type | meaning |", "|---|---|---|", ...rows].join("\n")
      : "No params.";
  const kinds = method.errors.map(({ data }) => `\`${(data as { kind: string }).kind}\``);
  return [
    `### ${method.name}`,
    method.summary,
    ...(method.description === undefined ? [] : [method.description]),
    table,
    `**Result:** ${resultOf(method.result.schema)}`,
    `**Errors:** ${kinds.join(", ")}`,
  ].join("\n\n");
}

function errorSection(): string {
  const rows = Object.entries<{ code: number; summary: string; data?: Record<string, string> }>(
    errors,
  ).map(([kind, { code, summary, data = {} }]) => {
    const fields = Object.entries(data).map(([name, meaning]) => `\`${name}\`: ${meaning}`);
    return `| ${code} | \`${kind}\` | ${cell(summary)} | ${cell(fields.join("<br>"))} |`;
  });
  return [
    "### Errors",
    "`data.kind` is the stable name to switch on; `data.dispatched` says whether the remote side may have acted. The other fields of `data`, where they are known:",
    ["| code | kind | meaning | data |", "|---|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}

function resultOf(schema: JsonSchema): string {
  const alternatives = (schema["anyOf"] as JsonSchema[] | undefined) ?? [schema];
  return alternatives.map((each) => fieldsOf(each, "field")).join("\n\nor\n\n");
}

function fieldsOf(schema: JsonSchema, heading: "field" | "param"): string {
  const properties = schema["properties"] as Record<string, JsonSchema> | undefined;
  if (!properties) return `${typeOf(schema)}. ${schema.description ?? ""}`.trim();
  const rows = fieldRows(schema);
  return `\n\n${[`| ${heading} | type | meaning |`, "|---|---|---|", ...rows].join("\n")}`;
}

function fieldRows(schema: JsonSchema, prefix = ""): string[] {
  const required = (schema["required"] ?? []) as string[];
  return Object.entries((schema["properties"] ?? {}) as Record<string, JsonSchema>).flatMap(
    ([name, field]) => rowsOf(prefix + name, field, required.includes(name)),
  );
}

/** A row for the field, and one for each of those within it, as `pty.term` or `sessions[].state`. */
function rowsOf(path: string, schema: JsonSchema, required: boolean): string[] {
  const isArray = schema["type"] === "array";
  const inner = isArray ? (schema["items"] as JsonSchema) : schema;
  const nested = fieldRows(inner, `${path}${isArray ? "[]" : ""}.`);
  const object = isArray ? "array of objects" : "object";
  const type = nested.length > 0 ? object : typeOf(schema);
  const meaning = cell(schema.description ?? "") + defaultOf(schema);
  return [`| \`${path}\`${required ? "" : "?"} | ${type} | ${meaning.trim()} |`, ...nested];
}

function typeOf(schema: JsonSchema): string {
  if (schema["anyOf"]) return (schema["anyOf"] as JsonSchema[]).map(typeOf).join(" or ");
  if (schema["enum"]) {
    return (schema["enum"] as unknown[]).map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  }
  if ("const" in schema) return `\`${JSON.stringify(schema["const"])}\``;
  if (schema["type"] === "array") return `array of ${typeOf(schema["items"] as JsonSchema)}`;
  if (schema["type"] !== "object") return typeNames(schema["type"]).join(" or ");
  const properties = schema["properties"] as Record<string, JsonSchema> | undefined;
  const fields = Object.entries(properties ?? {}).map(
    ([name, field]) => `\`${name}\` ${typeOf(field)}`,
  );
  if (fields.length > 0) return `object: ${fields.join(", ")}`;
  return schema["additionalProperties"]
    ? `object of ${typeOf(schema["additionalProperties"] as JsonSchema)}`
    : "object";
}

/** JSON Schema's `type` is a name, or several. */
function typeNames(type: unknown): unknown[] {
  return Array.isArray(type) ? type : [type ?? "any"];
}

function defaultOf(schema: JsonSchema): string {
  return "default" in schema ? ` Default: \`${JSON.stringify(schema["default"])}\`.` : "";
}

/** A table's cell is one line, and a bar would end it. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
