import { errors } from "../../src/protocol/errors.ts";
import type {
  JsonSchema,
  OpenRpcClientMethod,
  OpenRpcDocument,
  OpenRpcMethod,
  OpenRpcNotification,
} from "../../src/protocol/openrpc.ts";
import { linked } from "./subjects.ts";

/** Methods that belong together, by how their names begin, and the page that tells of them. */
const groups = [
  { title: "The daemon", names: /^(initialize|shutdown|rpc\.|daemon\.)/, page: "lifecycle.md" },
  { title: "Connecting", names: /^ssh\./, page: "login.md" },
  {
    title: "Programs",
    names: /^session\.(exec|shell|subsystem|write|closeStdin|signal|resize|windowAdjust)$/,
    page: "programs.md",
  },
  { title: "Transfers by SCP", names: /^session\.scp/, page: "transfers.md" },
  { title: "Files", names: /^(fs|file)\./, page: "files.md" },
  { title: "Tunnels", names: /^(forward\.|session\.connect$)/, page: "tunnels.md" },
  { title: "The session", names: /^session\./, page: "sessions.md" },
];

/** docs/protocol/reference.md: every method, every notification, every error. */
export function reference(document: OpenRpcDocument): string {
  const notifications = document["x-notifications"];
  const sent = (by: "daemon" | "client") => notifications.filter(({ from }) => from === by);
  const asked = document["x-client-methods"];
  const grouped = groups.map((group) => ({
    ...group,
    methods: document.methods.filter(({ name }) => groupOf(name) === group),
  }));
  const sections = [
    "# Reference",
    "<!-- generated from src/protocol by npm run generate -->",
    "Each method's line says how its params come by position; all of them may come by name, and those behind `{ … }` only so. `?` marks what may be left out; of alternatives (`or`) each has rows of its own, in their order. A value with bytes in it has its encoding beside it: see [Values](values.md).",
    [
      ...grouped.map(({ title, methods }) => `- ${title}: ${links(methods)}`),
      `- [Requests from the daemon](#requests-from-the-daemon): ${links(asked)}`,
      `- [Notifications from the daemon](#notifications-from-the-daemon): ${links(sent("daemon"))}`,
      `- [Notifications from the client](#notifications-from-the-client): ${links(sent("client"))}`,
      "- [Errors](#errors)",
    ].join("\n"),
    ...grouped.flatMap(({ title, page, methods }) => [
      `## ${title}`,
      `See [${page}](${page}).`,
      ...methods.map(methodSection),
    ]),
    "## Requests from the daemon",
    ...asked.map(clientMethodSection),
    "## Notifications from the daemon",
    ...sent("daemon").map(notificationSection),
    "## Notifications from the client",
    ...sent("client").map(notificationSection),
    errorSection(),
  ];
  return `${sections.join("\n\n")}\n`;
}

function groupOf(method: string): (typeof groups)[number] {
  const group = groups.find(({ names }) => names.test(method));
  if (group === undefined) throw new Error(`${method} belongs to no group`);
  return group;
}

/** Each once: one that goes both ways has its name from where it comes. */
function links(sections: readonly { name: string; from?: string }[]): string {
  return sections.map((each) => `[\`${each.name}\`](#${anchorOf(each)})`).join(", ");
}

/** As GitHub makes an anchor of a heading. */
const anchorOf = (section: { name: string; from?: string }): string =>
  headingOf(section)
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

/** `$/cancelRequest` goes both ways, and a page's headings differ. */
const headingOf = ({ name, from }: { name: string; from?: string }): string =>
  name === "$/cancelRequest" && from === "client" ? `${name} from the client` : name;

function clientMethodSection({ name, summary, params, result }: OpenRpcClientMethod): string {
  const alternatives = (params["oneOf"] ?? params["anyOf"]) as JsonSchema[];
  return [
    `### ${name}`,
    summary,
    ...alternatives.map((each) => fieldsOf(each, "param").trim()),
    `**Result:** ${typeOf(result)}`,
  ].join("\n\n");
}

function notificationSection(notification: OpenRpcNotification): string {
  const { summary, description, params } = notification;
  const hasParams = Object.keys(params["properties"] as object).length > 0;
  return [
    `### ${headingOf(notification)}`,
    summary,
    ...(description === undefined ? [] : [linked(description)]),
    hasParams ? fieldsOf(params, "param").trim() : "No params.",
  ].join("\n\n");
}

function methodSection(method: OpenRpcMethod): string {
  const rows = method.params.flatMap(({ name, description = "", required, schema }) =>
    rowsOf(name, { ...schema, description }, required === true),
  );
  const named = method.params.slice(method["x-positional"]);
  const signature = [
    ...method.params
      .slice(0, method["x-positional"])
      .map(({ name, required }) => (required ? name : `${name}?`)),
    ...(named.length > 0 ? ["{ … }"] : []),
  ];
  const table =
    rows.length > 0
      ? ["| param | type | meaning |", "|---|---|---|", ...rows].join("\n")
      : "No params.";
  const kinds = method.errors.map(({ data }) => `\`${(data as { kind: string }).kind}\``);
  return [
    `### ${method.name}`,
    `\`[${signature.join(", ")}]\``,
    method.summary,
    ...(method.description === undefined ? [] : [linked(method.description)]),
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
    "## Errors",
    "`data.kind` is the stable name to switch on; `data.dispatched` says whether the remote side may have acted. The other fields of `data`, where they are known:",
    ["| code | kind | meaning | data |", "|---|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}

function resultOf(schema: JsonSchema): string {
  return alternativesOf(schema)
    .map((each) => fieldsOf(each, "field"))
    .join("\n\nor\n\n");
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

const alternativesOf = (schema: JsonSchema): readonly JsonSchema[] =>
  (schema["anyOf"] as JsonSchema[] | undefined) ?? [schema];

/**
 * A row for the field, and one for each of those within it, as `pty.term` or `sessions[].state`; of
 * several alternatives those of each, in their order.
 */
function rowsOf(path: string, schema: JsonSchema, required: boolean): string[] {
  const isArray = schema["type"] === "array";
  const inner = isArray ? (schema["items"] as JsonSchema) : schema;
  const nested = alternativesOf(inner).flatMap((each) =>
    fieldRows(each, `${path}${isArray ? "[]" : ""}.`),
  );
  const object = isArray ? "array of objects" : "object";
  const isOneObject = nested.length > 0 && !inner["anyOf"];
  const type = isOneObject ? object : typeOf(schema);
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
  const required = (schema["required"] ?? []) as string[];
  const fields = Object.entries(properties ?? {}).map(
    ([name, field]) => `\`${name}\`${required.includes(name) ? "" : "?"} ${typeOf(field)}`,
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
const cell = (text: string) => linked(text).replaceAll("|", "\\|").replaceAll("\n", " ");
