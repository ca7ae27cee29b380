import { errors } from "../../src/protocol/errors.ts";
import type {
  JsonSchema,
  OpenRpcDocument,
  OpenRpcMethod,
  OpenRpcNotification,
} from "../../src/protocol/openrpc.ts";

/**
 * The JavaScript client's contract.ts: types for each method's params and result, for what the daemon
 * notifies and asks, and the params that are local paths. What a caller writes may be `undefined`,
 * so that `exactOptionalPropertyTypes` takes `password: process.env.PASSWORD`.
 */
export function typescriptTypes(document: OpenRpcDocument): string {
  const fromDaemon = document["x-notifications"].filter(({ from }) => from === "daemon");
  const sections = [
    "// Generated from src/protocol by npm run generate. Do not edit.",
    `/** Bytes on the wire: text, base64, or their place in the binary part of the frame. */
export type WireBytes = string | readonly number[];`,
    ...document.methods.flatMap(methodTypes),
    ...fromDaemon.map(notificationType),
    ...document["x-client-methods"].flatMap(({ name, summary, params, result }) => [
      declaration(`${pascalCase(name)}Params`, summary, params, false),
      declaration(`${pascalCase(name)}Result`, `The answer to \`${name}\`.`, result, true),
    ]),
    methodMap(document.methods),
    notificationMap(fromDaemon),
    versionConstant(document),
    localPathTable(),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The JavaScript client's error-kinds.ts: a class for each kind of error of the contract. */
export function typescriptErrors(): string {
  const all = Object.entries<{ summary: string; data?: Record<string, string> }>(errors);
  const classes = all.map(([kind, { summary, data = {} }]) => {
    const fields = Object.entries(data).map(([names, meaning]) => `- \`${names}\`: ${meaning}`);
    const text = fields.length > 0 ? [summary, "", "`data` may hold:", ...fields] : [summary];
    return [
      ...comment(text, ""),
      `export class ${kind} extends SshError {`,
      `  override get kind(): ${JSON.stringify(kind)} {`,
      `    return ${JSON.stringify(kind)};`,
      "  }",
      "}",
    ].join("\n");
  });
  return `${[
    "// Generated from src/protocol by npm run generate. Do not edit.",
    'import { SshError } from "./ssh-error.ts";',
    ...classes,
  ].join("\n\n")}\n`;
}

/** Params of `ssh.new` that are paths on the daemon's machine, or hold some. */
const localPaths = [
  "identityFiles",
  "certificateFiles",
  "knownHosts",
  "agent",
  "socketPath",
  "config",
];

/** Columns of a comment. */
const lineWidth = 100;

function methodTypes({ name, summary, params, result }: OpenRpcMethod): string[] {
  const schema: JsonSchema = {
    properties: Object.fromEntries(
      params.map((param) => [
        param.name,
        {
          ...param.schema,
          ...(param.description !== undefined && { description: param.description }),
        },
      ]),
    ),
    required: params.filter(({ required }) => required).map((param) => param.name),
  };
  return [
    declaration(`${pascalCase(name)}Params`, `Params of \`${name}\`. ${summary}`, schema, true),
    declaration(`${pascalCase(name)}Result`, `What \`${name}\` gives.`, result.schema, false),
  ];
}

function notificationType({ name, summary, params }: OpenRpcNotification): string {
  return declaration(`${pascalCase(name)}Params`, `\`${name}\`: ${summary}`, params, false);
}

function declaration(name: string, doc: string, schema: JsonSchema, isInput: boolean): string {
  const alternatives = (schema["anyOf"] ?? schema["oneOf"]) as JsonSchema[] | undefined;
  const head = comment([doc], "").join("\n");
  if (!alternatives && schema["properties"] !== undefined) {
    return `${head}\nexport interface ${name} ${objectType(schema, "", isInput)}`;
  }
  return `${head}\nexport type ${name} = ${typeOf(schema, "", isInput)};`;
}

function typeOf(schema: JsonSchema, indent: string, isInput: boolean): string {
  const alternatives = (schema["anyOf"] ?? schema["oneOf"]) as JsonSchema[] | undefined;
  if (alternatives) {
    const types = alternatives.map((each) => typeOf(each, indent, isInput));
    // What bytes are on the wire, wherever they are.
    if (types.length === 2 && types[0] === "string" && types[1] === "readonly number[]") {
      return "WireBytes";
    }
    return [...new Set(types)].join(" | ");
  }
  if (schema["enum"]) return (schema["enum"] as unknown[]).map((each) => json(each)).join(" | ");
  if ("const" in schema) return json(schema["const"]);
  const types = [schema["type"]].flat() as (string | undefined)[];
  return types.map((type) => simpleType(type, schema, indent, isInput)).join(" | ");
}

function simpleType(
  type: string | undefined,
  schema: JsonSchema,
  indent: string,
  isInput: boolean,
): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array": {
      const items = typeOf((schema["items"] ?? {}) as JsonSchema, indent, isInput);
      return `readonly ${items.includes(" | ") ? `(${items})` : items}[]`;
    }
    case "object": {
      if (schema["properties"]) return objectType(schema, indent, isInput);
      const rest = schema["additionalProperties"];
      const values =
        typeof rest === "object" ? typeOf(rest as JsonSchema, indent, isInput) : "unknown";
      return `Readonly<Record<string, ${values}>>`;
    }
    default:
      return "unknown";
  }
}

