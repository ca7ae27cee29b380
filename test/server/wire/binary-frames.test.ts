import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { RemoteBytes } from "../../../src/protocol/bytes.ts";
import { inputBytes } from "../../../src/handlers/support/input-bytes.ts";
import { encodeBinary } from "../../fixtures/framing.ts";
import type { Framing } from "../../fixtures/framing.ts";
import { everyByte } from "../../e2e/support/session.ts";
import { Client } from "../support.ts";
import type { Options } from "../support.ts";

const asking = { binaryFrames: true };

async function initialized(options: Options, capabilities?: object) {
  const client = new Client(options);
  client.send({ id: "init", method: "initialize", params: { capabilities } });
  const { result } = await client.reply("init");
  return { client, granted: result.capabilities };
}

/** Gives back what was written, as the real handlers read it. */
const echo: Options["handlers"] = {
  "session.write": ({ data, encoding }, { binary, client }) => {
    const bytes = inputBytes("data", data, encoding, binary);
    return { bytes: new RemoteBytes([bytes], client.defaultEncoding ?? "base64") };
  },
};

const write = (data: unknown, encoding = "binary", id: string | number = 1) => ({
  jsonrpc: "2.0",
  id,
  method: "session.write",
  params: { token: "t", data, encoding },
});

describe("server: binary frames are granted", () => {
  const table: [Framing, object | undefined, boolean][] = [
    ["content-length", asking, true],
    ["content-length", { binaryFrames: false }, false],
    ["content-length", { textDocument: {} }, false],
    ["content-length", undefined, false],
    ["lines", asking, false],
  ];
  for (const [framing, capabilities, expected] of table) {
    const verb = expected ? "to" : "not to";
    it(`${verb} a client of ${framing} with ${JSON.stringify(capabilities)}`, async () => {
      const { client, granted } = await initialized({ framing, handlers: echo }, capabilities);
      assert.equal(granted.binaryFrames, expected);
      assert.equal(granted.encodings.includes("binary"), expected);
      client.send(write("x", "utf8"));
      const reply = await client.reply(1);
      assert.equal(reply.binary?.toString(), expected ? "x" : undefined);
    });
  }
});

describe("server: binary frames", () => {
  it("carry any bytes both ways, and leave ordinary frames as they are", async () => {
    const { client } = await initialized({ handlers: echo }, asking);
    client.write(encodeBinary(write([1, 256]), Buffer.from([7, ...everyByte, 7])));
    assert.deepEqual(await client.reply(1), {
      jsonrpc: "2.0",
      id: 1,
      result: { bytes: [0, 256] },
      binary: everyByte,
    });
    client.send({ id: 2, method: "daemon.status" });
    assert.equal((await client.reply(2)).binary, undefined);
  });

  it("carry several values, empty ones too, each in its place", async () => {
    const values = ["one", "", "three"].map((text) => Buffer.from(text));
    const [one, none, three] = values.map((each) => new RemoteBytes([each], "binary"));
    const text = new RemoteBytes([Buffer.from("é")], "utf8");
    const handlers = { "session.exec": () => ({ one, text, none, nested: { three } }) };
    const { client } = await initialized({ handlers }, asking);
    client.send({ id: 1, method: "session.exec", params: [1, "x"] });
    const { result, binary } = await client.reply(1);
    assert.deepEqual(result, { one: [0, 3], text: "é", none: [3, 0], nested: { three: [3, 5] } });
    assert.equal(binary?.toString(), "onethree");
  });

  it("are binary frames also where their bytes are none", async () => {
    const { client } = await initialized({ handlers: echo }, asking);
    client.write(encodeBinary(write([0, 0]), Buffer.alloc(0)));
    const { result, binary } = await client.reply(1);
    assert.deepEqual([result, binary?.length], [{ bytes: [0, 0] }, 0]);
  });

  it("may come with field names in any case, parameters in any order, and a byte at a time", async () => {
    const { client } = await initialized({ handlers: echo }, asking);
    const json = JSON.stringify(write([0, 3]));
    const header = [
      'content-TYPE:application/VND.sshrpc ; charset="utf-8" ;JSON = ',
      `${json.length}\r\ncontent-length: ${json.length + 3}\r\n\r\n`,
    ];
    for (const byte of Buffer.from(`${header.join("")}${json}abc`)) client.write(Buffer.of(byte));
    assert.equal((await client.reply(1)).binary?.toString(), "abc");
  });

  const nothing = "is binary, and the message is no binary frame";
  const form = "must be a string, or [offset, length] within the frame's binary part";
  const refused: [unknown, string, reason: string, path?: string][] = [
    [[0, 6], "binary", "lies outside of the frame's binary part of 5 bytes"],
    [[6, 0], "binary", "lies outside of the frame's binary part of 5 bytes"],
    [[2 ** 53 - 1, 1], "binary", "lies outside of the frame's binary part of 5 bytes"],
    [[-1, 2], "binary", "must be at least 0", "data.0"],
    [[0, 1.5], "binary", form],
    [[0, 2 ** 53], "binary", "must be at most 9007199254740991", "data.1"],
    [["0", "1"], "binary", form],
    [[0], "binary", "must have 2 elements"],
    [[0, 1, 2], "binary", form],
    [{}, "binary", form],
    ["bytes", "binary", "must be [offset, length], as it is binary"],
    [[0, 5], "utf8", "must be a string, as it is utf8"],
    [[0, 5], "base64", "must be a string, as it is base64"],
  ];
  for (const [data, encoding, reason, path = "data"] of refused) {
    it(`refuse ${JSON.stringify(data)} as ${encoding}`, async () => {
      const { client } = await initialized({ handlers: echo }, asking);
      client.write(encodeBinary(write(data, encoding), Buffer.from("bytes")));
      const { error } = await client.reply(1);
      assert.equal(error?.code, -32602);
      assert.deepEqual([error?.data.path, error?.data.reason], [path, reason]);
    });
  }

  it("are needed for binary values", async () => {
    const { client } = await initialized({ handlers: echo }, asking);
    client.send(write([0, 0]));
    assert.equal((await client.reply(1)).error?.data.reason, nothing);
  });

  it("are refused until they are granted, and taken from then on", async () => {
    const client = new Client({ handlers: echo });
    const frame = (id: string) => encodeBinary(write([0, 1], "binary", id), Buffer.from("x"));
    client.write(frame("early"));
    client.send({ id: 1, method: "initialize", params: { capabilities: asking } });
    client.write(frame("too early"));
    for (const id of ["early", "too early"]) {
      assert.equal((await client.reply(id)).error?.code, -32600);
    }
    await client.reply(1);
    client.write(frame("granted"));
    assert.equal((await client.reply("granted")).binary?.toString(), "x");
  });

  it("that are refused are passed over whole, whatever they hold", async () => {
    const { client } = await initialized({ handlers: echo }, asking);
    const inner = "Content-Length: 2\r\n\r\n{}Content-Length: 5\r\n\r\n";
    const header = `Content-Length: ${inner.length}\r\nContent-Type: application/vnd.sshrpc; json=`;
    client.write(`${header}${inner.length + 1}\r\n\r\n${inner}`);
    client.send({ id: 1, method: "daemon.status" });
    await client.reply(1);
    assert.deepEqual(
      client.messages.map(({ id, error }) => [id, error?.code]),
      [
        ["init", undefined],
        [null, -32600],
        [1, undefined],
      ],
    );
  });
});
