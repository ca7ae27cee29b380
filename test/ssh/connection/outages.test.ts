import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Failure } from "../../../src/protocol/errors.ts";
import { pauseAfter, usualPauses } from "../../../src/ssh/connection/backoff.ts";
import { Outages } from "../../../src/ssh/connection/outages.ts";
import type { Outage, Turn } from "../../../src/ssh/connection/outages.ts";

const pauses = { beforeFirst: 1, first: 1, last: 2, altogether: 1e9 };
const away = new Failure("ConnectFailed", "nobody is there");

describe("pauseAfter", () => {
  it("doubles up to the last, shortened by half at most", () => {
    for (let n = 0; n < 100; n++) {
      assert.ok(pauseAfter(0, usualPauses) <= 250);
      for (const [failures, most] of [
        [1, 500],
        [2, 1000],
        [6, 16_000],
        [7, 30_000],
        [5000, 30_000],
      ] as const) {
        const pause = pauseAfter(failures, usualPauses);
        assert.ok(pause > most / 2 - 1e-6 && pause <= most, `${failures}: ${pause}`);
      }
    }
  });
});

describe("Outages", () => {
  const { signal } = new AbortController();
  const turnOf = (outage: Outage, told: (failure: Failure) => void = () => {}) =>
    outage.turn(signal, told);

  /** Several sessions of one server, and the order in which they get their turns. */
  function enter(count: number) {
    const outages = new Outages(pauses);
    const turns: { n: number; turn: Turn }[] = [];
    const told: number[] = [];
    const members = Array.from({ length: count }, () => outages.enter("server"));
    const wait = (n: number) =>
      turnOf(members[n] as Outage, () => told.push(n)).then((turn) => turns.push({ n, turn }));
    const next = async () => {
      const earlier = turns.length;
      while (turns.length === earlier) await new Promise((resolve) => setTimeout(resolve, 1));
      return turns[earlier] as { n: number; turn: Turn };
    };
    return { members, turns, told, wait, next };
  }

  it("have one find out at a time, and tell the others what it has met", async () => {
    const { turns, told, wait, next } = enter(3);
    for (const n of [0, 1, 2]) void wait(n);
    const first = await next();
    assert.equal(first.n, 0);
    // However long it takes: nobody else comes.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(turns.length, 1);
    first.turn.unreachable(away);
    assert.deepEqual(told, [1, 2]);
    void wait(0);
    const second = await next();
    assert.equal(second.n, 1);
    second.turn.abandoned();
    assert.equal((await next()).n, 2);
  });

  it("let all go when one has reached it, those that come later too", async () => {
    const { turns, wait, next } = enter(4);
    for (const n of [0, 1, 2]) void wait(n);
    (await next()).turn.reached();
    await wait(3);
    assert.deepEqual(
      turns.map(({ n }) => n).toSorted((a, b) => a - b),
      [0, 1, 2, 3],
    );
    (turns[1] as { turn: Turn }).turn.unreachable(away);
    void wait(1);
    void wait(2);
    assert.equal((await next()).n, 1);
    assert.equal(turns.length, 5);
  });

  it("are of one server each, and over with the last that leaves", async () => {
    const outages = new Outages(pauses);
    const [one, other] = [outages.enter("one"), outages.enter("other")];
    const first = await turnOf(one);
    await turnOf(other);
    first.reached();
    one.leave();
    const again = outages.enter("one");
    assert.notEqual(again, one);
    again.leave();
    other.leave();
  });

  it("end a wait by the signal, and by what the one who is told throws", async () => {
    const outages = new Outages(pauses);
    const outage = outages.enter("server");
    const scout = await turnOf(outage);
    const abort = new AbortController();
    const gone = assert.rejects(
      outage.turn(abort.signal, () => {}),
      /no more/,
    );
    const weary = assert.rejects(
      turnOf(outage, ({ message }) => {
        throw new Error(`${message}: enough`);
      }),
      /nobody is there: enough/,
    );
    abort.abort(new Error("no more"));
    scout.unreachable(away);
    await Promise.all([gone, weary]);
    outage.leave();
  });
});
