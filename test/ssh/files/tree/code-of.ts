import assert from "node:assert/strict";
import { Failure } from "../../../../src/protocol/errors.ts";

/** The kind and the code of the failure that it ends with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail("it went well"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failure, String(error));
  return `${error.kind} ${String(error.data["code"])}`;
}
