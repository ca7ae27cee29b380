import assert from "node:assert/strict";
import { ReceiveWindow, firstWindow } from "../../../src/ssh/flow/receive-window.ts";
import { Recent } from "../../../src/ssh/flow/recent.ts";
import { RoundTrip } from "../../../src/ssh/flow/round-trip.ts";
import { Link } from "./scripted-link.ts";

const mebibyte = 1024 * 1024;
const packet = 32 * 1024;

/** A server that sends whatever it may, over a link with a given round trip. */
function setUp(roundTripMs?: number) {
  let now = 0;
  const roundTrip = new RoundTrip(() => now);
  if (roundTripMs !== undefined) roundTrip.note(roundTripMs);
  let allowed = firstWindow;
  const adjusts: number[] = [];
  const adjust = (bytes: number) => {
    adjusts.push(bytes);
    allowed += bytes;
  };
  const asked = new Recent(5000);
  const window = new ReceiveWindow(adjust, { roundTrip, asked }, adjust, () => now);
  return {
    window,
    /** Another channel sends something. */
    ask: () => asked.note({}, now),
    adjusts,
    rest: (ms: number) => (now += ms),
    /** What the server may send now. */
    allowed: () => allowed,
    arrive: (bytes: number) => (allowed -= bytes),
    /** Lets bytes come and be consumed at a steady rate. */
    flow: (bytes: number, bytesPerMs: number, demand?: number): void => {
      for (let moved = 0; moved < bytes; moved += packet) {
        now += packet / bytesPerMs;
        allowed -= packet;
        window.consumed(packet, demand);
      }
    },
  };
}

