import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { GcCounts } from "../fixtures/count-gc.ts";
import { makeSparseFile } from "../fixtures/files.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { login } from "./support/calls.ts";

const countGc = pathToFileURL(join(projectRoot, "dist/test/fixtures/count-gc.js")).href;

describe("e2e: garbage collection", () => {
  const scope = useScope();
  before(function () {
    requires(this, "sshd");
  });

  it("a large file goes by without the heap being marked piece by piece", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const counts = join(scope.tempDir(), "counts");
    const env = { NODE_OPTIONS: `--import=${countGc}`, GC_COUNTS: counts };
    const daemon = scope.add(startDaemon({ env }));
    const session = await login(daemon, sshd);
    const source = join(sshd.home, "large");
    makeSparseFile(source, 512 * 1024 * 1024);
    await daemon.request("session.scpRecv", { session, source, dest: "/dev/null" });
    await daemon.close();
    const { scavenges, incrementalMarks } = JSON.parse(readFileSync(counts, "utf8")) as GcCounts;
    assert.ok(scavenges > 0);
    // The start may have begun one.
    assert.ok(incrementalMarks <= 1, `${incrementalMarks}`);
  });
});
