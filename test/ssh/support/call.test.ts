import assert from "node:assert/strict";
import { Failure } from "../../../src/protocol/errors.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { JointCall } from "../../../src/ssh/support/joint-call.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";

const kindOf = (kind: string) => (error: unknown) =>
  error instanceof Failure && error.kind === kind;

const never = new Promise<never>(() => {});

describe("Call", () => {
  for (const timeout of [0, -1, -0.001]) {
    it(`has passed already with a time-out of ${timeout}`, async () => {
      const call = new Call(new Cancellation(), timeout);
      assert.throws(() => call.check(), kindOf("Timeout"));
      assert.throws(() => call.check(), { data: { phase: "queue", seconds: timeout } });
      assert.equal(call.dispatched, "no");
      await assert.rejects(call.race(Promise.resolve(1)), kindOf("Timeout"));
    });
  }

  it("counts from when the request was read", () => {
    const call = new Call(new Cancellation(), 1, performance.now() - 1001);
    assert.throws(() => call.check(), kindOf("Timeout"));
  });

  it("tells the phase and the seconds of its deadline", async () => {
    const call = new Call(new Cancellation(), 0.01);
    call.enter("open");
    await assert.rejects(call.race(never), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual(error.data, { phase: "open", seconds: 0.01 });
      return true;
    });
  });

  it("whose deadline passes while the client is asked says so, one that follows another too", async () => {
    const message = "timed out after 0.01 s, waiting for the client's answer to a question";
    const call = new Call(new Cancellation(), 0.01);
    call.enter("handshake");
    await assert.rejects(call.whileAsking(never), {
      message,
      data: { phase: "handshake", seconds: 0.01 },
    });
    const joint = new JointCall();
    const asking = joint.whileAsking(never);
    asking.catch(() => {});
    const follower = new Call(new Cancellation(), 0.01);
    joint.add(follower);
    await assert.rejects(follower.race(never), { message });
  });

  it("whose answer came is where it was before", async () => {
    const call = new Call(new Cancellation(), 0.01);
    call.enter("authenticate");
    await call.whileAsking(Promise.resolve());
    await assert.rejects(call.race(never), { message: "timed out after 0.01 s, logging in" });
  });

  it("says no deadline to be 0 that isn't", async () => {
    for (const [seconds, said] of [
      [0, "0"],
      [-0.00001, "-0.00001"],
      [0.0001, "0.0001"],
      [0.00049, "0.0005"],
      [0.01239, "0.012"],
    ] as const) {
      const call = new Call(new Cancellation(), seconds);
      await assert.rejects(call.race(never), {
        message: `timed out after ${said} s, waiting for its turn`,
      });
      const idle = new Call(new Cancellation());
      idle.startIdle(seconds);
      await assert.rejects(idle.race(never), {
        message: `nothing moved for ${said} s, waiting for its turn`,
      });
      idle.dispose();
    }
  });

  it("ends when it is cancelled, also before it began", async () => {
    const cancellation = new Cancellation();
    const call = new Call(cancellation);
    const waiting = call.race(never);
    cancellation.request();
    await assert.rejects(waiting, kindOf("Cancelled"));
    assert.throws(() => new Call(cancellation).check(), kindOf("Cancelled"));
  });

  it("has a signal that aborts with it, whenever that was asked for", async () => {
    const cancellation = new Cancellation();
    const call = new Call(cancellation);
    const early = call.signal;
    assert.equal(early.aborted, false);
    cancellation.request();
    const late = new Call(cancellation).signal;
    for (const signal of [early, late]) {
      assert.throws(() => signal.throwIfAborted(), kindOf("Cancelled"));
    }
  });

  it("has no deadline without a time-out, nor with one beyond what a timer takes", () => {
    for (const timeout of [undefined, 1e9, Number.MAX_VALUE]) {
      const call = new Call(new Cancellation(), timeout);
      call.check();
      call.dispose();
    }
  });

  it("ends when nothing moves, and not while something does", async () => {
    const call = new Call(new Cancellation());
    call.startIdle(0.05);
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      call.progress();
    }
    call.check();
    await assert.rejects(call.race(never), kindOf("Timeout"));
  });

  it("has another deadline in place of a default one, and keeps the caller's own", async () => {
    const call = new Call(new Cancellation(), 1000, performance.now(), true);
    call.replaceDefault(0.01);
    await assert.rejects(call.race(never), {
      kind: "Timeout",
      data: { phase: "queue", seconds: 0.01 },
    });
    const own = new Call(new Cancellation(), 1000);
    own.replaceDefault(0.01);
    await new Promise((resolve) => setTimeout(resolve, 30));
    own.check();
    own.dispose();
  });

  it("leaves no listener and no timer behind", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((each) => each === "Timeout");
    const cancellation = new Cancellation();
    const before = timers().length;
    const call = new Call(cancellation, 1000);
    call.startIdle(1000);
    assert.equal(timers().length, before + 2);
    let isTurn!: () => void;
    const queued = call.whileQueued(new Promise<void>((resolve) => (isTurn = resolve)));
    call.dispose();
    assert.equal(timers().length, before);
    // Mocha has begun one of its own by then.
    await Promise.resolve();
    const others = timers().length;
    isTurn();
    await queued;
    assert.equal(timers().length, others);
    cancellation.request();
    call.check();
  });

  describe("while the client is asked", () => {
    const start = (isDefault: boolean) =>
      new Call(new Cancellation(), 0.05, performance.now(), isDefault);
    const ended = (call: Call) =>
      new Promise((resolve) => call.signal.addEventListener("abort", resolve));

    it("a default deadline stands still, and goes on behind the answer", async () => {
      const [call, clock] = [start(true), start(false)];
      const passed = ended(clock).then(() => "answer");
      assert.equal(await call.whileAsking(passed), "answer");
      call.check();
      await ended(call);
      assert.throws(() => call.check(), { kind: "Timeout" });
    });

    it("a deadline that the caller has set goes on", async () => {
      await assert.rejects(start(false).whileAsking(new Promise(() => {})), { kind: "Timeout" });
    });

    it("an answer behind the call's end starts nothing", async () => {
      const call = start(true);
      let answer!: () => void;
      const asked = call.whileAsking(new Promise<void>((resolve) => (answer = resolve)));
      call.dispose();
      answer();
      await asked;
      await ended(start(false));
      call.check();
    });
  });
});