function objectType(schema: JsonSchema, indent: string, isInput: boolean): string {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, JsonSchema>);
  if (properties.length === 0) return "{}";
  const required = (schema["required"] ?? []) as string[];
  const inner = `${indent}  `;
  const fields = properties.flatMap(([name, field]) => {
    const isRequired = required.includes(name);
    const type = typeOf(field, inner, isInput);
    const usual = "default" in field ? ` Default: \`${json(field["default"])}\`.` : "";
    const text = `${field.description ?? ""}${usual}`.trim();
    return [
      ...(text === "" ? [] : comment([text], inner)),
      `${inner}${isInput ? "" : "readonly "}${name}${isRequired ? "" : "?"}: ${type}${
        isInput && !isRequired ? " | undefined" : ""
      };`,
    ];
  });
  return `{\n${fields.join("\n")}\n${indent}}`;
}

function methodMap(methods: readonly OpenRpcMethod[]): string {
  return [
    "/** Every method by its name. */",
    "export interface Methods {",
    ...methods.map(
      ({ name }) =>
        `  ${json(name)}: { params: ${pascalCase(name)}Params; result: ${pascalCase(name)}Result };`,
    ),
    "}",
  ].join("\n");
}

function notificationMap(notifications: readonly OpenRpcNotification[]): string {
  return [
    "/** The params of every notification from the daemon. */",
    "export interface Notifications {",
    ...notifications.map(({ name }) => `  ${json(name)}: ${pascalCase(name)}Params;`),
    "}",
  ].join("\n");
}

function versionConstant({ info }: OpenRpcDocument): string {
  return `/** This package's, and the daemon's. */
export const version = ${json(info.version)};`;
}

function localPathTable(): string {
  return `/** Params of \`ssh.new\` that are paths on this machine, or hold some. */
export const localPaths: ReadonlySet<string> = new Set(${json(localPaths)});`;
}

function comment(paragraphs: readonly string[], indent: string): string[] {
  const width = lineWidth - indent.length - 3;
  const lines = paragraphs.flatMap((text) => wrapped(text.replaceAll("*/", "*\\/"), width));
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`];
  return [`${indent}/**`, ...lines.map((each) => `${indent} * ${each}`.trimEnd()), `${indent} */`];
}

function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? "";
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const json = (value: unknown): string => JSON.stringify(value);

const pascalCase = (name: string): string =>
  name
    .split(/[.$/_]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
