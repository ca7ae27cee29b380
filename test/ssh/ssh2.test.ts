import assert from "node:assert/strict";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, it } from "mocha";
import { fillFromPool } from "../../src/ssh/ssh2.ts";
import { login } from "../e2e/support/calls.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";

const countRandom = pathToFileURL(join(projectRoot, "dist/test/fixtures/count-random.js")).href;

describe("random bytes from a pool", () => {
  const scope = useScope();

  it("fill what they are asked to, and nothing beside it", () => {
    const buffer = Buffer.alloc(40);
    assert.equal(fillFromPool(buffer, 10, 20), buffer);
    assert.ok(buffer.subarray(0, 10).every((byte) => byte === 0));
    assert.ok(buffer.subarray(30).every((byte) => byte === 0));
    assert.notDeepEqual(buffer.subarray(10, 30), Buffer.alloc(20));
  });

  it("are never the same, within a pool and from one to the next", () => {
    const pieces = Array.from({ length: 2000 }, () =>
      fillFromPool(Buffer.alloc(16)).toString("hex"),
    );
    assert.equal(new Set(pieces).size, pieces.length);
  });

  it("fill more than a pool, too", () => {
    const buffer = fillFromPool(Buffer.alloc(10_000));
    assert.notDeepEqual(buffer.subarray(0, 16), buffer.subarray(-16));
    assert.notDeepEqual(buffer.subarray(-16), Buffer.alloc(16));
  });

  it("are ssh2's, and nobody else's", async function () {
    requires(this, "sshd");
    assert.notEqual(crypto.randomFillSync, fillFromPool);
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const count = join(scope.tempDir(), "count");
    const env = { NODE_OPTIONS: `--import=${countRandom}`, RANDOM_COUNT: count };
    const daemon = scope.add(startDaemon({ env }));
    const session = await login(daemon, sshd);
    for (let n = 0; n < 50; n++) {
      await daemon.request("session.exec", { session, command: "true" });
    }
    await daemon.close();
    const asked = Number(readFileSync(count, "utf8"));
    assert.ok(asked > 0 && asked < 50, `${asked} times`);
  });
});
