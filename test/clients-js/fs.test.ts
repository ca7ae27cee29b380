import assert from "node:assert/strict";
import {
  constants,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Progress, RemoteFs, Session, SshError } from "../../clients/js/index.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: fs", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let session: Session;
  let fs: RemoteFs;
  let home: string;
  const bytes = Buffer.from(
    Array.from({ length: 3_000_000 }, (_, at) => (at * 31 + (at >> 9)) & 255),
  );

  before(async function () {
    requires(this, "sshd");
    const lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
    ({ fs } = session);
    ({ home } = lab.server);
  });

  it("says how files are reached", async () => {
    assert.equal((await fs.info()).via, "sftp");
    assert.equal(session.fs, fs);
  });

  it("reads and writes files", async () => {
    await fs.writeFile("a", "héllo");
    assert.equal(await fs.readFile("a", "utf8"), "héllo");
    assert.equal(await fs.readFile("a", { encoding: "utf8", offset: 3, length: 2 }), "ll");
    await fs.appendFile("a", Buffer.from([255]));
    assert.equal((await fs.readFile("a")).length, 7);
    await assert.rejects(fs.readFile("a", "utf8"), { kind: "NotUtf8" });
    await fs.writeFile("big", bytes, { mode: 0o600 });
    assert.deepEqual(await fs.readFile("big"), bytes);
    assert.equal(statSync(join(home, "big")).mode & 0o777, 0o600);
    await assert.rejects(fs.writeFile("a", "", { flag: "wx" }), { code: "EEXIST" });
  });

  it("tells of files as Node does", async () => {
    await fs.writeFile("file", "12345");
    await fs.symlink("file", "link");
    const there = lstatSync(join(home, "file"));
    const stats = await fs.stat("link");
    assert.ok(stats.isFile() && !stats.isDirectory());
    assert.deepEqual([stats.size, stats.mode, stats.uid], [5, there.mode, there.uid]);
    assert.equal(stats.mtime.getTime(), Math.floor(there.mtimeMs / 1000) * 1000);
    assert.ok((await fs.lstat("link")).isSymbolicLink());
    assert.deepEqual([await fs.readlink("link"), await fs.realpath("~")], ["file", home]);
    await fs.utimes("file", new Date(5000), 7);
    assert.equal((await fs.stat("file")).mtimeMs, 7000);
    await fs.chmod("file", 0o640);
    assert.equal(statSync(join(home, "file")).mode & 0o777, 0o640);
    await fs.truncate("file", 2);
    assert.equal(await fs.readFile("file", "utf8"), "12");
    await fs.chown("file", there.uid, there.gid);
    assert.ok((await fs.statfs(".")).blockSize > 0);
  });

  it("tells what may be accessed, as far as can be known", async () => {
    const { R_OK, W_OK, X_OK } = constants;
    await fs.writeFile("readable", "", { mode: 0o444 });
    await fs.access("readable");
    await fs.access("readable", R_OK);
    await fs.access(".", R_OK | W_OK | X_OK);
    const denied = { kind: "RemoteFileError", code: "EACCES", path: "readable" };
    await assert.rejects(fs.access("readable", W_OK), denied);
    await assert.rejects(fs.access("readable", R_OK | X_OK), denied);
    await fs.symlink("nowhere", "dangling");
    for (const path of ["missing", "dangling", Buffer.from("missing")]) {
      await assert.rejects(fs.access(path), { code: "ENOENT", path: String(path) });
    }
  });

  it("names the file of an error, as Node does", async () => {
    await assert.rejects(fs.readFile("no/such"), { code: "ENOENT", path: "no/such" });
    await assert.rejects(fs.rename("missing", "b"), { code: "ENOENT", path: "missing" });
    await assert.rejects(fs.get("a", join(home, "no/such")), {
      kind: "LocalFileError",
      code: "ENOENT",
      path: join(home, "no/such"),
    });
    // Of a param it is no file.
    await assert.rejects(fs.stat("a\0"), { kind: "InvalidParams", path: undefined });
  });

  it("reads a directory as it comes, and no further than is asked", async () => {
    const folder = join(home, "many");
    mkdirSync(folder, { mode: 0o777 });
    const names = Array.from({ length: 5000 }, (_, n) => `name ${n}`);
    for (const name of names) writeFileSync(join(folder, name), "");
    // An sftp-server under nss_wrapper, as this sshd has it, may double the first that it lists.
    await fs.readdir("many");
    const all: string[] = [];
    for await (const entry of await fs.opendir("many")) {
      assert.ok(entry.isFile());
      all.push(entry.name);
    }
    assert.deepEqual(all.toSorted(), names.toSorted());
    const dir = await fs.opendir("many");
    assert.equal((await dir.read())?.parentPath, "many");
    const two = await Promise.all([dir.read(), dir.read()]);
    assert.notEqual(two[0]?.name, two[1]?.name);
    await dir.close();
    await dir.close();
    assert.equal(await dir.read(), null);
    for await (const _ of await fs.opendir("many")) break;
    await assert.rejects(fs.opendir("not there"), { code: "ENOENT" });
    const signal = AbortSignal.abort("no more");
    await assert.rejects(fs.opendir("many", { signal }), { kind: "Cancelled" });
    writeFileSync(Buffer.concat([Buffer.from(join(folder, "odd ")), Buffer.of(255)]), "");
    const strange = await fs.opendir("many");
    let odd = 0;
    for (let more = true; more;) {
      try {
        more = (await strange.read()) !== null;
      } catch (error) {
        assert.equal((error as SshError).kind, "NotUtf8");
        odd += 1;
      }
    }
    assert.equal(odd, 1);
  });

  it("makes, lists and removes directories", async () => {
    await fs.mkdir("d/e/f", { recursive: true });
    await fs.writeFile("d/x", "x");
    assert.deepEqual((await fs.readdir("d")).toSorted(), ["e", "x"]);
    const entries = await fs.readdir("d", { withFileTypes: true });
    const x = entries.find(({ name }) => name === "x");
    assert.deepEqual([x?.isFile(), x?.parentPath, x?.stats.size], [true, "d", 1]);
    await fs.rename("d/x", "d/y");
    await fs.copyFile("d/y", "d/z");
    await fs.link("d/z", "d/l");
    await fs.unlink("d/y");
    await fs.rmdir("d/e/f");
    assert.deepEqual((await fs.readdir("d")).toSorted(), ["e", "l", "z"]);
    await assert.rejects(fs.rm("d"), (error: SshError) => error.kind === "RemoteFileError");
    await fs.rm("d", { recursive: true });
    await fs.rm("d", { force: true });
    await assert.rejects(fs.stat("d"), (error: SshError) => {
      assert.deepEqual(
        [error.kind, error.code, error.data["path"]],
        ["RemoteFileError", "ENOENT", "d"],
      );
      return true;
    });
  });

  it("never makes text of names that are none", async () => {
    mkdirSync(join(home, "odd"));
    writeFileSync(Buffer.from(`${home}/odd/\xe9`, "latin1"), "");
    await assert.rejects(fs.readdir("odd"), { kind: "NotUtf8" });
    assert.equal((await fs.readFile(Buffer.from("odd/\xe9", "latin1"))).length, 0);
  });

  it("opens files", async () => {
    await using file = await fs.open("open", "w+");
    await file.write("hello ");
    await file.write("world");
    await file.write("H", 0);
    const into = Buffer.alloc(20);
    assert.equal((await file.read(into, 0, 5, 0)).bytesRead, 5);
    assert.equal(into.toString("utf8", 0, 5), "Hello");
    assert.equal((await file.stat()).size, 11);
    await file.sync();
    await file.truncate(3);
    assert.equal(await fs.readFile("open", "utf8"), "Hel");
    await file.close();
    await file.close();
    await assert.rejects(file.stat());
  });

  it("has streams", async () => {
    const chunks = Array.from({ length: 46 }, (_, at) =>
      bytes.subarray(at * 65_536, (at + 1) * 65_536),
    );
    await pipeline(Readable.from(chunks), fs.createWriteStream("stream", { mode: 0o600 }));
    assert.deepEqual(readFileSync(join(home, "stream")), bytes);
    assert.deepEqual(await buffer(fs.createReadStream("stream")), bytes);
    const part = await buffer(fs.createReadStream("stream", { start: 1000, end: 700_000 }));
    assert.deepEqual(part, bytes.subarray(1000, 700_001));
    await assert.rejects(buffer(fs.createReadStream("nowhere")), { code: "ENOENT" });
    await assert.rejects(pipeline(Readable.from(["x"]), fs.createWriteStream("no/where")), {
      code: "ENOENT",
    });
    const first = fs.createReadStream("stream");
    for await (const _ of first) break;
    assert.ok(first.destroyed);
  });

  it("copies trees both ways", async () => {
    const local = scope.tempDir();
    mkdirSync(join(local, "in/b"), { recursive: true });
    writeFileSync(join(local, "in/a"), "a");
    writeFileSync(join(local, "in/b/c"), bytes);
    writeFileSync(join(local, "in/skip.log"), "");
    const seen: Progress[] = [];
    const sent = await fs.put(join(local, "in"), "tree", {
      recursive: true,
      exclude: ["*.log"],
      onProgress: (progress) => void seen.push(progress),
    });
    assert.deepEqual([sent.files, sent.bytes], [2, bytes.length + 1]);
    assert.equal(seen.at(-1)?.totalFiles, 2);
    await fs.get("tree", join(local, "out"), { recursive: true });
    const made = readdirSync(join(local, "out"), { recursive: true }).map(String);
    assert.deepEqual(made.toSorted(), ["a", "b", "b/c"]);
    assert.deepEqual(readFileSync(join(local, "out/b/c")), bytes);
    await assert.rejects(fs.get("nowhere", join(local, "x")), { kind: "RemoteFileError" });
  });
});
