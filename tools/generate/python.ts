import { errors } from "../../src/protocol/errors.ts";
import type { JsonSchema, OpenRpcDocument, OpenRpcMethod } from "../../src/protocol/openrpc.ts";

/**
 * The Python client's `_contract.py`: a TypedDict for each method's params and result, in Python 3.9,
 * and the table of errors.
 */
export function pythonTypes(document: OpenRpcDocument): string {
  const module = new Module();
  for (const method of document.methods) module.addMethod(method);
  const body = [module.text(), connectOptions(document), errorTable()].join("\n\n\n");
  return `${header(body)}\n\n\n${body}\n`;
}

function header(body: string): string {
  const names = ["Any", "Dict", "Final", "FrozenSet", "List", "Literal", "NamedTuple", "Sequence"];
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  return `# Generated from src/protocol by npm run generate. Do not edit.
"""The contract's shapes as they are on the wire (PROTOCOL.md), and its errors."""

from __future__ import annotations

import os
from typing import ${[...used, "TypedDict", "Union"].join(", ")}

#: A path of this machine.
StrPath = Union[str, "os.PathLike[str]"]`;
}

/** Params of `ssh.new` that are paths on the daemon's machine, or hold some. */
const localPaths = new Set(["identityFiles", "knownHosts", "agent", "socketPath", "config"]);

/** Columns of a line. */
const lineWidth = 100;

interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly description: string | undefined;
}

/** The definitions, each behind those that it uses: an alias is evaluated when it is read. */
class Module {
  readonly #definitions: string[] = [];

  text(): string {
    return this.#definitions.join("\n\n\n");
  }

  addMethod({ name, summary, params, result }: OpenRpcMethod): void {
    const fields = params.map(({ required = false, description, ...rest }) => {
      return { ...rest, required, description };
    });
    if (fields.length > 0) {
      this.#typedDict(`${pascalCase(name)}Params`, `\`${name}\`: ${summary}`, fields);
    }
    this.#result(`${pascalCase(name)}Result`, `What \`${name}\` gives.`, result.schema);
  }

  #result(name: string, doc: string, schema: JsonSchema): void {
    const alternatives = schema["anyOf"] as JsonSchema[] | undefined;
    if (alternatives) {
      const names = alternatives.map((each) => {
        // A form of a result is named by its first field.
        const own = `${name}${pascalCase(Object.keys(propertiesOf(each))[0] ?? "")}`;
        this.#typedDict(own, doc, fieldsOf(each));
        return own;
      });
      this.#definitions.push(`${name} = Union[${names.join(", ")}]`);
    } else if (Object.keys(propertiesOf(schema)).length > 0) {
      this.#typedDict(name, doc, fieldsOf(schema));
    }
  }

  /** Python 3.9 knows no NotRequired: what is required stands in a class of its own. */
  #typedDict(name: string, doc: string, fields: readonly Field[]): void {
    const required = fields.filter((each) => each.required);
    const optional = fields.filter((each) => !each.required);
    if (required.length > 0 && optional.length > 0) {
      this.#define(`_${name}`, "TypedDict", doc, required, name);
      this.#define(name, `_${name}, total=False`, doc, optional, name);
    } else if (optional.length > 0) {
      this.#define(name, "TypedDict, total=False", doc, optional, name);
    } else {
      this.#define(name, "TypedDict", doc, required, name);
    }
  }

  #define(name: string, bases: string, doc: string, fields: readonly Field[], owner: string): void {
    const body = fields.map(({ name: field, schema, description }) => {
      const comment = description === undefined ? [] : comments(description);
      return [...comment, `    ${field}: ${this.#type(schema, owner + pascalCase(field))}`];
    });
    const lines = [`class ${name}(${bases}):`, `    """${doc}"""`, "", ...body.flat()];
    this.#definitions.push(lines.join("\n"));
  }

  /** @param name that an object gets which stands in this place */
  #type(schema: JsonSchema, name: string): string {
    const alternatives = schema["anyOf"] as JsonSchema[] | undefined;
    if (alternatives) {
      const types = alternatives.map((each, index) =>
        this.#type(each, index === 0 ? name : `${name}${index + 1}`),
      );
      return union(types);
    }
    if (schema["enum"]) return literal(schema["enum"] as unknown[]);
    if ("const" in schema) return literal([schema["const"]]);
    const types = [schema["type"]].flat() as (string | undefined)[];
    return union(types.map((type) => this.#simpleType(type, schema, name)));
  }

  #simpleType(type: string | undefined, schema: JsonSchema, name: string): string {
    switch (type) {
      case "string":
        return "str";
      case "integer":
        return "int";
      case "number":
        return "float";
      case "boolean":
        return "bool";
      case "null":
        return "None";
      case "array":
        return `List[${this.#type((schema["items"] ?? {}) as JsonSchema, name)}]`;
      case "object": {
        const fields = fieldsOf(schema);
        if (fields.length > 0) {
          this.#typedDict(name, "A part of it.", fields);
          return name;
        }
        const rest = schema["additionalProperties"];
        const value = typeof rest === "object" ? this.#type(rest as JsonSchema, name) : "Any";
        return `Dict[str, ${value}]`;
      }
      default:
        return "Any";
    }
  }
}

