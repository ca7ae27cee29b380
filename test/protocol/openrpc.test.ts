import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";

// Its types are those of documents, and not of what the module holds.
const { openrpcDocument: metaSchema } = createRequire(import.meta.url)("@open-rpc/meta-schema");

describe("openrpc.json", () => {
  const document: any = JSON.parse(readFileSync(join(projectRoot, "openrpc.json"), "utf8"));
  const ajv = new Ajv({ allErrors: true, strict: false });
  // What the meta-schema itself is written in, and asks schemas to be: JSON Schema draft 7.
  const draft7 = { $ref: "http://json-schema.org/draft-07/schema#" };
  for (const id of ["https://meta.json-schema.tools", "https://meta.json-schema.tools/"]) {
    ajv.addMetaSchema(draft7, id);
  }

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
  });
});
