import { errors } from "../../src/protocol/errors.ts";
import type {
  JsonSchema,
  OpenRpcDocument,
  OpenRpcMethod,
  OpenRpcNotification,
} from "../../src/protocol/openrpc.ts";

/**
 * The Go client's contract.go: a struct for the params and the result of each method and for the
 * params of what the daemon notifies, and the kinds of errors. It is clean under gofmt without gofmt's help: a blank line behind each field leaves
 * nothing to align.
 */
export function goTypes(document: OpenRpcDocument): string {
  const sections = [
    "// Code generated from src/protocol by npm run generate. DO NOT EDIT.",
    "package sshrpc",
    `// version is this module's, and the daemon's.\nconst version = ${JSON.stringify(document.info.version)}`,
    methodNames(document),
    ...document.methods.flatMap(methodTypes),
    ...document["x-notifications"]
      .filter(({ from }) => from === "daemon")
      .flatMap(notificationTypes),
    errorKinds(),
    errorCodes(),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Types that the client hands to its callers; the others stay its own. */
const exportedNames = new Map([["daemonStatusResult", "Status"]]);

/** Words that Go writes in capitals: https://go.dev/wiki/CodeReviewComments#initialisms. */
const initialisms = new Set(["id", "pid", "pty", "rpc", "rss", "scp", "ssh"]);

/** Columns of a comment's text, the indentation left out. */
const commentWidth = 96;

function methodNames(document: OpenRpcDocument): string {
  const names = document.methods.map(({ name, summary }) => [
    ...comment(summary, 1),
    `\tmethod${pascal(name)} = ${JSON.stringify(name)}`,
  ]);
  const all = document["x-notifications"];
  // One that goes both ways, as $/cancelRequest, has one name.
  const notifications = [...new Set(all.map(({ name }) => name))].map((name) => [
    ...all
      .filter((each) => each.name === name)
      .flatMap(({ from, summary }) => comment(`From the ${from}: ${summary}`, 1)),
    `\tnotify${pascal(name)} = ${JSON.stringify(name)}`,
  ]);
  return [
    "// The methods and notifications.",
    "const (",
    spaced([...names, ...notifications]),
    ")",
  ].join("\n");
}

function methodTypes(method: OpenRpcMethod): string[] {
  const types: string[] = [];
  if (method.params.length > 0) {
    const properties = method.params.map(
      ({ name, description = "", schema }) => [name, { ...schema, description }] as const,
    );
    const required = method.params.filter((each) => each.required === true);
    const schema = {
      properties: Object.fromEntries(properties),
      required: required.map(({ name }) => name),
    };
    types.push(...structs(typeName(method.name, "params"), schema, `params of ${method.name}`));
  }
  const result = merged(method.result.schema);
  if (result) {
    types.push(...structs(typeName(method.name, "result"), result, `result of ${method.name}`));
  }
  return types;
}

function notificationTypes({ name, params }: OpenRpcNotification): string[] {
  return structs(typeName(name, "params"), params, `params of ${name}`);
}

function typeName(method: string, part: "params" | "result"): string {
  const name = camel(`${method}.${part}`);
  return exportedNames.get(name) ?? name;
}

/** One object for all alternatives of a result: a field that not every one has is optional. */
function merged(schema: JsonSchema): JsonSchema | undefined {
  const all = alternatives(schema).filter((each) => each["properties"] !== undefined);
  if (all.length === 0) return undefined;
  const required = all.map((each) => (each["required"] ?? []) as string[]);
  return {
    properties: Object.assign({}, ...all.map((each) => each["properties"])),
    required: required[0]?.filter((name) => required.every((names) => names.includes(name))),
  };
}

/** The struct of an object, and before it those of the objects inside it. */
function structs(name: string, schema: JsonSchema, what: string): string[] {
  const properties = schema["properties"] as Record<string, JsonSchema>;
  const required = (schema["required"] ?? []) as string[];
  const inner: string[] = [];
  const fields = Object.entries(properties).map(([field, fieldSchema]) => {
    const object = objectIn(fieldSchema);
    let type: string;
    if (object) {
      const isList = fieldSchema["type"] === "array";
      const innerName = name + pascal(isList ? field.replace(/s$/, "") : field);
      inner.push(...structs(innerName, object, `${field} in the ${what}`));
      type = isList ? `[]${innerName}` : innerName;
    } else {
      type = isBytes(field, fieldSchema, properties) ? "wireBytes" : goType(fieldSchema);
    }
    const isOptional = !required.includes(field);
    if (isOptional && needsPointer(type, fieldSchema)) type = `*${type}`;
    const tag = `\`json:"${field}${isOptional ? ",omitempty" : ""}"\``;
    return [...comment(describe(fieldSchema), 1), `\t${pascal(field)} ${type} ${tag}`];
  });
  const doc = comment(`${name} holds the ${what}.`, 0);
  return [...inner, [...doc, `type ${name} struct {`, spaced(fields), "}"].join("\n")];
}

/** The object with named fields that a schema is, in all its forms, or that its array is made of. */
function objectIn(schema: JsonSchema): JsonSchema | undefined {
  const object = schema["type"] === "array" ? (schema["items"] as JsonSchema) : schema;
  const hasFields = alternatives(object).every(
    ({ properties }) => properties !== undefined && Object.keys(properties as object).length > 0,
  );
  return hasFields ? merged(object) : undefined;
}

/** Bytes stand beside their encoding, in a string or as a place in the binary part. */
function isBytes(name: string, schema: JsonSchema, siblings: Record<string, JsonSchema>): boolean {
  const isString = alternatives(schema).some(({ type }) => type === "string");
  const isMain = name === "data" || name === "output";
  return isString && (`${name}Encoding` in siblings || (isMain && "encoding" in siblings));
}

function goType(schema: JsonSchema): string {
  const types = alternatives(schema).flatMap((each) => each["type"] ?? typeof constant(each));
  const [type, ...others] = new Set(types.filter((each) => each !== "null"));
  const isNullable = types.includes("null");
  if (others.length > 0) return "any";
  switch (type) {
    case "string":
      return isNullable ? "*string" : "string";
    case "integer":
      return isNullable ? "*int64" : "int64";
    case "number":
      return isNullable ? "*float64" : "float64";
    case "boolean":
      return isNullable ? "*bool" : "bool";
    case "array":
      return `[]${goType(schema["items"] as JsonSchema)}`;
    case "object": {
      const values = schema["additionalProperties"];
      const hasType =
        typeof values === "object" && values !== null && Object.keys(values).length > 0;
      return `map[string]${hasType ? goType(values as JsonSchema) : "any"}`;
    }
    default:
      return "any";
  }
}

/** What is left out must differ from the zero value, unless that means the same or can't be. */
function needsPointer(type: string, schema: JsonSchema): boolean {
  if (/^(\*|\[\]|map\[|any$|wireBytes$)/.test(type)) return false;
  return schema["enum"] === undefined && schema["default"] !== false;
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return (schema["anyOf"] as JsonSchema[] | undefined) ?? [schema];
}

function constant(schema: JsonSchema): unknown {
  return schema["const"] ?? (schema["enum"] as unknown[] | undefined)?.[0];
}

function describe(schema: JsonSchema): string {
  const { description = "" } = schema;
  const values = (schema["enum"] ?? []) as unknown[];
  const oneOf =
    values.length > 0 ? `One of ${values.map((each) => JSON.stringify(each)).join(", ")}.` : "";
  const usual = "default" in schema ? `Default: ${JSON.stringify(schema["default"])}.` : "";
  return [description, oneOf, usual].filter((part) => part !== "").join(" ");
}

function errorKinds(): string {
  const kinds = Object.entries<{ code: number; summary: string; data?: Record<string, string> }>(
    errors,
  ).map(([kind, { code, summary, data = {} }]) => {
    const fields = Object.entries(data).map(([name, meaning]) => `${name}: ${meaning}`);
    const text = [`Err${kind}, ${code}: ${summary}`];
    if (fields.length > 0) text.push(`Data: ${fields.join("; ")}.`);
    return [...comment(text.join(" "), 1), `\tErr${kind} Kind = ${JSON.stringify(kind)}`];
  });
  return [
    "// The kinds of errors that the daemon replies with.",
    "const (",
    spaced(kinds),
    ")",
  ].join("\n");
}

function errorCodes(): string {
  const kinds = Object.entries<{ code: number }>(errors);
  const byCode = kinds.map(([kind, { code }]) => [`\t${code}: Err${kind},`]);
  const doc = "// kindOfCode is the kind of an error whose data doesn't name one.";
  return [doc, "var kindOfCode = map[int]Kind{", spaced(byCode), "}"].join("\n");
}

/** Joins groups of lines with a blank line between them. */
function spaced(groups: readonly (readonly string[])[]): string {
  return groups.map((lines) => lines.join("\n")).join("\n\n");
}

function comment(text: string, indent: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= commentWidth) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.map((line) => `${"\t".repeat(indent)}// ${line}`);
}

function pascal(name: string): string {
  return words(name)
    .map((word) => (initialisms.has(word) ? word.toUpperCase() : capital(word)))
    .join("");
}

function camel(name: string): string {
  const [first = "", ...others] = words(name);
  return first + others.map((word) => pascal(word)).join("");
}

/** "session.scpRecv" is session, scp, recv; "$/progress" is progress. */
function words(name: string): string[] {
  const spacedName = name.replaceAll(/([a-z\d])([A-Z])/g, "$1 $2").replaceAll(/[^A-Za-z\d]+/g, " ");
  return spacedName.trim().toLowerCase().split(" ");
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
