import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";
import { LocalSink } from "../../../../src/ssh/files/local/sink.ts";
import { projectRoot } from "../../../fixtures/project.ts";
import { findProgram } from "../../../fixtures/requirements.ts";
import { useScope } from "../../../fixtures/scope.ts";

const nobody = 65534;
/** Any that nobody is in, unless made so. */
const group = 4711;

describe("a local file that replaces another one", () => {
  const scope = useScope();

  /** In a folder that everybody may write to. */
  function oldFile(mode: number, uid = 0, gid = 0): string {
    const folder = scope.tempDir();
    chmodSync(folder, 0o777);
    const dest = join(folder, "dest");
    writeFileSync(dest, "old");
    if (process.getuid?.() === 0) chownSync(dest, uid, gid);
    chmodSync(dest, mode);
    return dest;
  }

  function needsRoot(context: Mocha.Context): void {
    if (process.getuid?.() === 0) return;
    console.log(`skipped: ${context.test?.fullTitle() ?? "a test"}: needs to run as root`);
    context.skip();
  }

  async function receive(dest: string): Promise<void> {
    const sink = await LocalSink.open(dest, 0o022);
    try {
      await sink.write(Buffer.from("new"));
      await sink.commit();
    } finally {
      await sink.abandon();
    }
  }

  /** Receives as an ordinary user who is in `groups`. */
  async function receiveAsNobody(dest: string, groups: number[]): Promise<void> {
    const before = process.getgroups?.() ?? [];
    process.setgroups?.(groups);
    process.setegid?.(nobody);
    process.seteuid?.(nobody);
    try {
      await receive(dest);
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
      process.setgroups?.(before);
    }
  }

  function described(dest: string) {
    const { uid, gid, mode } = statSync(dest);
    return { uid, gid, mode: (mode & 0o7777).toString(8) };
  }

  it("doesn't get the bits that run a program as its owner", async () => {
    const dest = oldFile(0o6755);
    await receive(dest);
    assert.equal(described(dest).mode, "755");
  });

  it("gets the owner and the group, where that is allowed", async function () {
    needsRoot(this);
    const dest = oldFile(0o640, nobody, group);
    await receive(dest);
    assert.deepEqual(described(dest), { uid: nobody, gid: group, mode: "640" });
  });

  it("gets the group alone, where only that is allowed", async function () {
    needsRoot(this);
    const dest = oldFile(0o660, 0, group);
    await receiveAsNobody(dest, [group]);
    assert.deepEqual(described(dest), { uid: nobody, gid: group, mode: "660" });
  });

  for (const [mode, expected] of [
    [0o660, "600"],
    [0o664, "644"],
    [0o604, "600"],
    [0o777, "777"],
  ] as const) {
    it(`gives another group no more than others had: ${mode.toString(8)}`, async function () {
      needsRoot(this);
      const dest = oldFile(mode, 0, group);
      await receiveAsNobody(dest, []);
      assert.deepEqual(described(dest), { uid: nobody, gid: nobody, mode: expected });
    });
  }

  it("is put in its place by a root who may not change others' files, and nothing is left", function () {
    needsRoot(this);
    const setpriv = findProgram("setpriv");
    if (setpriv === undefined) return this.skip();
    const dest = oldFile(0o640, nobody, group);
    const module = join(projectRoot, "dist/src/ssh/files/local/sink.js");
    const script = `
      const { LocalSink } = await import(${JSON.stringify(module)});
      const sink = await LocalSink.open(${JSON.stringify(dest)}, 0o022);
      await sink.write(Buffer.from("new"));
      await sink.commit();
    `;
    const args = ["--bounding-set=-fowner", "--inh-caps=-fowner", process.execPath];
    const { stderr } = spawnSync(setpriv, [...args, "--input-type=module", "-e", script]);
    assert.equal(String(stderr), "");
    assert.equal(readFileSync(dest, "utf8"), "new");
    assert.deepEqual(described(dest), { uid: nobody, gid: group, mode: "640" });
    assert.deepEqual(readdirSync(dirname(dest)), ["dest"]);
  });
});

describe("a local device", () => {
  it("that takes nothing is given up, and holds no thread", async () => {
    // More than libuv has; each a new pseudo-terminal whose other end nobody reads.
    const sinks = await Promise.all(
      Array.from({ length: 6 }, () => LocalSink.open("/dev/ptmx", 0o022)),
    );
    for (const sink of sinks) {
      const writing = (async () => {
        await sink.write(Buffer.alloc(1024 * 1024, "x"));
        await sink.written();
      })();
      await assert.rejects(writing, {
        kind: "LocalFileError",
        data: { code: "EAGAIN", errno: "EAGAIN", path: "/dev/ptmx" },
      });
      await sink.abandon();
    }
  });

  it("that takes all is a destination", async () => {
    const sink = await LocalSink.open("/dev/null", 0o022);
    await sink.write(Buffer.alloc(3 * 1024 * 1024));
    await sink.commit();
  });
});
