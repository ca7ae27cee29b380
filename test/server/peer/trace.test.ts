import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Failure } from "../../../src/protocol/errors.ts";
import { Client } from "../support.ts";

const handlers = {
  "session.exec": () => {
    throw new Failure("Timeout", "secret", { phase: "run", dispatched: "yes", output: "secret" });
  },
  "session.free": () => true,
};

const setTrace = (value: string) => ({ method: "$/setTrace", params: { value } });
const exec = { id: "seven", method: "session.exec", params: [1, "secret"] };

/** What has been traced of a method, numbers and times apart. */
const traced = (client: Client, method: string) =>
  client.messages
    .filter(
      ({ params, ...message }) =>
        message.method === "$/logTrace" && params.message.startsWith(method),
    )
    .map(({ params }) => ({
      ...params,
      message: params.message.replace(/\d{4}-\S+Z$/, "TIME").replace(/\d+\.\d ms/, "N ms"),
    }));

describe("server: $/setTrace", () => {
  it("messages: shows each request's way, without params and results", async () => {
    const client = new Client({ handlers });
    client.send(setTrace("messages"), exec, { method: "session.free", params: [1] });
    client.send({ id: 1, method: "session.fly", params: ["secret"] });
    await client.reply("seven");
    await client.reply(1);
    assert.deepEqual(traced(client, "session.exec"), [
      { message: "session.exec, id seven: received at TIME" },
      { message: "session.exec, id seven: dispatched after N ms" },
      { message: "session.exec, id seven: replied after N ms with Timeout" },
    ]);
    assert.deepEqual(traced(client, "session.free"), [
      { message: "session.free: received at TIME" },
      { message: "session.free: dispatched after N ms" },
      { message: "session.free: replied after N ms" },
    ]);
    assert.deepEqual(traced(client, "session.fly"), [
      { message: "session.fly, id 1: received at TIME" },
      { message: "session.fly, id 1: replied after N ms with MethodNotFound" },
    ]);
    const traces = client.messages.filter(({ method }) => method !== undefined);
    assert.doesNotMatch(JSON.stringify(traces), /secret/);
  });

  it("takes its value by position", async () => {
    const client = new Client({ handlers });
    client.send({ method: "$/setTrace", params: ["messages"] }, exec);
    await client.reply("seven");
    assert.equal(traced(client, "session.exec").length, 3);
  });

  it("verbose: adds the request's number in the log, and how far an error got", async () => {
    const client = new Client({ handlers });
    client.send(setTrace("verbose"), exec);
    await client.reply("seven");
    assert.deepEqual(
      traced(client, "session.exec").map(({ verbose }) => verbose),
      ["#1 session.exec", "#1 session.exec", "#1 session.exec, phase run, dispatched yes"],
    );
  });

  it("off: shows nothing, as before it was set; other values change nothing", async () => {
    const client = new Client({ handlers });
    client.send({ ...exec, id: 1 }, setTrace("messages"), setTrace("off"), { ...exec, id: 2 });
    client.send(setTrace("loud"), { ...exec, id: 3 }, setTrace("verbose"), setTrace("loud"));
    client.send({ ...exec, id: 4 });
    await client.reply(4);
    assert.deepEqual(
      [1, 2, 3, 4].map((id) => traced(client, `session.exec, id ${id}`).length),
      [0, 0, 0, 3],
    );
  });

  it("cuts off long ids and methods", async () => {
    const client = new Client({ handlers });
    client.send(setTrace("messages"), { id: "x".repeat(1e5), method: "y".repeat(1e5) });
    const [first] = await client.received(1);
    assert.ok(first?.params.message.length < 300);
  });
});

describe("server: window/logMessage", () => {
  const lines = (client: Client) =>
    client.messages
      .filter(({ method }) => method === "window/logMessage")
      .map(({ params }) => [params.type, params.message.replace(/\d+\.\d ms|\d{4}-\S+Z/, "N")]);

  it("is sent to a client that asked, of the level that it asked for", async () => {
    const broken = { "session.exec": () => assert.fail("broken") };
    const client = new Client({ handlers: broken });
    client.send({ id: 1, method: "initialize", params: { capabilities: { logMessage: "warn" } } });
    await client.reply(1);
    client.send({ method: "session.free", params: ["x"] }, exec);
    await client.reply("seven");
    assert.deepEqual(
      lines(client).map(([type, text]) => [type, text.split(":", 1)[0]]),
      [
        [2, "session.free without an id"],
        [1, "#2 session.exec failed unexpectedly"],
      ],
    );
  });

  it("debug: has all there is, the requests' way too", async () => {
    const client = new Client({ handlers });
    client.send({ id: 1, method: "initialize", params: { capabilities: { logMessage: "debug" } } });
    client.send({ id: 2, method: "session.free", params: [1] });
    await client.reply(2);
    assert.deepEqual(lines(client), [
      [4, "#1 initialize: replied after N"],
      [4, "#2 session.free: received at N"],
      [4, "#2 session.free: dispatched after N"],
      [4, "#2 session.free: replied after N"],
    ]);
  });

  it("is not sent unasked", async () => {
    const client = new Client({ handlers });
    client.send({ id: 1, method: "initialize", params: { capabilities: {} } }, exec);
    await client.reply("seven");
    assert.equal(client.messages.length, 2);
  });
});
