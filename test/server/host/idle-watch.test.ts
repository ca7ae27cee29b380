import assert from "node:assert/strict";
import { IdleWatch } from "../../../src/server/host/idle-watch.ts";

describe("IdleWatch", () => {
  it("tells when there has been no need for a while, from the start and after each need", async () => {
    let isNeeded = false;
    let tell!: () => void;
    const next = () => new Promise<void>((resolve) => (tell = resolve));
    let idle = next();
    const watch = new IdleWatch(
      5,
      () => isNeeded,
      () => tell(),
    );
    await idle;
    for (let time = 0; time < 3; time++) {
      idle = next();
      isNeeded = true;
      watch.changed();
      isNeeded = false;
      watch.changed();
      await idle;
    }
  });

  it("tells nothing while there is need", async () => {
    let isNeeded = false;
    const watch = new IdleWatch(
      1,
      () => isNeeded,
      () => assert.fail("it is needed"),
    );
    isNeeded = true;
    watch.changed();
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
