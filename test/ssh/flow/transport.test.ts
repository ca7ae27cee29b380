import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
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

  it("counts what passes, and takes no more from its source than is read", async () => {
    const source = new PassThrough();
    const sink = new PassThrough();
    const transport = new PairTransport({ source, sink, close: () => {} });
    assert.deepEqual([transport.bytesRead, transport.bytesWritten], [0, 0]);
    await new Promise<void>((resolve) => transport.write("abc", () => resolve()));
    assert.equal(transport.bytesWritten, 3);
    const chunk = Buffer.alloc(transport.readableHighWaterMark);
    for (let n = 0; n < 4; n++) source.write(chunk);
    while (!source.isPaused()) await nextTurn();
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    assert.equal(transport.bytesRead, chunk.length);
    assert.ok(transport.readableLength <= chunk.length);
    transport.resume();
    while (transport.bytesRead < 4 * chunk.length) await nextTurn();
    assert.equal(transport.bytesRead, 4 * chunk.length);
  });
});
