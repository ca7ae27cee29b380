import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "mocha";
import { limits } from "../../../src/protocol/limits.ts";
import { Backlog } from "../../../src/server/wire/backlog.ts";
import { FrameDecoder } from "../../../src/server/wire/frame-decoder.ts";
import { Reader } from "../../../src/server/wire/reader.ts";
import type { Received } from "../../../src/server/wire/received.ts";
import { RequestIds } from "../../../src/server/wire/request-ids.ts";
import { encode, encodeBinary } from "../../fixtures/framing.ts";
import { until } from "../../fixtures/until.ts";
import { Client, gate } from "../support.ts";

describe("Backlog", () => {
  it("tells when more than its bound is there, and when no longer", () => {
    const told: boolean[] = [];
    const backlog = new Backlog(10, (full) => told.push(full));
    backlog.add(10);
    assert.deepEqual(told, []);
    backlog.add(1);
    backlog.add(5);
    assert.deepEqual(told, [true]);
    backlog.remove(5);
    assert.deepEqual(told, [true]);
    backlog.remove(1);
    assert.deepEqual(told, [true, false]);
  });

  it("has those wait that ask for room, until there is some", async () => {
    const backlog = new Backlog(10, () => {});
    assert.equal(backlog.room(), undefined);
    backlog.add(11);
    const room = Promise.all([backlog.room(), backlog.room()]);
    backlog.remove(1);
    await room;
    assert.equal(backlog.room(), undefined);
  });
});

describe("server: requests that wait for their replies", () => {
  it("hold up what comes behind them, each by its body and 4096 bytes more", () => {
    const input = new PassThrough();
    const taken: Received[] = [];
    const message = { jsonrpc: "2.0", method: "session.free", params: [1] };
    const frame = encode(message, "content-length");
    const cost = JSON.stringify(message).length + 4096;
    const reader = new Reader({
      input,
      frames: new FrameDecoder(limits),
      ids: new RequestIds(),
      takesBinary: () => false,
      refuse: () => {},
      maxPending: 2 * cost,
      cancelledId: () => undefined,
      debug: () => {},
    });
    reader.listen((each) => taken.push((each as unknown as { params: Received }).params));
    const send = () => input.write(frame);
    send();
    send();
    assert.ok(!input.isPaused());
    send();
    assert.ok(input.isPaused());
    send();
    assert.equal(taken.length, 3);
    taken[1]?.done();
    assert.ok(!input.isPaused());
  });

  it("hold it up until they are answered, also those without an id", async () => {
    const { promise, open } = gate();
    let begun = 0;
    const client = new Client({
      handlers: { "session.scpSend": () => ((begun += 1), promise) },
    });
    client.send({ id: 0, method: "initialize", params: { capabilities: { binaryFrames: true } } });
    await client.reply(0);
    const size = 2 ** 26;
    const params = { session: 1, data: [0, size], encoding: "binary", dest: "x" };
    const message = { jsonrpc: "2.0", method: "session.scpSend", params };
    const binary = Buffer.alloc(size);
    for (const id of [1, undefined, 2, undefined, 3, undefined]) {
      client.write(encodeBinary({ ...message, ...(id && { id }) }, binary));
    }
    await until(() => begun === limits.maxPendingRequests / size, "the first calls");
    assert.ok(client.input.isPaused());
    open();
    await until(() => begun === 6, "the others");
  });

  it("don't count any more when they are done, whatever they were", async () => {
    const client = new Client({ handlers: {} });
    // More of each than the bound has room for.
    const count = limits.maxPendingRequests / 4096 / 2;
    const methods = ["$/progress", "$/logTrace", "initialized", "nothing/known"];
    for (const method of methods) {
      const params = { token: 1, value: 1 };
      const frame = encode({ jsonrpc: "2.0", method, params }, "content-length");
      client.write(Buffer.concat(Array.from({ length: count }, () => frame)));
    }
    client.send({ id: 1, method: "rpc.discover" });
    await client.reply(1);
  }).timeout(120_000);
});
