import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { startBusybox } from "../fixtures/busybox.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { login } from "./support/calls.ts";
import { fails } from "./support/fails.ts";
import { Files } from "./support/files.ts";

/** What a tree holds: content, link target, or null for a directory; by path. */
function treeOf(root: string): Record<string, string | null> {
  const found: Record<string, string | null> = {};
  for (const path of readdirSync(root, { recursive: true }) as string[]) {
    const whole = join(root, path);
    const type = lstatSync(whole);
    if (type.isSymbolicLink()) found[path] = `-> ${readlinkSync(whole)}`;
    else found[path] = type.isDirectory() ? null : readFileSync(whole, "latin1");
  }
  return found;
}

function makeTree(root: string): void {
  mkdirSync(join(root, "sub/deep"), { recursive: true });
  mkdirSync(join(root, "empty"));
  writeFileSync(join(root, "a"), "alpha");
  writeFileSync(join(root, "sub/b.log"), "beta");
  writeFileSync(join(root, "sub/deep/c"), Buffer.alloc(300_000, "c"));
  symlinkSync("../a", join(root, "sub/link"));
  symlinkSync("nowhere", join(root, "dangling"));
  chmodSync(join(root, "a"), 0o751);
  utimesSync(join(root, "a"), 1000, 2000);
  utimesSync(join(root, "sub"), 3000, 4000);
}

// Both ends are this machine's, so that one table serves both directions.
const table = (["get", "put"] as const).flatMap((way) => [
  { way, title: "by SFTP", needs: ["sshd"] as const, start: () => startSshd() },
  { way, title: "by busybox", needs: ["sshd", "busybox"] as const, start: startBusybox },
]);

