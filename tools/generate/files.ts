import { readFileSync } from "node:fs";
import { join } from "node:path";
import { latest, publishedFiles, readResults } from "../../bench/publish.ts";
import { openRpcDocument } from "../../src/protocol/openrpc.ts";
import { goTypes } from "./go.ts";
import { luaTypes } from "./lua.ts";
import { reference } from "./markdown.ts";
import { pythonOverloads, pythonTables, pythonTypes } from "./python.ts";
import { typescriptErrors, typescriptTypes } from "./typescript.ts";

/** Every file that is made from others, with what it must hold. Paths count from `root`. */
export function generatedFiles(root: string): Map<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const document = openRpcDocument(version);
  return new Map([
    ["openrpc.json", `${JSON.stringify(document, undefined, 2)}\n`],
    ["docs/protocol/reference.md", reference(document)],
    ["clients/python/src/sshrpc/_contract.py", pythonTypes(document)],
    ["clients/python/src/sshrpc/_tables.py", pythonTables(document)],
    ...(["run", "stream"] as const).flatMap((name) =>
      ["", "aio/"].map((folder): [string, string] => {
        const module = { run: "commands", stream: "streaming" }[name];
        const path = `clients/python/src/sshrpc/${folder}${module}.py`;
        const overloads = pythonOverloads(document, name, folder !== "");
        return [path, betweenComments(readFileSync(join(root, path), "utf8"), name, overloads)];
      }),
    ),
    ["clients/lua/sshrpc/types.lua", luaTypes(document)],
    ["clients/go/contract.go", goTypes(document)],
    ["clients/js/rpc/contract.ts", typescriptTypes(document)],
    ["clients/js/errors/error-kinds.ts", typescriptErrors()],
    ...versioned.map(({ path, line }): [string, string] => {
      const name = path.replace("VERSION", version);
      return [name, withVersion(readFileSync(join(root, name), "utf8"), line, version)];
    }),
    ...publishedFiles(root, readResults(join(root, latest))),
  ]);
}

/** What else says which version this is, and how its lines begin that do; in a path, VERSION stands for it. */
const versioned = [
  { path: "clients/python/pyproject.toml", line: /^(version = ")[^"]+/m },
  { path: "clients/python/src/sshrpc/__init__.py", line: /^(__version__ = ")[^"]+/m },
  { path: "clients/lua/sshrpc/support/version.lua", line: /^(return ")[^"]+/m },
  { path: "clients/lua/sshrpc-VERSION-1.rockspec", line: /^(version = ")[^"]+(?=-1")/m },
  { path: "examples/vscode/package.json", line: /^( {2}"version": "| {4}"sshrpc": "\^)[^"]+/gm },
];

function withVersion(text: string, line: RegExp, version: string): string {
  if (text.search(line) === -1) throw new Error(`no version: ${line.source}`);
  return text.replace(line, `$1${version}`);
}

/** Puts overloads of a method into a Python module that people write. */
function betweenComments(text: string, name: string, generated: string): string {
  const first = `    # Generated from src/protocol by npm run generate: overloads of ${name}. Do not edit.\n`;
  const last = "    # End of the generated part.\n";
  const [before, after] = text.split(first);
  const at = after?.indexOf(last) ?? -1;
  if (after === undefined || at === -1) throw new Error(`no place for overloads of ${name}`);
  return `${before}${first}\n${generated}\n${after.slice(at)}`;
}
