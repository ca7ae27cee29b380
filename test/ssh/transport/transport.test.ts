import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { describe, it } from "mocha";
import { PairTransport } from "../../../src/ssh/transport/transport.ts";

describe("a transport over two streams", () => {
  it("ends a write whose sink closes instead of draining", async () => {
    // As an ssh2 channel: it takes the bytes, and never calls back.
    const sink = new Writable({ highWaterMark: 1, write() {} });
    const transport = new PairTransport({
      source: new PassThrough(),
      sink,
      close: () => sink.destroy(),
    });
    const taken = new Promise<void>((resolve) => transport.write("lost", () => resolve()));
    sink.destroy();
    await taken;
    transport.write("what comes then");
    const [error] = (await once(transport, "error")) as [Error];
    assert.match(error.message, /closed/);
  });
});
