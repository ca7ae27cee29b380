import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { describe, it } from "mocha";
import { PairTransport } from "../../../src/ssh/flow/transport.ts";

describe("a transport over two streams", () => {
  it("ends a write whose sink closes instead of draining", async () => {
    /** As ssh2's: it takes the bytes and never calls back, and isn't destroyed as Node's are. */
    class Channel extends Writable {
      override _write(): void {}
      override destroy(): this {
        this.end();
        this.emit("close");
        return this;
      }
    }
    const sink = new Channel({ highWaterMark: 1 });
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
