import assert from "node:assert/strict";
import { Failure } from "../../../src/protocol/errors.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import type { SessionChannel } from "../../../src/ssh/connection/channels/channel.ts";
import { untilRoom } from "../../../src/ssh/flow/room.ts";

describe("untilRoom", () => {
  const setUp = () => {
    const cancellation = new Cancellation();
    const call = new Call(cancellation);
    call.phase = "open";
    let make!: () => void;
    let lose!: (failure: Failure) => void;
    let closes = 0;
    const room = new Promise<void>((resolve) => (make = resolve));
    const channel = {
      isOpen: true,
      closed: new Promise<void>((_, reject) => (lose = reject)),
      close: () => (closes += 1),
    } as unknown as SessionChannel;
    let made = false;
    void room.then(() => (made = true));
    const waiting = untilRoom(() => (made ? undefined : room), channel, call);
    return {
      call,
      waiting,
      make,
      lose,
      cancel: () => cancellation.request(),
      closes: () => closes,
    };
  };

  it("keeps the call in the queue until there is room", async () => {
    const { call, waiting, make, closes } = setUp();
    assert.equal(call.phase, "queue");
    make();
    await waiting;
    assert.deepEqual([call.phase, closes()], ["open", 0]);
  });

  it("asks again when there was some, as another may have taken it", async () => {
    const rooms = [Promise.resolve(), Promise.resolve()];
    const channel = { isOpen: true, closed: new Promise(() => {}) } as unknown as SessionChannel;
    await untilRoom(() => rooms.shift(), channel, new Call(new Cancellation()));
    assert.equal(rooms.length, 0);
  });

  it("ends with the call, and gives its channel up", async () => {
    const { waiting, cancel, closes } = setUp();
    cancel();
    await assert.rejects(waiting, ({ kind, data }: Failure) => {
      assert.deepEqual([kind, data["phase"]], ["Cancelled", "queue"]);
      return true;
    });
    assert.equal(closes(), 1);
  });

  it("ends with the connection", async () => {
    const { waiting, lose } = setUp();
    lose(new Failure("ConnectionLost", "gone"));
    await assert.rejects(waiting, { kind: "ConnectionLost" });
  });
});
