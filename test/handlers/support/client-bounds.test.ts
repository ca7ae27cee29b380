import assert from "node:assert/strict";
import { SharedBounds } from "../../../src/handlers/support/client-bounds.ts";
import type { ClientBounds } from "../../../src/handlers/support/client-bounds.ts";
import { ClientScope } from "../../../src/handlers/support/client-scope.ts";
import { thisMachine } from "../../../src/handlers/support/machine.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import type { Failure } from "../../../src/protocol/errors.ts";
import type { HeldSession } from "../../../src/ssh/connection/held-session.ts";
import { Call } from "../../../src/ssh/support/call.ts";

const gib = 1024 * 1024 * 1024;
const large = { openFiles: 1_048_576, memory: 64 * gib };

describe("the bounds of a shared daemon", () => {
  it("on a machine that has enough", () => {
    const { clients, places, output } = new SharedBounds(large);
    assert.deepEqual([clients, places.most, output.most], [1024, 4096, gib]);
  });

  it("are within the process's descriptors, reserves included, and within the memory", () => {
    for (const openFiles of [256, 1024, 4096, 20_000, 1_048_576]) {
      const { clients, places, output, unused } = new SharedBounds({ openFiles, memory: gib });
      const descriptors = clients * (1 + places.reserve) + places.most + unused;
      assert.ok(clients > 0 && descriptors <= (openFiles * 11) / 16);
      assert.equal(output.most, gib / 4);
    }
  });

  it("know this machine", () => {
    const { openFiles, memory } = thisMachine();
    assert.ok(openFiles >= 64 && Number.isSafeInteger(openFiles));
    assert.ok(memory >= 64 * 1024 * 1024 && memory <= 2 ** 53);
  });
});

describe("one of several clients", () => {
  const call = (bounds: ClientBounds) => {
    const made = new Call(new Cancellation());
    made.output = bounds.output;
    return made;
  };
  const isTooLarge = ({ kind }: Failure) => kind === "OutputTooLarge";
  const isFull = ({ kind, data }: Failure) =>
    kind === "ConnectFailed" && data["errno"] === "EMFILE";

  it("is bounded in what its calls hold together, until they are answered", () => {
    const bounds = new SharedBounds(large).forClient();
    const [one, two, three] = [call(bounds), call(bounds), call(bounds)];
    one.hold(gib / 4);
    two.hold(gib / 4);
    assert.throws(() => three.hold(gib / 4), isTooLarge);
    one.dispose();
    three.hold(gib / 4);
    for (const each of [two, three]) each.dispose();
    assert.equal(bounds.output.held, 0);
  });

  it("gets room for its output, however much the others hold", () => {
    const shared = new SharedBounds(large);
    const others = Array.from({ length: 50 }, () => call(shared.forClient()));
    for (const other of others) {
      for (let piece = gib; piece >= 1024;) {
        try {
          other.hold(piece);
        } catch {
          piece /= 2;
        }
      }
    }
    const late = call(shared.forClient());
    late.hold(256 * 1024);
    for (const each of [...others, late]) each.dispose();
    assert.equal(shared.output.taken, 0);
  });

  it("is bounded in its sessions, logins under way included", async () => {
    // Four in any case, and one of two that all share.
    const bounds = new SharedBounds({ openFiles: 8, memory: gib }).forClient();
    const scope = new ClientScope({ number: 1, followProcess: () => {}, bounds });
    const session = () =>
      ({ passengers: new Set(), end: async () => {} }) as unknown as HeldSession;
    const add = () =>
      scope.newSession(() => scope.sessions.add(session(), new Call(new Cancellation())));
    for (let n = 1; n <= 4; n++) assert.equal(await add(), n);
    let fail!: (error: Error) => void;
    const login = scope.newSession(() => new Promise<void>((_, reject) => (fail = reject)));
    await assert.rejects(add(), isFull);
    fail(new Error("no"));
    await assert.rejects(login, /no/);
    assert.equal(await add(), 5);
    await assert.rejects(add(), isFull);
    await scope.sessions.free(2);
    assert.equal(await add(), 6);
    await scope.close();
    assert.equal(bounds.places.held, 0);
  });
});
