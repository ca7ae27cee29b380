import assert from "node:assert/strict";
import { makeBounds } from "../../../src/handlers/support/client-bounds.ts";
import { ClientScope } from "../../../src/handlers/support/client-scope.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import type { Failure } from "../../../src/protocol/errors.ts";
import { Call } from "../../../src/ssh/support/call.ts";

const half = 256 * 1024 * 1024;

describe("the bounds of one of several clients", () => {
  const newBounds = makeBounds();
  const call = (budget = newBounds().budget) => {
    const made = new Call(new Cancellation());
    made.budget = budget;
    return made;
  };
  const tooLarge = ({ kind }: Failure) => kind === "OutputTooLarge";

  it("what its calls hold together, until they are answered", () => {
    const { budget } = newBounds();
    const [one, two, three] = [call(budget), call(budget), call(budget)];
    one.hold(half);
    two.hold(half);
    assert.throws(() => three.hold(1), tooLarge);
    one.dispose();
    three.hold(half);
    for (const each of [two, three]) each.dispose();
  });

  it("what those of all clients hold", () => {
    const held = [call(), call(), call(), call()];
    for (const each of held) each.hold(half);
    const late = call();
    assert.throws(() => late.hold(1), tooLarge);
    for (const each of held) each.dispose();
    late.hold(half);
    late.dispose();
  });

  it("its sessions, logins under way included", async () => {
    const bounds = { ...newBounds(), maxSessions: 1 };
    const scope = new ClientScope({ number: 1, followProcess: () => {}, bounds });
    let end!: () => void;
    const login = scope.newSession(() => new Promise<void>((resolve) => (end = resolve)));
    await assert.rejects(
      scope.newSession(async () => {}),
      ({ kind, data }: Failure) => kind === "ConnectFailed" && data["errno"] === "EMFILE",
    );
    end();
    await login;
    await scope.newSession(async () => {});
  });
});
