import { errors } from "../../src/protocol/errors.ts";
import type { JsonSchema, OpenRpcDocument, OpenRpcMethod } from "../../src/protocol/openrpc.ts";

/** The Python client's `_contract.py`: a TypedDict for each method's params and result, in Python 3.9. */
export function pythonTypes(document: OpenRpcDocument): string {
  const module = new Module();
  for (const method of document.methods) module.addMethod(method);
  const body = [module.text(), connectOptions(document)].join("\n\n\n");
  return `${header(body)}\n\n\n${body}\n`;
}

function header(body: string): string {
  const names = ["Any", "Dict", "List", "Literal", "Sequence"];
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  return `# Generated from src/protocol by npm run generate. Do not edit.
"""The contract's shapes as they are on the wire (PROTOCOL.md)."""

from __future__ import annotations

from typing import ${[...used, "TypedDict", "Union"].join(", ")}

from ._aliases import Buffer, StrPath`;
}

/** The Python client's `_tables.py`: what it needs of the contract while it runs. */
export function pythonTables(document: OpenRpcDocument): string {
  const { options, algorithms } = newOptions(document);
  const names = (isWanted: (option: OpenRpcParam) => boolean) =>
    options.filter(isWanted).map(({ name }) => string(name));
  const paths = names(({ name }) => localPaths.has(name));
  const lists = names(({ schema }) => schema["type"] === "array");
  const codes = Object.entries<{ code: number }>(errors);
  return `# Generated from src/protocol by npm run generate. Do not edit.
"""The contract's names and numbers."""

from __future__ import annotations

from ._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Dict, Final, FrozenSet

${[
  ...nameTable("CONNECT_OPTIONS", "The options of `ssh.new`", options),
  "",
  ...nameTable("ALGORITHMS", "The lists of its `algorithms`", algorithms),
  "",
  "#: Those options that are paths on the daemon's machine, or hold some, by their names on the wire.",
  `LOCAL_PATHS: Final[FrozenSet[str]] = frozenset([${paths.join(", ")}])`,
  "",
  "#: Those that are lists.",
  `LISTS: Final[FrozenSet[str]] = frozenset([${lists.join(", ")}])`,
  "",
  "#: The code of each kind of error.",
  "ERROR_CODES: Final[Dict[str, int]] = {",
  ...codes.map(([kind, { code }]) => `    "${kind}": ${code},`),
  "}",
].join("\n")}
`;
}

/** What stands in place of `…` in each form of `run` and `stream`: what says that they give text. */
const textForms = [
  { text: "Literal[False] = ...", encoding: "None = ...", errors: "None = ...", gives: "bytes" },
  { text: "Literal[True]", encoding: "str | None = ...", errors: "str | None = ...", gives: "str" },
  { text: "bool = ...", encoding: "str", errors: "str | None = ...", gives: "str" },
  { text: "bool = ...", encoding: "str | None = ...", errors: "str", gives: "str" },
  { text: "bool", encoding: "str | None = ...", errors: "str | None = ...", gives: "Any" },
  { text: "bool = ...", encoding: "str | None", errors: "str | None = ...", gives: "Any" },
];

const inputTypes: Record<string, string> = { bytes: "Buffer", str: "str", Any: "str | Buffer" };

/** The params of `session.exec` that are parameters of both, with their types there. */
const sharedParams: Record<string, string> = {
  timeout: "float | None",
  idleTimeout: "float | None",
  env: "Mapping[str, str] | None",
  pty: "bool | SessionExecParamsPty",
  sudo: "bool | str",
  sudoPassword: "str | None",
  forwardAgent: "bool",
};

/** The overloads of `run` and `stream` of the Python client's sessions: for threads, and for asyncio. */
export function pythonOverloads(
  document: OpenRpcDocument,
  method: "run" | "stream",
  isAsync: boolean,
): string {
  const exec = document.methods.find(({ name }) => name === "session.exec")?.params ?? [];
  const param = (name: string): string[] => {
    const found = exec.find((each) => each.name === name);
    if (!found) return [];
    const values = found.schema["enum"] as unknown[] | undefined;
    const type = values ? `${literal(values)} | None` : sharedParams[name];
    return [`${snakeCase(name)}: ${type} = ...`];
  };
  return textForms
    .flatMap(({ text, encoding, errors: how, gives }) => {
      const input = method === "run" ? inputTypes[gives] : "str | Buffer";
      const shared = [
        ...["timeout", "idleTimeout"].flatMap(param),
        `input: ${input} | None = ...`,
        ...["env", "envMode", "pty", "sudo", "sudoPassword", "forwardAgent"].flatMap(param),
      ];
      const own =
        method === "run"
          ? [
              "check: bool = ...",
              "merge_stderr: bool = ...",
              "max_output: int | None = ...",
              `on_output: OnOutput[${gives}] | None = ...`,
            ]
          : ["stdin: bool = ...", "window: int = ..."];
      const result = method === "run" ? `Result[${gives}]` : `Stream[${gives}]`;
      return [
        "@overload",
        `${isAsync && method === "run" ? "async " : ""}def ${method}(`,
        ...["self", "command: RemoteText", "*", ...shared, ...own].map((each) => `    ${each},`),
        `    text: ${text},`,
        `    encoding: ${encoding},`,
        `    errors: ${how},`,
        `) -> ${result}: ...`,
        "",
      ].map((line) => (line === "" ? "" : `    ${line}`));
    })
    .join("\n");
}

