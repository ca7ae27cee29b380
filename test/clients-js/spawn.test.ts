import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { SshError, command } from "../../clients/js/index.ts";
import type { Session } from "../../clients/js/index.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { Lab } from "./lab.ts";

const MiB = 1024 * 1024;

describe("JavaScript client: spawn", () => {
  const suite = useScope("suite");
  let lab: Lab;
  let session: Session;

  before(async function () {
    requires(this, "sshd");
    lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
  });

  it("has streams, and an end", async () => {
    const child = session.spawn("cat; echo err >&2; exit 3", { reject: false });
    assert.equal(child.exitCode, null);
    child.stdin.end("in");
    assert.deepEqual(await Promise.all([text(child.stdout), text(child.stderr)]), ["in", "err\n"]);
    assert.deepEqual(await child.wait(), {
      command: "cat; echo err >&2; exit 3",
      exitCode: 3,
      exitSignal: null,
    });
    assert.deepEqual([child.exitCode, child.exitSignal], [3, null]);
  });

  it("rejects as run does, for whoever waits", async () => {
    await assert.rejects(session.spawn("exit 3", { input: "" }).wait(), { kind: "CommandFailed" });
    // Nobody waits for this one, and nothing comes of it.
    await text(session.spawn("exit 3").stdout);
  });

  it("is input that is given with it, and then at its end", async () => {
    assert.equal(await text(session.spawn("cat", { input: "héllo" }).stdout), "héllo");
  });

  it("gives lines", async () => {
    const lines: string[] = [];
    for await (const line of session.spawn("printf 'a\\nb\\r\\n\\n€ü'")) lines.push(line);
    assert.deepEqual(lines, ["a", "b", "", "€ü"]);
    const child = session.spawn("echo x; echo y >&2");
    assert.deepEqual(await linesOf(child.lines("stderr")), ["y"]);
    await assert.rejects(linesOf(session.spawn("echo a; exit 2")), { exitCode: 2 });
    await assert.rejects(linesOf(session.spawn("printf '\\377'")), { kind: "NotUtf8" });
  });

  it("cancels what is left early", async () => {
    const child = session.spawn("echo $$; while :; do echo y; sleep 0.01; done");
    for await (const _ of child) break;
    await assert.rejects(child.wait(), { kind: "Cancelled" });
    await until(() => lab.server.commands().length === 0, "the command is gone");
  });

  it("cancels with await using, and with a signal", async () => {
    {
      await using child = session.spawn("sleep 60");
      assert.equal(child.exitCode, null);
    }
    await until(() => lab.server.commands().length === 0, "the command is gone");
    const controller = new AbortController();
    const child = session.spawn("sleep 60", { signal: controller.signal });
    controller.abort("reason");
    await assert.rejects(child.wait(), { kind: "Cancelled", cause: "reason" });
    await assert.rejects(text(child.stdout), { kind: "Cancelled" });
  });

  it("signals", async () => {
    const child = session.spawn(
      "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.01; done",
    );
    const lines = child.lines();
    assert.equal((await lines.next()).value, "ready");
    await child.kill("SIGINT");
    assert.equal((await lines.next()).value, "caught");
    await assert.rejects(child.wait(), { exitCode: 5 });
    await assert.rejects(child.kill(), { kind: "CommandNotFound" });
  });

  it("holds up a command whose output nobody reads, and loses none of it", async () => {
    const child = session.spawn("yes 0123456789abcde | head -c 8388608", { window: 65536 });
    await once(child.stdout, "readable");
    const first = child.stdout.read() as Buffer;
    const rest = await buffer(child.stdout);
    assert.equal(first.length + rest.length, 8 * MiB);
    assert.equal((await child.wait()).exitCode, 0);
  });

  it("pipes through a command, byte for byte", async function () {
    this.timeout(60_000);
    const child = session.spawn("cat");
    const [sent, received] = [createHash("sha256"), createHash("sha256")];
    const chunk = Buffer.from(
      Array.from({ length: 65_536 }, (_, at) => (at * 7 + (at >> 8)) & 255),
    );
    const source = Readable.from(
      (function* chunks() {
        for (let at = 0; at < 512; at++) {
          const piece = chunk.subarray(at);
          sent.update(piece);
          yield piece;
        }
      })(),
    );
    await Promise.all([pipeline(source, child.stdin), pipeline(child.stdout, received)]);
    assert.equal(received.digest("hex"), sent.digest("hex"));
    await child.wait();
  });

  it("doesn't let one stream hold up the other", async () => {
    const flood = "head -c 5000000 /dev/zero >&2; echo done";
    const child = session.spawn(flood);
    assert.equal(await text(child.stdout), "done\n");
    assert.equal((await buffer(child.stderr)).length, 5_000_000);
    const waited = session.spawn(flood);
    await waited.wait();
    assert.equal(await text(waited.stdout), "done\n");
    const discarded = session.spawn(flood);
    discarded.stderr.destroy();
    assert.equal(await text(discarded.stdout), "done\n");
    await discarded.wait();
  });

  it("waits for a slow reader", async () => {
    const child = session.spawn("head -c 4000000 /dev/zero");
    let bytes = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _, callback) {
        bytes += chunk.length;
        setImmediate(callback);
      },
    });
    await pipeline(child.stdout, slow);
    assert.equal(bytes, 4_000_000);
  });

  it("ends the command where the source of its input breaks, lest half pass for the whole", async () => {
    const path = `${lab.server.home}/half`;
    const child = session.spawn(command`cat > ${path} && touch ${`${path}.whole`}`);
    const source = Readable.from(
      (async function* broken() {
        yield "half";
        throw new Error("broken");
      })(),
    );
    await assert.rejects(pipeline(source, child.stdin), /broken/);
    await assert.rejects(child.wait(), { kind: "Cancelled" });
    await until(() => lab.server.commands().length === 0, "the command is gone");
    assert.equal((await session.$({ reject: false })`test -e ${`${path}.whole`}`).exitCode, 1);
  });

  it("tells whoever writes that the command has ended", async () => {
    const child = session.spawn("head -c 1");
    const endless = Readable.from(
      (function* chunks() {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    await assert.rejects(pipeline(endless, child.stdin), { kind: "CommandNotFound" });
    assert.equal((await child.wait()).exitCode, 0);
  });

  it("says on its streams that the connection was lost, behind what had come", async () => {
    const lost = await lab.connect();
    const child = lost.spawn("echo begun; sleep 60");
    const chunks: string[] = [];
    child.stdout.setEncoding("utf8");
    const reading = (async () => {
      for await (const chunk of child.stdout) {
        chunks.push(String(chunk));
        lab.server.kill(lab.server.connections().at(-1));
      }
    })();
    const [reason] = await once(lost, "close");
    assert.equal(reason.kind, "ConnectionLost");
    await assert.rejects(reading, { kind: "ConnectionLost" });
    await assert.rejects(child.wait(), (error: SshError) => error.dispatched === "yes");
    assert.deepEqual(chunks, ["begun\n"]);
    await assert.rejects(lost.run("true"), { kind: "SessionClosed", dispatched: "no" });
    await lost.close();
  });

  it("refuses a window that would never open", () => {
    assert.throws(() => session.spawn("true", { window: 0 }), { kind: "InvalidParams" });
  });
});

async function linesOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
