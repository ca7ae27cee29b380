import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";

const require = createRequire(import.meta.url);
// Their types are those of documents, and not of what the modules hold.
const { openrpcDocument: metaSchema } = require("@open-rpc/meta-schema");
const { jsonSchema } = require("@json-schema-tools/meta-schema");

describe("openrpc.json", () => {
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
  });
});