/** Params of `ssh.new` that are paths on the daemon's machine, or hold some. */
const localPaths = new Set([
  "identityFiles",
  "certificateFiles",
  "knownHosts",
  "agent",
  "socketPath",
  "config",
]);

/** Python's, as far as the contract has fields of such names. */
const keywords = new Set(["from", "in", "is", "class", "import", "global", "pass", "with"]);

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
        // A form of a result is named by the first field that not every form has.
        const fields = Object.keys(propertiesOf(each));
        const isOwn = (field: string) =>
          alternatives.some((form) => !(field in propertiesOf(form)));
        const own = `${name}${pascalCase(fields.find(isOwn) ?? fields[0] ?? "")}`;
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
    if (fields.some((each) => keywords.has(each.name))) {
      this.#defineByCall(name, bases, doc, fields, owner);
      return;
    }
    const body = fields.map(({ name: field, schema, description }) => {
      const comment = description === undefined ? [] : comments(description);
      return [...comment, `    ${field}: ${this.#type(schema, owner + pascalCase(field))}`];
    });
    const lines = [`class ${name}(${bases}):`, `    """${doc}"""`, "", ...body.flat()];
    this.#definitions.push(lines.join("\n"));
  }

  /** For fields that have the names of keywords. */
  #defineByCall(
    name: string,
    bases: string,
    doc: string,
    fields: readonly Field[],
    owner: string,
  ): void {
    if (!bases.startsWith("TypedDict")) throw new Error(`${name}: a keyword is optional`);
    const total = bases.endsWith("total=False") ? ", total=False" : "";
    const body = fields.map(({ name: field, schema, description }) => {
      const comment = description === undefined ? [] : comments(description);
      return [...comment, `    "${field}": ${this.#type(schema, owner + pascalCase(field))},`];
    });
    const lines = [`#: ${doc}`, `${name} = TypedDict("${name}", {`, ...body.flat(), `}${total})`];
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

type OpenRpcParam = OpenRpcMethod["params"][number];

/** What `connect` takes beside its own parameters, and what its `algorithms` may hold. */
function newOptions(document: OpenRpcDocument) {
  const own = new Set(["host", "port", "username", "password", "via", "token", "prompt"]);
  const params = document.methods.find(({ name }) => name === "ssh.new")?.params ?? [];
  const options = params.filter(({ name }) => !own.has(name));
  const found = options.find(({ name }) => name === "algorithms");
  const algorithms = Object.entries(propertiesOf(found?.schema ?? {})).map(([name, schema]) => {
    return { name, schema };
  });
  return { params, options, algorithms };
}

/** What `connect` takes beside its own parameters, in Python's terms. */
function connectOptions(document: OpenRpcDocument): string {
  const { options, algorithms } = newOptions(document);
  return [
    "class Algorithms(TypedDict, total=False):",
    '    """The option `algorithms` of `connect`: names as of PROTOCOL.md, Algorithms; best first."""',
    "",
    ...algorithms.map(
      ({ name, schema }) => `    ${snakeCase(name)}: ${union(optionTypes(name, schema))}`,
    ),
    "",
    "",
    "class ConnectOptions(TypedDict, total=False):",
    '    """The options of `connect`; one that is None counts as not given, and so does `config=False`.',
    "",
    "    Paths are of this machine, count from our working directory, and may begin with `~`. Where a",
    "    list is wanted, a single str or path will do.",
    "",
    "    Attributes:",
    ...options.flatMap(({ name, description = "" }) =>
      attribute(snakeCase(name), inPythonsTerms(description)),
    ),
    "",
    '    """',
    "",
    ...options.map(
      ({ name, schema }) => `    ${snakeCase(name)}: ${union(givenTypes(name, schema))}`,
    ),
  ].join("\n");
}

/** The types of an option, with what stands for it more conveniently. */
function givenTypes(name: string, schema: JsonSchema): string[] {
  const types = optionTypes(name, schema);
  if (schema["type"] === "array") types.push(...optionTypes(name, schema["items"] as JsonSchema));
  if (name === "privateKey") types.push("Buffer");
  if (name === "config") types.push("bool");
  return [...types, "None"];
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
function inPythonsTerms(description: string): string {
  return description
    .replaceAll(/`([a-z]+[A-Z]\w*)`/g, (_quoted, name: string) => `\`${snakeCase(name)}\``)
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
