import { errors } from "../../src/protocol/errors.ts";
import type { JsonSchema, OpenRpcDocument, OpenRpcMethod } from "../../src/protocol/openrpc.ts";

/** clients/lua/sshrpc/types.lua: the contract's params, results and errors as LuaCATS annotations. */
export function luaTypes(document: OpenRpcDocument): string {
  const sections = [
    "---@meta\n-- Generated from src/protocol by npm run generate: the protocol's types, for language servers.",
    ...document.methods.map(methodTypes),
    errorTypes(),
    "return {}",
  ];
  return `${sections.join("\n\n")}\n`;
}

function methodTypes(method: OpenRpcMethod): string {
  const name = typeName(method.name);
  const params = method.params.map(({ name: param, description = "", required, schema }) =>
    field(param, schema, description, required === true),
  );
  const result = method.result.schema;
  const alternatives = result["anyOf"] as JsonSchema[] | undefined;
  return [
    `--- Params of \`${method.name}\`. ${line(method.summary)}`,
    `---@class ${name}Params`,
    ...params,
    "",
    ...(alternatives
      ? [
          ...alternatives.flatMap((each, index) => [
            ...resultClass(`${name}Result${index + 1}`, each),
            "",
          ]),
          `---@alias ${name}Result ${alternatives.map((_, index) => `${name}Result${index + 1}`).join("|")}`,
        ]
      : resultClass(`${name}Result`, result)),
  ].join("\n");
}

function resultClass(name: string, schema: JsonSchema): string[] {
  const properties = schema["properties"] as Record<string, JsonSchema> | undefined;
  if (!properties) return [`---@alias ${name} ${typeOf(schema)}`];
  const required = (schema["required"] ?? []) as string[];
  return [
    `---@class ${name}`,
    ...Object.entries(properties).map(([each, of]) =>
      field(each, of, of.description ?? "", required.includes(each)),
    ),
  ];
}

function errorTypes(): string {
  const all = Object.entries<{ code: number; summary: string; data?: Record<string, string> }>(
    errors,
  );
  const kinds = all.map(([kind, { summary }]) => `---| ${JSON.stringify(kind)} # ${line(summary)}`);
  const data = all.map(([kind, { data: fields = {} }]) =>
    [
      `--- \`data\` of the error ${kind}.`,
      `---@class sshrpc.${kind}Data`,
      `---@field kind ${JSON.stringify(kind)}`,
      '---@field dispatched? "no"|"maybe"|"yes" whether the remote side may have acted',
      ...Object.entries(fields).flatMap(([names, meaning]) =>
        names.split(", ").map((each) => `---@field ${each}? any ${line(meaning)}`),
      ),
    ].join("\n"),
  );
  return [["---@alias sshrpc.ErrorKind", ...kinds].join("\n"), ...data].join("\n\n");
}

function field(name: string, schema: JsonSchema, description: string, required: boolean): string {
  return `---@field ${name}${required ? "" : "?"} ${typeOf(schema)} ${line(description)}`.trimEnd();
}

/** `session.scpRecv` is `sshrpc.SessionScpRecv`. */
function typeName(method: string): string {
  const words = method.split(".").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `sshrpc.${words.join("")}`;
}

const names: Record<string, string> = {
  string: "string",
  integer: "integer",
  number: "number",
  boolean: "boolean",
  null: "nil",
};

function typeOf(schema: JsonSchema): string {
  const { anyOf, enum: values, type, items, properties, additionalProperties } = schema;
  if (anyOf) return (anyOf as JsonSchema[]).map(typeOf).join("|");
  if (values) return (values as unknown[]).map((value) => JSON.stringify(value)).join("|");
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(type)) return type.map((each) => names[each as string] ?? "any").join("|");
  if (type === "array") return `(${typeOf(items as JsonSchema)})[]`;
  if (type !== "object") return names[type as string] ?? "any";
  const fields = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
  if (fields.length > 0) {
    const required = (schema["required"] ?? []) as string[];
    const each = fields.map(
      ([name, of]) => `${name}${required.includes(name) ? "" : "?"}: ${typeOf(of)}`,
    );
    return `{ ${each.join(", ")} }`;
  }
  return additionalProperties
    ? `table<string, ${typeOf(additionalProperties as JsonSchema)}>`
    : "table";
}

/** An annotation is one line. */
const line = (text: string) => text.replaceAll("\n", " ");