for (const { way, title, needs, start } of table) {
  const kinds = ["RemoteFileError", "LocalFileError"] as const;
  const [here, there] = way === "get" ? kinds : ([kinds[1], kinds[0]] as const);

  describe(`fs.${way}, ${title}`, () => {
    const suite = useScope("suite");
    const scope = useScope();
    let daemon: Daemon;
    let files: Files;
    let from: string;
    let to: string;

    before(async function () {
      requires(this, ...needs);
      const server = suite.add(await start());
      daemon = suite.add(startDaemon());
      files = new Files(daemon, await login(daemon, server));
    });
    beforeEach(() => {
      from = join(scope.tempDir(), "from");
      to = join(scope.tempDir(), "to");
    });
    const transfer = (options: object = {}): Promise<Json> =>
      files.call(way, { source: from, dest: to, ...options });
    const tree = (options: object = {}) => transfer({ recursive: true, ...options });
    const none = { files: 0, directories: 0, symlinks: 0, bytes: 0, skipped: 0 };

    for (const size of [0, 1, 40_000, 3_000_000]) {
      it(`a file of ${size} bytes`, async () => {
        const content = Buffer.alloc(size, "0123456789abc");
        writeFileSync(from, content, { mode: 0o640 });
        assert.deepEqual(await transfer(), { ...none, files: 1, bytes: size });
        assert.ok(readFileSync(to).equals(content));
        assert.equal(statSync(to).mode & 0o777, 0o640);
        assert.deepEqual(readdirSync(join(to, "..")), ["to"]);
      });
    }

    it("replaces a file, and keeps its permissions", async () => {
      writeFileSync(from, "new", { mode: 0o644 });
      writeFileSync(to, "old");
      chmodSync(to, 0o600);
      await transfer();
      assert.equal(readFileSync(to, "utf8"), "new");
      assert.equal(statSync(to).mode & 0o777, 0o600);
      utimesSync(from, 5, 6);
      await transfer({ preserve: true });
      assert.equal(statSync(to).mode & 0o777, 0o644);
      assert.equal(statSync(to).mtimeMs, 6000);
    });

    it("a link at the destination stays", async () => {
      writeFileSync(from, "new");
      writeFileSync(`${to}-target`, "old");
      symlinkSync("to-target", to);
      await transfer();
      assert.equal(readlinkSync(to), "to-target");
      assert.equal(readFileSync(`${to}-target`, "utf8"), "new");
    });

    it("what is no file at the destination is not replaced", async () => {
      writeFileSync(from, "one");
      execFileSync("mkfifo", [to]);
      const error = { code: "EEXIST", path: to };
      const { message } = await fails(transfer(), there, error);
      assert.match(message, /A device, FIFO or socket is there, and isn't replaced$/);
      await fails(transfer({ overwrite: "changed" }), there, error);
      assert.equal((await transfer({ overwrite: "never" }))["skipped"], 1);
      assert.ok(lstatSync(to).isFIFO());
    });

    it("what is no file in a tree at the destination is not replaced", async () => {
      makeTree(from);
      mkdirSync(join(to, "sub"), { recursive: true });
      for (const path of ["a", "dangling", "sub/deep"]) execFileSync("mkfifo", [join(to, path)]);
      await fails(transfer({ recursive: true }), "TransferIncomplete");
      assert.ok(lstatSync(join(to, "a")).isFIFO());
      assert.ok(lstatSync(join(to, "dangling")).isFIFO());
      assert.ok(lstatSync(join(to, "sub/deep")).isFIFO());
      assert.equal(readFileSync(join(to, "sub/b.log"), "utf8"), "beta");
    });

    it("errors of a single file", async () => {
      await fails(transfer(), here, { code: "ENOENT" });
      mkdirSync(from);
      await fails(transfer(), here, { code: "EISDIR" });
      await fails(transfer({ source: "/dev/null" }), here, {
        code: "EINVAL",
      });
      writeFileSync(join(from, "f"), "x");
      mkdirSync(to);
      await fails(transfer({ source: join(from, "f") }), there, {
        code: "EISDIR",
      });
      const lost = join(to, "no/f");
      const call = transfer({ source: join(from, "f"), dest: lost });
      await fails(call, there, { code: "ENOENT", path: lost });
    });

    it("a tree", async () => {
      makeTree(from);
      assert.deepEqual(await tree(), {
        files: 3,
        directories: 4,
        symlinks: 2,
        bytes: 300_009,
        skipped: 0,
      });
      assert.deepEqual(treeOf(to), treeOf(from));
      assert.equal(statSync(join(to, "a")).mode & 0o777, 0o751);
      assert.notEqual(statSync(join(to, "a")).mtimeMs, 2000);
    });

    it("a tree with times and modes", async () => {
      makeTree(from);
      chmodSync(join(from, "sub"), 0o500);
      await tree({ preserve: true });
      assert.equal(statSync(join(to, "a")).mtimeMs, 2000_000);
      assert.equal(statSync(join(to, "sub")).mtimeMs, 4000_000);
      assert.equal(statSync(join(to, "sub")).mode & 0o777, 0o500);
    });

    it("a tree that is there already", async () => {
      makeTree(from);
      await tree({ overwrite: "changed" });
      const again = await tree({ overwrite: "changed" });
      assert.deepEqual(again, { ...none, skipped: 5 });
      writeFileSync(join(from, "a"), "ALPHA");
      writeFileSync(join(to, "sub/b.log"), "mine!");
      assert.deepEqual(await tree({ overwrite: "never" }), { ...none, skipped: 5 });
      assert.equal(readFileSync(join(to, "sub/b.log"), "utf8"), "mine!");
      assert.deepEqual(await tree({ overwrite: "changed" }), {
        ...none,
        files: 2,
        bytes: 9,
        skipped: 3,
      });
      assert.deepEqual(treeOf(to), treeOf(from));
    });

    it("a mirror, and what is excluded", async () => {
      makeTree(from);
      mkdirSync(join(to, "extra/x"), { recursive: true });
      writeFileSync(join(to, "extra/x/f"), "");
      writeFileSync(join(to, "keep.log"), "");
      mkdirSync(join(to, "cache"));
      symlinkSync(from, join(to, "up"));
      await tree({ delete: true, exclude: ["*.log", "cache/", "sub/deep"] });
      assert.deepEqual(Object.keys(treeOf(to)).toSorted(), [
        "a",
        "cache",
        "dangling",
        "empty",
        "keep.log",
        "sub",
        "sub/link",
      ]);
      assert.equal(existsSync(join(from, "a")), true);
    });

    it("links followed, or left out", async () => {
      makeTree(from);
      symlinkSync("..", join(from, "sub/loop"));
      const error = await fails(tree({ symlinks: "follow" }), "TransferIncomplete", {
        files: 4,
        failed: 2,
      });
      const failures = error.data.failures.map(({ path }: Json) => path).toSorted();
      assert.deepEqual(failures, ["dangling", "sub/loop"]);
      assert.equal(readFileSync(join(to, "sub/link"), "utf8"), "alpha");
      assert.deepEqual((await tree({ symlinks: "skip", dest: `${to}2` })).skipped, 3);
    });

    it("links at the destination are not gone through", async () => {
      makeTree(from);
      const outside = scope.tempDir();
      mkdirSync(to);
      symlinkSync(outside, join(to, "sub"));
      writeFileSync(join(outside, "mine"), "old");
      symlinkSync(join(outside, "mine"), join(to, "a"));
      await tree();
      assert.deepEqual(readdirSync(outside), ["mine"]);
      assert.equal(readFileSync(join(outside, "mine"), "utf8"), "old");
      assert.deepEqual(treeOf(to), treeOf(from));
    });

    it("one file's failure doesn't stop the others", async () => {
      makeTree(from);
      mkdirSync(join(to, "a"), { recursive: true });
      const error = await fails(tree(), "TransferIncomplete", { files: 2, failed: 1 });
      assert.equal(error.data.failures[0].path, "a");
      assert.match(error.message, /Is a directory/);
      assert.equal(readFileSync(join(to, "sub/b.log"), "utf8"), "beta");
    });

    it("a dry run changes nothing", async () => {
      makeTree(from);
      const wouldBe = await tree({ dryRun: true });
      assert.equal(existsSync(to), false);
      assert.deepEqual(await tree(), wouldBe);
    });

    it("tells its progress", async () => {
      makeTree(from);
      await tree({ workDoneToken: "p" });
      const values = daemon.messages
        .filter(({ method, params }) => method === "$/progress" && params.token === "p")
        .map(({ params }) => params.value);
      assert.equal(values[0].kind, "begin");
      assert.equal(values[0].title, way);
      assert.deepEqual(values.at(-1), {
        kind: "end",
        bytes: 300_009,
        total: 300_009,
        files: 3,
        totalFiles: 3,
      });
    });

    it("sparse files stay sparse", async () => {
      const file = openSync(from, "w");
      writeSync(file, "begin", 0);
      ftruncateSync(file, 50_000_000);
      writeSync(file, "end", 20_000_000);
      closeSync(file);
      await transfer();
      assert.ok(readFileSync(to).equals(readFileSync(from)));
      assert.ok(statSync(to).blocks * 512 < 5_000_000, String(statSync(to).blocks));
    });

    it("goes on with what is there", async () => {
      const content = Buffer.alloc(9_000_000, "some bytes, and more. ");
      writeFileSync(from, content);
      // What an attempt left: the beginning, and then what is not the file's.
      const partial = `${to.slice(0, -2)}.to.0123456789ab.sshrpc`;
      const left = Buffer.from(content.subarray(0, 8_700_000));
      left[8_650_000] = 0;
      writeFileSync(partial, left);
      writeFileSync(`${to.slice(0, -2)}.to.0123456789ac.sshrpc`, "older");
      await transfer({ resume: true, workDoneToken: "r" });
      assert.ok(readFileSync(to).equals(content));
      assert.deepEqual(readdirSync(join(to, "..")), ["to"]);
    });
  });
}
