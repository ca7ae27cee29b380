import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Failure } from "../../../src/protocol/errors.ts";
import { until } from "../../fixtures/until.ts";
import { Client, gate } from "../support.ts";

const exec = { method: "session.exec", params: [1, "secret"] };

describe("server: dispatch", () => {
  it("gives a failure's code, message and data, without what is undefined", async () => {
    const fail = () => {
      throw new Failure("Timeout", "timed out", { phase: "run", output: undefined, seconds: 0 });
    };
    const client = new Client({ handlers: { "session.exec": fail } });
    client.send({ id: 1, ...exec });
    assert.deepEqual((await client.reply(1)).error, {
      code: 5001,
      message: "timed out",
      data: { kind: "Timeout", phase: "run", seconds: 0 },
    });
  });

  it("answers a fault of its own with InternalError, and tells only the log", async () => {
    const fail = ({ command }: { command: string }) => {
      throw new TypeError(`bad ${command}`);
    };
    const client = new Client({ handlers: { "session.exec": fail } });
    client.send({ id: 1, ...exec });
    const reply = await client.reply(1);
    assert.equal(reply.error?.code, -32603);
    assert.deepEqual(reply.error?.data, { kind: "InternalError", dispatched: "no" });
    assert.doesNotMatch(JSON.stringify(reply), /secret/);
    assert.match(client.logged.join(""), / error #1 session.exec failed unexpectedly: TypeError/);
  });

  it("answers also where a result can't be JSON", async () => {
    const client = new Client({ handlers: { "session.exec": () => 1n } });
    client.send({ id: 1, ...exec });
    assert.equal((await client.reply(1)).error?.data.kind, "InternalError");
  });

  it("counts deadlines from when the request was read", async () => {
    let left: boolean | undefined;
    const handlers = {
      "session.exec": (_params: unknown, { call }: any) => (left = !call.signal.aborted),
    };
    const client = new Client({ handlers });
    // The event loop is held up until after the deadline, with the request read and not dispatched.
    client.input.once("data", () => {
      for (const end = performance.now() + 30; performance.now() < end;);
    });
    client.send({ id: 1, method: "session.exec", params: [1, "x", 0.02] });
    await client.reply(1);
    assert.equal(left, false);
  });

  it("begins calls in the order they were read, though the first must be loaded", async () => {
    const order: string[] = [];
    const client = new Client({
      handlers: {
        "session.exec": () => order.push("exec"),
        "session.free": () => order.push("free"),
      },
    });
    client.send({ id: 0, method: "session.free", params: [1] });
    await client.reply(0);
    client.send({ id: 1, ...exec }, { id: 2, method: "session.free", params: [1] });
    await client.received(3);
    assert.deepEqual(order, ["free", "exec", "free"]);
  });

  it("carries out a request without an id, and drops its reply", async () => {
    const done = gate<unknown>();
    const client = new Client({ handlers: { "session.free": (params) => done.open(params) } });
    client.send({ method: "session.free", params: [7] }, { id: 1, method: "daemon.status" });
    assert.deepEqual(await done.promise, { session: 7 });
    await client.reply(1);
    assert.equal(client.messages.length, 1);
  });

  it("logs how a request without an id failed", async () => {
    const client = new Client();
    client.send({ method: "session.free", params: ["secret"] });
    await until(() => client.logged.join("").includes("InvalidParams"), "a log line");
    assert.doesNotMatch(client.logged.join(""), /secret/);
  });

  it("logs requests without their params", async () => {
    const client = new Client({ handlers: { "session.exec": () => 1 } });
    client.send({ id: "secret", ...exec }, { id: 2, method: "x\n".repeat(1000) });
    await client.received(2);
    assert.match(client.logged.join(""), / debug #1 session.exec: replied after \d+\.\d ms\n/);
    assert.match(
      client.logged.join(""),
      / debug #2 (x\\n){50}…: replied after \S+ ms with MethodNotFound\n/,
    );
    assert.doesNotMatch(client.logged.join(""), /secret/);
  });
});

describe("server: the lifecycle of LSP", () => {
  const outcome = async (client: Client, id: number) =>
    (await client.reply(id)).error?.data.kind ?? "ok";

  it("takes initialize once; after shutdown only exit", async () => {
    const client = new Client();
    client.send(
      { id: 1, method: "daemon.status" },
      { id: 2, method: "initialize", params: { processId: "x" } },
      { id: 3, method: "initialize", params: { processId: null, capabilities: {} } },
      { method: "initialized", params: {} },
      { id: 4, method: "initialize", params: {} },
      { id: 5, method: "shutdown", params: null },
      { id: 6, method: "daemon.status" },
      { id: 7, method: "shutdown" },
      { id: 8, method: "no.such" },
    );
    const outcomes = [];
    for (let id = 1; id <= 8; id++) outcomes.push(await outcome(client, id));
    const { error } = await client.reply(6);
    assert.deepEqual(error?.data, { kind: "InvalidRequest", dispatched: "no" });
    const late = "InvalidRequest";
    assert.deepEqual(outcomes, ["ok", "InvalidParams", "ok", late, "ok", late, late, late]);
    assert.deepEqual(client.ends, []);
    client.send({ method: "exit" });
    await until(() => client.ends.length > 0, "exit");
    assert.deepEqual(client.ends, ["exit"]);
    const hasty = new Client();
    hasty.send({ method: "exit" });
    await until(() => hasty.ends.length > 0, "exit");
    assert.deepEqual(hasty.ends, ["exit without shutdown"]);
  });

  it("tells of the input's end once, also where it merely closes", async () => {
    for (const finish of ["end", "destroy"] as const) {
      const client = new Client();
      client.input[finish]();
      await until(() => client.ends.length > 0, "the end");
      assert.deepEqual(client.ends, ["input ended"]);
    }
  });
});