/** What `connect` takes beside its own parameters, in Python's terms, and the wire's name for each. */
function connectOptions(document: OpenRpcDocument): string {
  const own = new Set(["host", "port", "username", "password", "via", "token"]);
  const params = document.methods.find(({ name }) => name === "ssh.new")?.params ?? [];
  const options = params.filter(({ name }) => !own.has(name));
  const algorithms = options.find(({ name }) => name === "algorithms");
  const lists = Object.entries(propertiesOf(algorithms?.schema ?? {}));
  const paths = options.map(({ name }) => name).filter((name) => localPaths.has(name));
  return [
    "class Algorithms(TypedDict, total=False):",
    '    """The option `algorithms` of `connect`: names as of PROTOCOL.md, Algorithms; best first."""',
    "",
    ...lists.map(([name, schema]) => `    ${snakeCase(name)}: ${union(optionTypes(name, schema))}`),
    "",
    "",
    "class ConnectOptions(TypedDict, total=False):",
    '    """The options of `connect`; one that is None counts as not given.',
    "",
    "    Paths are of this machine, count from our working directory, and may begin with `~`.",
    "",
    "    Attributes:",
    ...options.flatMap(({ name, description = "" }) =>
      attribute(snakeCase(name), inPythonsTerms(description, params)),
    ),
    "",
    '    """',
    "",
    ...options.map(
      ({ name, schema }) =>
        `    ${snakeCase(name)}: ${union([...optionTypes(name, schema), "None"])}`,
    ),
    "",
    "",
    ...nameTable("CONNECT_OPTIONS", "The options of `ssh.new`", options),
    "",
    ...nameTable(
      "ALGORITHMS",
      "The lists of its `algorithms`",
      lists.map(([name]) => ({ name })),
    ),
    "",
    "#: Those options that are paths on the daemon's machine, or hold some, by their names on the wire.",
    `LOCAL_PATHS: Final[FrozenSet[str]] = frozenset([${paths.map(string).join(", ")}])`,
  ].join("\n");
}

function nameTable(table: string, what: string, fields: readonly { name: string }[]): string[] {
  return [
    `#: ${what} with their names on the wire.`,
    `${table}: Final[Dict[str, str]] = {`,
    ...fields.map(({ name }) => `    "${snakeCase(name)}": "${name}",`),
    "}",
  ];
}

/** A description of the contract's, as it reads in Python. */
function inPythonsTerms(description: string, params: readonly { name: string }[]): string {
  const names = new Set(params.map(({ name }) => name));
  return description
    .replaceAll(/`(\w+)`/g, (quoted, name: string) =>
      names.has(name) ? `\`${snakeCase(name)}\`` : quoted,
    )
    .replaceAll(/\b(true|false)\b/g, (value) => pythonValue(value === "true"))
    .replaceAll(/\bSee (?=[A-Z])/g, "See PROTOCOL.md, ");
}

/** A line of a docstring's "Attributes", wrapped. */
function attribute(name: string, text: string): string[] {
  const lines: string[] = [];
  let line = `        ${name}:`;
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = `            ${word}`;
    } else {
      line += ` ${word}`;
    }
  }
  return [...lines, line];
}

/** What a caller may give for an option, or for a part of it. */
function optionTypes(name: string, schema: JsonSchema): string[] {
  const alternatives = schema["anyOf"] as JsonSchema[] | undefined;
  if (alternatives) return alternatives.flatMap((each) => optionTypes(name, each));
  if (schema["enum"]) return [literal(schema["enum"] as unknown[])];
  if ("const" in schema) return [literal([schema["const"]])];
  switch (schema["type"]) {
    case "string":
      return [localPaths.has(name) ? "StrPath" : "str"];
    case "array":
      return [`Sequence[${union(optionTypes(name, schema["items"] as JsonSchema))}]`];
    case "integer":
      return ["int"];
    case "number":
      return ["float"];
    case "boolean":
      return ["bool"];
    case "object":
      // Its one object has a class of its own above.
      return [pascalCase(name)];
    default:
      return ["Any"];
  }
}

function errorTable(): string {
  const kinds = Object.entries<{ code: number; summary: string }>(errors);
  return [
    "class ErrorEntry(NamedTuple):",
    '    """A line of the contract\'s table of errors."""',
    "",
    "    code: int",
    "    summary: str",
    "",
    "",
    "ErrorKind = Literal[",
    ...kinds.map(([kind]) => `    "${kind}",`),
    "]",
    "",
    "#: Every error of the contract by its kind.",
    "ERRORS: Final[Dict[str, ErrorEntry]] = {",
    ...kinds.map(
      ([kind, { code, summary }]) => `    "${kind}": ErrorEntry(${code}, ${string(summary)}),`,
    ),
    "}",
  ].join("\n");
}

function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema["properties"] ?? {}) as Record<string, JsonSchema>;
}

function fieldsOf(schema: JsonSchema): Field[] {
  const required = (schema["required"] ?? []) as string[];
  return Object.entries(propertiesOf(schema)).map(([name, field]) => ({
    name,
    schema: field,
    required: required.includes(name),
    description: field.description,
  }));
}

function comments(description: string): string[] {
  return description.split("\n").map((line) => `    #: ${line}`);
}

function union(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  return distinct.length === 1 ? (distinct[0] ?? "Any") : `Union[${distinct.join(", ")}]`;
}

function literal(values: readonly unknown[]): string {
  return `Literal[${values.map(pythonValue).join(", ")}]`;
}

function pythonValue(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return string(value);
}

/** JSON's strings and numbers are Python's too. */
const string = (value: unknown): string => JSON.stringify(value);

const pascalCase = (name: string): string =>
  name
    .split(/[.$/_]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
