import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "mocha";
import { RemoteBytes } from "../../../src/protocol/bytes.ts";
import type { Framing } from "../../../src/server/wire/frame.ts";
import { Output, maxWaitingBytes } from "../../../src/server/wire/output.ts";
import { until } from "../../fixtures/until.ts";
import { Client } from "../support.ts";

/** A stream whose reader takes a write only when it is told to. */
function outputTo(framing: Framing = "header") {
  const writes: Buffer[] = [];
  const pressure: boolean[] = [];
  let closes = 0;
  let finish: () => void = () => {};
  let held = false;
  let counted = 0;
  const counter = {
    add: (bytes: number) => (counted += bytes),
    give: (bytes: number) => (counted -= bytes),
  };
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk);
      if (held) finish = done;
      else done();
    },
  });
  const output = new Output({
    stream,
    framing: () => framing,
    onPressure: (high) => pressure.push(high),
    counter,
    onClose: () => (closes += 1),
  });
  const hold = () => (held = true);
  const release = () => {
    held = false;
    finish();
  };
  return {
    output,
    stream,
    writes,
    pressure,
    closes: () => closes,
    hold,
    release,
    counted: () => counted,
  };
}

const big = (length: number) => ({
  result: { data: new RemoteBytes([Buffer.alloc(length)], "base64") },
});

describe("server: output", () => {
  it("hands over a small message in one write, header and all", async () => {
    const { output, writes } = outputTo();
    await output.send({ a: "é", b: new RemoteBytes([Buffer.from("x\n")], "utf8") });
    assert.deepEqual(writes.map(String), ['Content-Length: 20\r\n\r\n{"a":"é","b":"x\\n"}']);
    const lines = outputTo("line");
    await lines.output.send({ a: 1 });
    assert.deepEqual(lines.writes.map(String), ['{"a":1}\n']);
  });

  it("writes one message at a time, in order, and only as fast as it is taken", async () => {
    const { output, writes, hold, release } = outputTo();
    hold();
    const sent = [output.send(big(3e6)), output.send({ last: true })];
    await until(() => writes.length > 0, "the first write");
    assert.equal(writes.length, 1);
    release();
    await Promise.all(sent);
    const text = Buffer.concat(writes).toString();
    const [, length, body] = /^Content-Length: (\d+)\r\n\r\n(.*)Content/s.exec(text) ?? [];
    assert.equal(Number(length), body?.length);
    assert.deepEqual(JSON.parse(body ?? ""), {
      result: { data: Buffer.alloc(3e6).toString("base64") },
    });
    assert.ok(text.endsWith('{"last":true}'));
    assert.ok(writes.every((each) => each.length < 1e6));
  });

  it("is flushed when all that was sent has been taken", async () => {
    const { output, writes, hold, release } = outputTo("line");
    hold();
    const sent = output.send({ a: 1 });
    let isFlushed = false;
    const flushed = output.flushed().then(() => (isFlushed = true));
    await until(() => writes.length > 0, "the write");
    assert.equal(isFlushed, false);
    release();
    await Promise.all([sent, flushed]);
  });

  it("hands over in one write what was sent in one turn", async () => {
    const { output, writes } = outputTo("line");
    await Promise.all([output.send({ a: 1 }), output.send({ b: 2 }), output.send({ c: 3 })]);
    assert.deepEqual(writes.map(String), ['{"a":1}\n{"b":2}\n{"c":3}\n']);
    await output.send({ d: 4 });
    assert.equal(writes.length, 2);
  });

  it("keeps the order of small messages and a large one between them", async () => {
    const { output, writes } = outputTo("line");
    const told: string[] = [];
    const send = (name: string, message: object) =>
      output.send(message).then(() => told.push(name));
    await Promise.all([
      send("first", { first: true }),
      send("large", big(3e6)),
      send("last", { last: true }),
    ]);
    const lines = Buffer.concat(writes).toString().trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => Object.keys(JSON.parse(line) as object)),
      [["first"], ["result"], ["last"]],
    );
    assert.ok(writes.length > 3);
    assert.deepEqual(told, ["first", "large", "last"]);
  });

  it("rejects all that were in a write that fails, and what comes after", async () => {
    let writes = 0;
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        writes += 1;
        done(new Error("write EIO"));
      },
    });
    const output = new Output({
      stream,
      framing: () => "line",
      onPressure: () => {},
      onClose: () => {},
    });
    const sent = [output.send({ a: 1 }), output.send(big(1e6)), output.send({ b: 2 })];
    for (const each of sent) await assert.rejects(each, /EIO/);
    assert.equal(writes, 1);
    await assert.rejects(output.send({ c: 3 }), /EIO/);
    assert.equal(output.room(), undefined);
  });

  it("lets others have their turn while it encodes", async () => {
    const { output } = outputTo();
    let turns = 0;
    const count = () => {
      turns += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const zeros = Buffer.alloc(20e6, "x");
    await output.send({ result: { output: new RemoteBytes([zeros], "utf8") } });
    clearImmediate(immediate);
    assert.ok(turns >= 20, `${turns} turns`);
  });

  it("tells when too much waits, and when no longer", async () => {
    const { output, pressure, hold, release } = outputTo();
    hold();
    const first = output.send(big(maxWaitingBytes / 2));
    assert.deepEqual(pressure, []);
    const second = output.send(big(maxWaitingBytes / 2));
    assert.deepEqual(pressure, [true]);
    release();
    await first;
    await second;
    assert.deepEqual(pressure, [true, false]);
  });

  it("counts what is in memory until it is written, or can't be", async () => {
    const { output, stream, hold, release, counted } = outputTo();
    hold();
    const first = output.send(big(1e6));
    assert.ok(counted() >= 1e6);
    release();
    await first;
    assert.equal(counted(), 0);
    hold();
    const second = output.send(big(1e6));
    stream.destroy();
    release();
    await assert.rejects(second);
    assert.equal(counted(), 0);
  });

  it("rejects what is waiting and what comes when the reader is gone, and says so once", async () => {
    const { output, stream, closes, hold } = outputTo();
    hold();
    const sent = [output.send({ a: 1 }), output.send({ b: 2 })];
    stream.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    sent.push(output.send({ c: 3 }));
    for (const each of sent) await assert.rejects(each, /EPIPE/);
    await output.flushed();
    assert.equal(closes(), 1);
  });
});

describe("server: a client that takes no replies", () => {
  it("is not read from until it does", async () => {
    const data = new RemoteBytes([Buffer.alloc(maxWaitingBytes)], "base64");
    let served = 0;
    const handlers = { "session.exec": () => ((served += 1), { data }) };
    const client = new Client({ handlers });
    client.output.pause();
    client.send({ id: 1, method: "session.exec", params: [1, "x"] });
    await until(() => client.input.isPaused(), "the reader's pause");
    client.send({ id: 2, method: "session.exec", params: [1, "x"] });
    await until(() => client.input.readableLength > 0, "what is not read");
    assert.equal(served, 1);
    client.output.resume();
    await client.received(2);
    assert.equal(served, 2);
  });

  it("ends the connection when it is gone", async () => {
    const client = new Client({ handlers: { "session.exec": () => 1 } });
    client.output.destroy();
    client.send({ id: 1, method: "session.exec", params: [1, "x"] }, { id: 2, method: "shutdown" });
    await client.connection.answered();
    await until(() => client.ends.length > 0, "the end");
    assert.deepEqual(client.ends, ["output closed"]);
  });
});
