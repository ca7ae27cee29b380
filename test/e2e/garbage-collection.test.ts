import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { before, describe, it } from "mocha";
import { bytesInUse, commandsInUse } from "../../src/ssh/support/garbage-collection.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { GcCounts } from "../fixtures/count-gc.ts";
import { makeSparseFile } from "../fixtures/files.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { login } from "./support/calls.ts";

function importing(fixture: string): { NODE_OPTIONS: string } {
  const { href } = pathToFileURL(join(projectRoot, "dist/test/fixtures", fixture));
  return { NODE_OPTIONS: `--import=${href}` };
}

describe("e2e: garbage collection", () => {
  const scope = useScope();
  before(function () {
    requires(this, "sshd");
  });

  it("a large file goes by without the heap being marked piece by piece", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const counts = join(scope.tempDir(), "counts");
    const env = { ...importing("count-gc.js"), GC_COUNTS: counts };
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

  it("a daemon that runs many commands marks in one go as well, one that ran few doesn't", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const flags = join(scope.tempDir(), "flags");
    const daemon = scope.add(
      startDaemon({ env: { ...importing("record-v8-flags.js"), V8_FLAGS: flags } }),
    );
    const session = await login(daemon, sshd);
    const run = () => daemon.request("session.exec", { session, command: "true" });
    let left = commandsInUse - 1;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        while (left-- > 0) await run();
      }),
    );
    assert.ok(!existsSync(flags));
    await run();
    assert.equal(readFileSync(flags, "utf8"), "--no-incremental-marking\n");
  });

  it("a daemon whose forwards carry much marks in one go as well, before that it doesn't", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const flags = join(scope.tempDir(), "flags");
    const daemon = scope.add(
      startDaemon({ env: { ...importing("record-v8-flags.js"), V8_FLAGS: flags } }),
    );
    const session = await login(daemon, sshd);
    let came = 0;
    const sink = createServer((socket) => socket.on("data", (chunk) => (came += chunk.length)));
    await once(sink.listen(0, "127.0.0.1"), "listening");
    scope.defer(() => void sink.close());
    const { port: to } = sink.address() as AddressInfo;
    const { port } = await daemon.request("forward.local", { session, bind: {}, to: { port: to } });
    const socket = connect({ port, host: "127.0.0.1" });
    socket.write(Buffer.alloc(bytesInUse - 1));
    await until(() => came === bytesInUse - 1, "all but the last byte has come");
    assert.ok(!existsSync(flags));
    socket.end("x");
    await once(socket.resume(), "close");
    assert.equal(readFileSync(flags, "utf8"), "--no-incremental-marking\n");
  });

  it("leaves what the next start takes of the code that was compiled", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const cache = scope.tempDir();
    const transfer = async () => {
      const daemon = scope.add(startDaemon({ env: { XDG_CACHE_HOME: cache } }));
      const session = await login(daemon, sshd);
      const source = "/etc/passwd";
      await daemon.request("session.scpRecv", { session, source, dest: "/dev/null" });
      await daemon.close();
      const folder = join(cache, "sshrpc");
      const name = readdirSync(folder).find((each) => each.startsWith("main.js"));
      return statSync(join(folder, name ?? "")).ino;
    };
    const first = await transfer();
    // What V8 doesn't take is written anew.
    assert.equal(await transfer(), first);
  });

  it("is V8's own where that is turned off, and a name that means nothing is said", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const flags = join(scope.tempDir(), "flags");
    const log = join(scope.tempDir(), "log");
    const env = { ...importing("record-v8-flags.js"), V8_FLAGS: flags };
    const off = { SSHRPC_TURN_OFF: "mark-in-one-go,nothing" };
    const daemon = scope.add(startDaemon({ args: [`--log-file=${log}`], env: { ...env, ...off } }));
    const session = await login(daemon, sshd);
    await daemon.request("session.scpRecv", { session, source: "/etc/passwd", dest: "/dev/null" });
    assert.ok(!existsSync(flags));
    assert.match(readFileSync(log, "utf8"), /SSHRPC_TURN_OFF: there is no nothing/);
  });
});
