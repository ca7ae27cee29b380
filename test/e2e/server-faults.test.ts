import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { assertFailure, failureOf, login, rejects, statusOf } from "./support/calls.ts";
import { folderOf, stages, untouched } from "./support/stages.ts";
import type { Stage, StuckCall } from "./support/stages.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

describe("e2e: a server or network that fails", function () {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;

  before(async function () {
    requires(this, "sshd", "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  /** The session is there, closed, and says so; then it is freed. */
  async function assertClosed(session: number): Promise<void> {
    const { state, channels, queued } = await statusOf(daemon, session);
    assert.deepEqual({ state, channels, queued }, { state: "closed", channels: 0, queued: 0 });
    const calls = {
      "session.exec": { command: "true" },
      "session.scpRecv": { source: "x" },
      "session.scpSend": { data: "x", dest: "x" },
    };
    for (const [method, params] of Object.entries(calls)) {
      const request = daemon.request(method, { session, ...params });
      await rejects(request, "SessionClosed", { dispatched: "no" });
    }
    await daemon.request("session.free", { session });
    assert.equal(await statusOf(daemon, session), undefined);
  }

  const breaks: Record<string, { by: (call: StuckCall) => void | Promise<void>; data?: object }> = {
    "the server is killed": { by: (call) => call.kill() },
    "the connection is reset": {
      async by({ proxy }) {
        await proxy.readByClients();
        proxy.reset();
      },
      data: { errno: "ECONNRESET" },
    },
  };

  for (const [how, { by, data }] of Object.entries(breaks)) {
    describe(how, () => {
      for (const stage of stages) {
        it(stage.name, async () => {
          const call = await stage.prepare(scope, daemon);
          const failure = failureOf(daemon.request(call.method, call.params));
          await call.reached();
          await by(call);
          await watched.checkBystander();
          const { kind, data: details } = stage.lost;
          const { dispatched, output } = stage;
          const expected = { dispatched, ...(output === undefined ? {} : { output }), ...details };
          assertFailure(await failure, kind, { ...expected, ...data });
          if (call.dest !== undefined) assert.deepEqual(folderOf(call.dest), untouched);
          if (call.session !== undefined) await assertClosed(call.session);
          await watched.noSocketsLeft();
          await watched.checkBystander();
        });
      }
    });
  }

  describe("silence", () => {
    /** Seconds; time for all the calls to come to their stages. */
    const deadline = 8;
    /** Seconds beyond the deadline that a reply may take on a slow machine; the contract's are ¼. */
    const slack = 15;

    interface Outcome {
      error: { code: number; data: Json };
      seconds: number;
    }

    /** Sends a call to each stage, stops them all at once: how each ended, by its stage's name. */
    async function stopAll(
      chosen: Stage[],
      limit: object,
      stop: (call: StuckCall) => void,
    ): Promise<Map<string, Outcome>> {
      const calls = await Promise.all(chosen.map((stage) => stage.prepare(scope, daemon)));
      const ends = calls.map(async ({ method, params }): Promise<Outcome> => {
        const begin = performance.now();
        const error = await failureOf(daemon.request(method, { ...params, ...limit }));
        return { error, seconds: (performance.now() - begin) / 1000 };
      });
      await Promise.all(calls.map((call) => call.reached()));
      for (const call of calls) stop(call);
      await watched.checkBystander();
      const outcomes = await Promise.all(ends);
      await Promise.all(
        calls.map(async ({ dest, session }) => {
          if (dest !== undefined) assert.deepEqual(folderOf(dest), untouched);
          if (session === undefined) return;
          // A connection that is silent may come back.
          assert.equal((await statusOf(daemon, session)).state, "open");
          await daemon.request("session.free", { session });
        }),
      );
      await watched.noSocketsLeft();
      await watched.checkBystander();
      return new Map(outcomes.map((outcome, index) => [chosen[index]?.name ?? "", outcome]));
    }

    function assertTimeouts(outcomes: Map<string, Outcome>, chosen: Stage[], limit: number): void {
      const seen = [...outcomes].map(([name, { error }]) => {
        const { kind, phase, dispatched, output, seconds } = error.data;
        return [name, { code: error.code, kind, phase, dispatched, output, seconds }];
      });
      const expected = chosen.map(({ name, phase, dispatched, output }) => [
        name,
        { code: 5001, kind: "Timeout", phase, dispatched, output, seconds: limit },
      ]);
      assert.deepEqual(Object.fromEntries(seen), Object.fromEntries(expected));
      for (const [name, { seconds }] of outcomes) {
        assert.ok(seconds >= limit, `${name}: not before ${limit} s, but after ${seconds}`);
      }
    }

    it("of the network ends each call at its deadline, wherever it is", async () => {
      const outcomes = await stopAll(stages, { timeout: deadline }, ({ proxy }) => proxy.stall());
      assertTimeouts(outcomes, stages, deadline);
      for (const [name, { seconds }] of outcomes) {
        assert.ok(seconds < deadline + slack, `${name}: ${seconds} s`);
      }
    });

    it("of a stopped server does too", async () => {
      const chosen = stages.filter(({ name }) => name.endsWith("midway"));
      const outcomes = await stopAll(chosen, { timeout: deadline }, (call) => call.freeze?.());
      assertTimeouts(outcomes, chosen, deadline);
    });

    it("ends a transfer that is idle", async () => {
      const chosen = stages.filter(({ phase }) => phase === "transfer");
      const outcomes = await stopAll(chosen, { idleTimeout: 0.7 }, ({ proxy }) => proxy.stall());
      assertTimeouts(outcomes, chosen, 0.7);
    });
  });

  it("takes with it the calls that wait for a channel, undispatched", async () => {
    const full = { reason: 2, description: "full" };
    const server = scope.add(
      await startFaultServer({ open: (n) => (n < 2 ? "accept" : full), run: () => {} }),
    );
    const session = await login(daemon, server);
    const ends = Array.from({ length: 6 }, (_, n) =>
      failureOf(daemon.request("session.exec", { session, command: `command ${n}` })),
    );
    const isQueued = async () => (await statusOf(daemon, session)).queued === 4;
    await until(isQueued, "four calls wait");
    const connection = await server.connection(0);
    const requested = () => connection.records.filter((each) => each.type === "request").length;
    await until(() => requested() === 2, "two commands run");
    connection.destroy();
    for (const [n, end] of ends.entries()) {
      assertFailure(await end, "ConnectionLost", n < 2 ? {} : { dispatched: "no", output: "" });
    }
    await assertClosed(session);
  });

  it("is found out also while no call runs", async () => {
    for (const lose of ["destroy", "reset"] as const) {
      const server = scope.add(await startFaultServer());
      const session = await login(daemon, server);
      (await server.connection(0))[lose]();
      await until(async () => (await statusOf(daemon, session)).state === "closed", "it's lost");
      await assertClosed(session);
    }
    await watched.noSocketsLeft();
  });
});
