import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import { execa } from "execa";
import { compile } from "json-schema-to-typescript";
import { describe, it } from "mocha";
import { methods } from "../../src/protocol/methods.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import { projectRoot } from "../fixtures/project.ts";
import { useScope } from "../fixtures/scope.ts";

const require = createRequire(import.meta.url);
// Their types are those of documents, and not of what the modules hold.
const { openrpcDocument: metaSchema } = require("@open-rpc/meta-schema");
const { jsonSchema } = require("@json-schema-tools/meta-schema");

describe("openrpc.json", () => {
  const scope = useScope();
  const document: any = JSON.parse(readFileSync(join(projectRoot, "openrpc.json"), "utf8"));
  // Formats are of URLs, of which there are none.
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  ajv.addMetaSchema(jsonSchema);
  // The one refers to the other with a slash at its end and without.
  ajv.addSchema({ ...jsonSchema, $id: undefined }, "https://meta.json-schema.tools");

  it("is what the official meta-schema says", () => {
    const validate = ajv.compile(metaSchema);
    assert.ok(validate(document), ajv.errorsText(validate.errors));
    const broken: any = structuredClone(document);
    broken.methods[0].params[0].schema = { type: "nonsense" };
    assert.ok(!validate(broken));
  });

  it("has schemas that are schemas of draft 7, with nothing unknown in them", () => {
    const strict = new Ajv({ strict: true, allowUnionTypes: true });
    for (const { params, result } of document.methods) {
      for (const { schema } of [...params, result]) strict.compile(schema);
    }
    for (const { params } of document["x-notifications"]) strict.compile(params);
    for (const { params, result } of document["x-client-methods"]) {
      for (const schema of [params, result]) strict.compile(schema);
    }
    for (const { data } of Object.values<any>(document["x-errors"])) strict.compile(data);
  });

  it("gives every schema a title, and none the same", () => {
    const titles = allSchemas(document).map(({ title }) => title);
    assert.deepEqual(
      titles.filter((title) => typeof title !== "string" || !/^[A-Z][A-Za-z\d]+$/.test(title)),
      [],
    );
    assert.deepEqual(
      titles.filter((title, index) => titles.indexOf(title) !== index),
      [],
    );
  });

  it("says how many params may come by position", () => {
    const counts = Object.entries(methods).map(([name, { positional }]) => [name, positional]);
    for (const [index, [name, positional]] of counts.entries()) {
      const { params, ...method } = document.methods[index];
      const names = params.map((param: any) => param.name);
      assert.deepEqual([method.name, names.slice(0, method["x-positional"])], [name, positional]);
    }
  });

  it("lets be left out what the daemon lets be left out, and nothing else", () => {
    for (const { name, params } of document.methods) {
      const { error } = methods[name as keyof typeof methods].params().safeParse({});
      const missing = new Set(error?.issues.map(({ path }) => path[0]));
      for (const param of params) {
        assert.equal(param.required, missing.has(param.name), `${name}: ${param.name}`);
      }
    }
  });

  it("is what rpc.discover gives", async () => {
    const daemon = scope.add(startDaemon());
    assert.deepEqual(await daemon.request("rpc.discover"), document);
  });

  it("lists what every request may be answered with", () => {
    for (const { name, errors } of document.methods) {
      const kinds = errors.map(({ data }: any) => data.kind);
      for (const kind of ["InvalidRequest", "InvalidParams", "InternalError", "Cancelled"]) {
        assert.equal(kinds.filter((each: string) => each === kind).length, 1, `${name}: ${kind}`);
      }
      for (const kind of kinds) assert.ok(document["x-errors"][kind], kind);
    }
  });

  it("can be made into TypeScript that compiles, with names that say what it is", async function () {
    this.timeout(120_000);
    const schemas = topSchemas(document);
    // One schema of all of them: what is made of each alone would declare some names twice.
    const all = {
      title: "Contract",
      type: "object",
      properties: Object.fromEntries(schemas.map((schema) => [schema.title, schema])),
    };
    const text = await compile(all as any, "Contract", { format: false });
    for (const { title } of schemas) assert.match(text, new RegExp(`\\b${title}\\b`));
    assert.match(text, /export interface SessionExecParams \{/);
    const folder = scope.tempDir();
    writeFileSync(join(folder, "contract.ts"), text);
    const tsc = join(projectRoot, "node_modules/typescript/bin/tsc");
    const options = ["--strict", "--noEmit", "--ignoreConfig", "--types", "", "contract.ts"];
    await execa(process.execPath, [tsc, ...options], { cwd: folder });
  });
});

/** Every schema that stands by itself; a method's params are one. */
function topSchemas(document: any): any[] {
  const methodSchemas = document.methods.flatMap(({ name, params, result }: any) => [
    {
      title: `${titleOf(name)}Params`,
      type: "object",
      properties: Object.fromEntries(params.map((param: any) => [param.name, param.schema])),
      required: params.filter((param: any) => param.required).map((param: any) => param.name),
      additionalProperties: false,
    },
    result.schema,
  ]);
  return [
    ...methodSchemas,
    ...document["x-notifications"].map(({ params }: any) => params),
    ...document["x-client-methods"].flatMap(({ params, result }: any) => [params, result]),
    ...Object.values<any>(document["x-errors"]).map(({ data }) => data),
  ];
}

const titleOf = (method: string): string =>
  method.replaceAll(/(?:^|[./$]+)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Those too that stand within others. */
function allSchemas(document: any): any[] {
  const inner = (schema: any): any[] => [
    schema,
    ...["items", "additionalProperties", "propertyNames"]
      .map((keyword) => schema[keyword])
      .filter((each) => typeof each === "object")
      .flatMap(inner),
    ...["anyOf", "oneOf", "allOf"].flatMap((keyword) => schema[keyword] ?? []).flatMap(inner),
    ...Object.values(schema.properties ?? {}).flatMap(inner),
  ];
  return topSchemas(document).flatMap(inner);
}
