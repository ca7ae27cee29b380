import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Client, gate } from "../support.ts";

const exec = { method: "session.exec", params: [1, "x"] };

describe("server: request ids", () => {
  it("come back as they were, in kind and value", async () => {
    const client = new Client();
    const ids = [
      0,
      -1,
      1,
      "1",
      "",
      1.5,
      -0.1,
      2 ** 53 - 1,
      1 - 2 ** 53,
      "é\u0000",
      "__proto__",
      1e-7,
    ];
    client.send(...ids.map((id) => ({ id, method: "daemon.status" })));
    const replies = await client.received(ids.length);
    assert.deepEqual(new Set(replies.map(({ id }) => id)), new Set(ids));
    assert.ok(replies.every(({ result }) => result !== undefined));
  });

  it('does not take 1 for "1", in flight together', async () => {
    const open = gate();
    const handlers = {
      "session.exec": async ({ command }: { command: string }) => (await open.promise, command),
    };
    const client = new Client({ handlers });
    client.send(
      { id: 1, ...exec, params: [1, "number"] },
      { id: "1", ...exec, params: [1, "string"] },
    );
    open.open();
    assert.equal((await client.reply(1)).result, "number");
    assert.equal((await client.reply("1")).result, "string");
  });

  it("refuses an id that is in use; the first request still gets its reply", async () => {
    const open = gate();
    const client = new Client({ handlers: { "session.exec": () => open.promise } });
    client.send({ id: 1, ...exec }, { id: 1, method: "daemon.status" });
    const [refusal] = await client.received(1);
    assert.equal(refusal?.id, 1);
    assert.equal(refusal?.error?.code, -32600);
    assert.deepEqual(refusal?.error?.data, { kind: "InvalidRequest", dispatched: "no" });
    open.open();
    const [, reply] = await client.received(2);
    assert.deepEqual(reply, { jsonrpc: "2.0", id: 1, result: null });
    client.send({ id: 1, method: "shutdown" });
    assert.deepEqual((await client.received(3))[2], { jsonrpc: "2.0", id: 1, result: null });
  });
});

describe("server: $/cancelRequest", () => {
  const cancel = (id: unknown): object => ({ method: "$/cancelRequest", params: { id } });

  /** Waits until it is cancelled or told to go on. */
  const waiting = () => {
    const started = gate();
    const open = gate<string>();
    const handlers = {
      "session.exec": async (_params: unknown, { call }: any) => {
        started.open();
        return call.race(open.promise);
      },
    };
    return { client: new Client({ handlers }), started: started.promise, open: open.open };
  };

  it("ends a call that runs, with one reply", async () => {
    const { client, started, open } = waiting();
    client.send({ id: "a", ...exec });
    await started;
    client.send(cancel("a"));
    const { error } = await client.reply("a");
    assert.equal(error?.code, -32800);
    assert.equal(error?.data.kind, "Cancelled");
    open("late");
    client.send({ id: "after", method: "daemon.status" });
    await client.reply("after");
    assert.equal(client.messages.length, 2);
  });

  for (const params of [["a"], [{ id: "a" }]]) {
    it(`takes its params by position: ${JSON.stringify(params)}`, async () => {
      const { client, started } = waiting();
      client.send({ id: "a", ...exec });
      await started;
      client.send({ method: "$/cancelRequest", params });
      assert.equal((await client.reply("a")).error?.code, -32800);
    });
  }

  it("ends a call in the same chunk", async () => {
    const { client } = waiting();
    client.send({ id: 1, ...exec }, cancel(1));
    assert.equal((await client.reply(1)).error?.code, -32800);
  });

  it("is ignored before its request", async () => {
    const { client, open } = waiting();
    client.send(cancel(1), { id: 1, ...exec });
    open("done");
    assert.equal((await client.reply(1)).result, "done");
  });

  it("is ignored with an id of the other kind, and after the reply", async () => {
    const { client, started, open } = waiting();
    client.send({ id: 1, ...exec });
    await started;
    client.send(cancel("1"), { id: "after", method: "daemon.status" });
    await client.reply("after");
    open("done");
    assert.equal((await client.reply(1)).result, "done");
    client.send(cancel(1), { id: 1, ...exec });
    assert.equal((await client.received(3))[2]?.result, "done");
  });

  it("leaves the result to a call that finishes all the same", async () => {
    const started = gate();
    const open = gate<string>();
    const handlers = {
      "session.exec": () => {
        started.open();
        return open.promise;
      },
    };
    const client = new Client({ handlers });
    client.send({ id: 1, ...exec });
    await started.promise;
    client.send(cancel(1));
    open.open("done");
    assert.equal((await client.reply(1)).result, "done");
  });
});