describe("ReceiveWindow", () => {
  const opened: ReceiveWindow[] = [];
  const start = (roundTripMs?: number) => {
    const setting = setUp(roundTripMs);
    opened.push(setting.window);
    return setting;
  };
  afterEach(() => {
    for (const window of opened.splice(0)) window.close();
  });

  it("makes up for what was consumed, in quarters", () => {
    const { window, adjusts, allowed, arrive } = start(0);
    arrive(firstWindow);
    for (let count = 0; count < 15; count++) window.consumed(packet);
    assert.deepEqual(adjusts, []);
    window.consumed(packet);
    assert.deepEqual(adjusts, [firstWindow / 4]);
    assert.equal(allowed(), firstWindow / 4);
  });

  it("grows until it lets through all that is consumed in two round trips", () => {
    const { window, flow, allowed } = start(50);
    // 100 MiB/s × 50 ms = 5 MiB
    flow(200 * mebibyte, (100 * mebibyte) / 1000);
    assert.equal(window.size, 16 * mebibyte);
    assert.ok(allowed() > 12 * mebibyte && allowed() <= 16 * mebibyte);
  });

  it("grows at once to what the pace of the first one asks for", () => {
    const { window, flow } = start(50);
    // 100 MiB/s × 2 × 50 ms = 10 MiB; the first packet begins the time.
    flow(firstWindow, (100 * mebibyte) / 1000);
    assert.equal(window.size, 16 * mebibyte);
  });

  it("does so also where answers have come before", () => {
    const { window, flow, rest } = start(50);
    for (let count = 0; count < 3; count++) {
      window.consumed(100);
      rest(50);
    }
    flow(firstWindow, (100 * mebibyte) / 1000);
    assert.equal(window.size, 16 * mebibyte);
  });

  it("is doubled while nobody knows how long a round trip takes", () => {
    const { window, flow } = start();
    flow(firstWindow, (100 * mebibyte) / 1000);
    assert.equal(window.size, 2 * firstWindow);
  });

  it("doesn't grow for a consumer that the first window serves", () => {
    const { window, flow } = start(50);
    flow(100 * mebibyte, (15 * mebibyte) / 1000);
    assert.equal(window.size, firstWindow);
  });

  it("doesn't grow on a short link, however fast", () => {
    const { window, flow } = start(0.5);
    flow(1000 * mebibyte, (1000 * mebibyte) / 1000);
    assert.equal(window.size, firstWindow);
  });

  it("is used whole where nobody else has something to be answered", () => {
    const { window, flow } = start(50);
    flow(200 * mebibyte, (100 * mebibyte) / 1000);
    flow(100 * mebibyte, mebibyte / 1000);
    assert.equal(window.size, 16 * mebibyte);
    assert.equal(window.used, 16 * mebibyte);
  });

  describe("while another channel has something to be answered", () => {
    it("is used for what comes in two round trips", () => {
      const { window, ask, flow, allowed } = start(50);
      ask();
      // 100 MiB/s × 2 × 50 ms
      flow(200 * mebibyte, (100 * mebibyte) / 1000);
      assert.equal(window.size, 16 * mebibyte);
      assert.equal(window.used, 10 * mebibyte);
      assert.ok(allowed() > 7.5 * mebibyte && allowed() <= 10 * mebibyte);
    });

    it("is used for no less than half of that where one window was slow", () => {
      const { window, ask, flow } = start(50);
      flow(firstWindow, (100 * mebibyte) / 1000);
      const { used } = window;
      ask();
      flow(used, (4 * mebibyte) / 1000);
      assert.equal(window.used, Math.round(used / 2));
    });

    it("is used for the first window at the least, and whole again when nobody asks any more", () => {
      const { window, ask, flow } = start(50);
      flow(200 * mebibyte, (100 * mebibyte) / 1000);
      ask();
      flow(30 * mebibyte, (10 * mebibyte) / 1000);
      assert.equal(window.used, firstWindow);
      flow(5 * 10 * mebibyte, (10 * mebibyte) / 1000);
      assert.equal(window.used, 16 * mebibyte);
    });

    it("is used whole for what comes after a pause", () => {
      const { window, rest, ask, flow, allowed } = start(50);
      flow(200 * mebibyte, (100 * mebibyte) / 1000);
      ask();
      flow(30 * mebibyte, (10 * mebibyte) / 1000);
      assert.equal(window.used, firstWindow);
      assert.equal(window.isMeasured, true);
      rest(1001);
      flow(packet, 1000);
      assert.equal(window.used, 16 * mebibyte);
      assert.equal(window.isMeasured, false);
      assert.ok(allowed() > 0.75 * 16 * mebibyte);
    });
  });

  it("has a limit", () => {
    const { window, flow } = start(1000);
    flow(1000 * mebibyte, (1000 * mebibyte) / 1000);
    assert.equal(window.size, 32 * mebibyte);
  });

  it("lets in no more than is wanted, beyond the first window", () => {
    const { window, flow, allowed } = start(1000);
    flow(200 * mebibyte, (1000 * mebibyte) / 1000);
    assert.equal(window.size, 32 * mebibyte);
    flow(40 * mebibyte, (1000 * mebibyte) / 1000, 5 * mebibyte);
    assert.ok(allowed() <= 5 * mebibyte, `${allowed()}`);
    flow(10 * mebibyte, (1000 * mebibyte) / 1000, 0);
    assert.ok(allowed() <= firstWindow && allowed() > firstWindow / 2, `${allowed()}`);
    flow(40 * mebibyte, (1000 * mebibyte) / 1000);
    assert.ok(allowed() > 16 * mebibyte, `${allowed()}`);
  });

  it("takes from a store that all share, and gives back", () => {
    const fast = (count: number) =>
      Array.from({ length: count }, () => {
        const setting = start(1000);
        setting.flow(200 * mebibyte, (1000 * mebibyte) / 1000);
        return setting.window;
      });
    const grown = (windows: ReceiveWindow[]) =>
      windows.reduce((sum, { size }) => sum + size - firstWindow, 0);
    const first = fast(20);
    assert.ok(grown(first) <= 128 * mebibyte, `${grown(first)}`);
    assert.equal(first[19]?.size, firstWindow);
    for (const window of first) {
      window.close();
      // What comes late doesn't take anything again.
      window.consumed(firstWindow);
    }
    assert.equal(fast(1)[0]?.size, 32 * mebibyte);
  });

  it("opens no more once it is closed", () => {
    const { window, adjusts } = start();
    window.close();
    window.consumed(firstWindow);
    assert.deepEqual(adjusts, []);
  });

  describe("on a link, with the server as fast as it is let, while somebody types", () => {
    const link = (...made: ConstructorParameters<typeof Link>) => {
      const each = new Link(...made);
      opened.push(...each.windows);
      each.isShared = true;
      return each;
    };

    it("uses the link to the full, and what waits before its narrowest place is a round trip's", () => {
      const long = link({ roundTrip: 50, rate: 200_000 });
      long.run(2000);
      const { waiting, carried } = long.run(4000);
      assert.ok(carried > 0.97 * 4000 * 200_000, `${carried}`);
      assert.ok(waiting <= 1.1 * 50 * 200_000, `${waiting}`);
    });

    it("has no more than the first window wait where there is no delay", () => {
      const short = link({ roundTrip: 0.1, rate: 400_000 });
      short.run(100);
      const { waiting, carried } = short.run(1000);
      assert.ok(carried > 0.97 * 1000 * 400_000, `${carried}`);
      assert.ok(waiting <= firstWindow, `${waiting}`);
    });

    it("takes the round trip to be no longer for what other transfers have under way", () => {
      const shared = link({ roundTrip: 50, rate: 12_500, transfers: 4 });
      shared.run(60_000);
      assert.ok(shared.known < 55, `${shared.known}`);
      const { waiting, carried } = shared.run(5000);
      assert.ok(carried > 0.97 * 5000 * 12_500, `${carried}`);
      assert.ok(waiting <= 4 * firstWindow, `${waiting}`);
    });

    it("finds out that the way has become longer beside another transfer, too", () => {
      const changing = link({ roundTrip: 5, rate: 12_500, transfers: 2 });
      changing.run(5000);
      changing.roundTrip = 100;
      changing.run(60_000);
      // Not all of it: each is timed behind some of the other's. But enough for all that the link carries.
      assert.ok(changing.known >= 50 && changing.known < 120, `${changing.known}`);
      const { carried } = changing.run(5000);
      assert.ok(carried > 0.97 * 5000 * 12_500, `${carried}`);
    });

    it("finds out that the way has become longer, or shorter", () => {
      const changing = link({ roundTrip: 10, rate: 200_000 });
      changing.run(5000);
      changing.roundTrip = 100;
      changing.run(40_000);
      assert.ok(changing.known >= 100 && changing.known < 120, `${changing.known}`);
      const { carried } = changing.run(5000);
      assert.ok(carried > 0.9 * 5000 * 200_000, `${carried}`);
      changing.roundTrip = 20;
      changing.run(20_000);
      assert.ok(changing.known >= 20 && changing.known < 30, `${changing.known}`);
      const { waiting } = changing.run(5000);
      assert.ok(waiting <= 2.2 * 20 * 200_000, `${waiting}`);
    });
  });
});
