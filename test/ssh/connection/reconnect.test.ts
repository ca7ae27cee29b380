import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Failure } from "../../../src/protocol/errors.ts";
import type { ErrorKind } from "../../../src/protocol/errors.ts";
import { Outages } from "../../../src/ssh/connection/outages.ts";
import { connectAgain, NoReconnection } from "../../../src/ssh/connection/reconnect.ts";
import type { Session } from "../../../src/ssh/connection/session.ts";

const pauses = { beforeFirst: 1, first: 1, last: 2, altogether: 1e9 };
const session = {} as Session;

describe("connectAgain", () => {
  /** Tries with what each login comes to; the last one stands for all that follow. */
  async function tryWith(
    outcomes: (Failure | "asked" | Session)[],
    { altogether = pauses.altogether, wayReady = async () => {} } = {},
  ) {
    let logins = 0;
    const failures: Failure[] = [];
    const login = async (_: AbortSignal, onAsked: () => void): Promise<Session> => {
      const outcome = outcomes[Math.min(logins++, outcomes.length - 1)];
      if (outcome === "asked") onAsked();
      if (outcome === "asked") throw refusedOf("publickey");
      if (outcome instanceof Failure) throw outcome;
      return outcome as Session;
    };
    const outages = new Outages({ ...pauses, altogether });
    const lost = {
      setbacks: 0,
      wayReady,
      onFailure: (failure: Failure) => void failures.push(failure),
    };
    const { signal } = new AbortController();
    const result = await connectAgain({ server: "server", outages, login }, lost, signal).catch(
      (error: unknown) => error,
    );
    const kind = result instanceof NoReconnection ? result.why.kind : undefined;
    return { result, kind, logins, failures };
  }

  const refusedOf = (...tried: string[]) => new Failure("AuthenticationFailed", "no", { tried });
  const transient: [ErrorKind, object][] = [
    ["ConnectFailed", { errno: "ECONNREFUSED" }],
    ["HandshakeFailed", { stage: "banner" }],
    ["HandshakeFailed", { stage: "kex", errno: "ECONNRESET" }],
    ["Timeout", { phase: "connect" }],
    ["Timeout", { phase: "authenticate" }],
    ["ConnectionLost", {}],
    ["SessionClosed", {}],
    ["InvalidParams", { path: "config" }],
  ];

  it("goes on after what may pass, and tells what it was", async () => {
    const failures = transient.map(([kind, data]) => new Failure(kind, "not now", { ...data }));
    const tried = await tryWith([...failures, ...failures, session]);
    assert.equal(tried.result, session);
    assert.deepEqual(tried.failures, [...failures, ...failures]);
  });

  const final: [string, Failure | "asked"][] = [
    ["another host key", new Failure("HostKeyRejected", "changed", { reason: "changed" })],
    ["no algorithm in common", new Failure("HandshakeFailed", "none", { algorithm: "kex" })],
    ["a password refused", refusedOf("publickey", "password")],
    ["answers refused", refusedOf("keyboard-interactive")],
    ["a login that somebody was asked for", "asked"],
  ];
  for (const [name, outcome] of final) {
    it(`gives up at once: ${name}`, async () => {
      const { kind, logins } = await tryWith([outcome, session]);
      const expected = outcome === "asked" ? "AuthenticationFailed" : outcome.kind;
      assert.deepEqual([kind, logins], [expected, 1]);
    });
  }

  it("gives up when keys are refused three times in a row, not with others between", async () => {
    const [no, away] = [refusedOf("publickey", "none"), new Failure("ConnectFailed", "away")];
    const refused = await tryWith([no, no, away, no, no, no, session]);
    assert.deepEqual([refused.kind, refused.logins], ["AuthenticationFailed", 6]);
  });

  it("gives up in time, whoever it is that tries, and says what the last one met", async () => {
    const away = new Failure("ConnectFailed", "nobody is there");
    const { result, kind, logins } = await tryWith([away], { altogether: 30 });
    assert.equal(kind, "ConnectFailed");
    assert.match((result as Error).message, /in 0 minutes: nobody is there/);
    assert.ok(logins > 1);
  });

  it("gives up when the session has ended that it would go through", async () => {
    const wayReady = () => Promise.reject(new Failure("SessionClosed", "it was disconnected"));
    const { result, kind, logins } = await tryWith([session], { wayReady });
    assert.deepEqual([kind, logins], ["ConnectionLost", 0]);
    assert.match((result as Error).message, /it was disconnected/);
  });

  it("ends with the signal, whatever it is at", async () => {
    for (const login of [
      () => new Promise<Session>(() => {}),
      () => Promise.reject(new Failure("ConnectFailed", "away")),
    ]) {
      const abort = new AbortController();
      const racing = (signal: AbortSignal) =>
        Promise.race([
          login(),
          new Promise<Session>((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason as Error));
          }),
        ]);
      const outages = new Outages(pauses);
      const lost = { setbacks: 1, wayReady: async () => {}, onFailure: () => {} };
      const trying = connectAgain({ server: "server", outages, login: racing }, lost, abort.signal);
      setTimeout(() => abort.abort(new Error("no more")), 10);
      await assert.rejects(trying, /no more/);
    }
  });
});
