import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "mocha";
import { PairTransport } from "../../../src/ssh/flow/transport.ts";
import { ConnectionStream } from "../../../src/ssh/forwarding/connection-stream.ts";

describe("a connection that a client reads on the wire", () => {
  it("pauses while the client doesn't take what came, and goes on when it does", async () => {
    const source = new PassThrough();
    const transport = new PairTransport({ source, sink: new PassThrough(), close: () => {} });
    const stream = new ConnectionStream(transport);
    const pieceSize = 16 * 1024;
    const total = 4 * 1024 * 1024;
    let came = 0;
    let untaken = 0;
    stream.onOutput((_, chunk) => {
      came += chunk.length;
      untaken += chunk.length;
    });
    for (let bytes = 0; bytes < total; bytes += pieceSize) source.write(Buffer.alloc(pieceSize));
    source.end();
    while (!transport.isPaused()) await nextTurn();
    const isWhole = () => came === total;
    assert.ok(!isWhole());
    while (!isWhole()) {
      if (transport.isPaused()) {
        stream.consumed(untaken);
        untaken = 0;
      }
      await nextTurn();
    }
    await stream.received;
  });
});
