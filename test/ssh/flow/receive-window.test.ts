import assert from "node:assert/strict";
import { ReceiveWindow, RoundTrip, firstWindow } from "../../../src/ssh/flow/receive-window.ts";

const mebibyte = 1024 * 1024;
const packet = 32 * 1024;

/** A server that sends whatever it may, over a link with a given round trip. */
function setUp(roundTripMs?: number) {
  const roundTrip = new RoundTrip();
  if (roundTripMs !== undefined) roundTrip.note(roundTripMs);
  let now = 0;
  let allowed = firstWindow;
  const adjusts: number[] = [];
  const adjust = (bytes: number) => {
    adjusts.push(bytes);
    allowed += bytes;
  };
  const window = new ReceiveWindow(adjust, roundTrip, () => now);
  return {
    window,
    adjusts,
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
});

describe("RoundTrip", () => {
  it("is the shortest", () => {
    const roundTrip = new RoundTrip();
    for (const ms of [30, 10, 20]) roundTrip.note(ms);
    assert.equal(roundTrip.shortest, 10);
  });
});
