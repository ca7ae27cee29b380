import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { Progress, Session, SshError } from "../../clients/js/index.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: transfers", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let session: Session;
  let home: string;
  let local: string;
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 31) & 255));

  before(async function () {
    requires(this, "sshd", "scp");
    const lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
    home = lab.server.home;
  });

  beforeEach(() => (local = scope.tempDir()));

  const left = () => readdirSync(tmpdir()).filter((name) => /^sshrpc-\w{6}$/.test(name));

  it("by path", async () => {
    writeFileSync(join(local, "a"), bytes, { mode: 0o600 });
    await session.put(join(local, "a"), `${home}/a'b`);
    assert.deepEqual(readFileSync(join(home, "a'b")), bytes);
    assert.equal(statSync(join(home, "a'b")).mode & 0o777, 0o600);
    const url = pathToFileURL(join(local, "b c"));
    assert.deepEqual(await session.get(`${home}/a'b`, url), { bytes: bytes.length });
    assert.deepEqual(readFileSync(url), bytes);
  });

  it("from our working directory", async () => {
    const before = process.cwd();
    writeFileSync(join(local, "here"), "here");
    try {
      process.chdir(local);
      await session.put("here", `${home}/here`);
    } finally {
      process.chdir(before);
    }
    assert.equal(await session.readFile(`${home}/here`, { encoding: "utf8" }), "here");
  });

  it("in memory", async () => {
    await session.put(bytes, `${home}/bytes`, { mode: 0o640 });
    assert.deepEqual(await session.readFile(`${home}/bytes`), bytes);
    assert.equal(statSync(join(home, "bytes")).mode & 0o777, 0o640);
    await session.writeFile(`${home}/text`, "héllo");
    assert.equal(await session.readFile(`${home}/text`, { encoding: "utf8" }), "héllo");
    await assert.rejects(session.readFile(`${home}/bytes`, { encoding: "utf8" }), {
      kind: "NotUtf8",
    });
    await assert.rejects(session.readFile(`${home}/bytes`, { maxOutput: 10 }), {
      kind: "OutputTooLarge",
    });
    await session.writeFile(Buffer.from(`${home}/\xe9`, "latin1"), "x");
    assert.equal((await session.readFile(Buffer.from(`${home}/\xe9`, "latin1"))).length, 1);
  });

  it("with streams", async () => {
    const before = left();
    await session.put(Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]), `${home}/stream`);
    assert.deepEqual(readFileSync(join(home, "stream")), bytes);
    const through = new PassThrough();
    const [, received] = await Promise.all([
      session.get(`${home}/stream`, through),
      buffer(through),
    ]);
    assert.deepEqual(received, bytes);
    const broken = Readable.from(
      (async function* half() {
        yield "half";
        throw new Error("broken");
      })(),
    );
    await assert.rejects(session.put(broken, `${home}/broken`), /broken/);
    await assert.rejects(session.readFile(`${home}/broken`), { kind: "ScpRemoteError" });
    const full = new Writable({
      write: (_chunk, _encoding, callback) => callback(new Error("full")),
    });
    await assert.rejects(session.get(`${home}/stream`, full), /full/);
    assert.deepEqual(left(), before);
  });

  it("tells how far it is", async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => void seen.push(progress);
    await session.put(bytes, `${home}/p`, { onProgress });
    assert.deepEqual(seen[0], { bytes: 0, total: bytes.length });
    assert.deepEqual(seen.at(-1), { bytes: bytes.length, total: bytes.length });
    const failing = session.get(`${home}/p`, join(local, "p"), {
      onProgress: () => {
        throw new RangeError("enough");
      },
    });
    await assert.rejects(failing, RangeError);
    assert.deepEqual(readdirSync(local), []);
  });

  it("says what went wrong", async () => {
    await assert.rejects(session.get(`${home}/nowhere`, join(local, "x")), (error: SshError) => {
      assert.match(error.message, /No such file/);
      return error.kind === "ScpRemoteError";
    });
    await assert.rejects(session.put(join(local, "nowhere"), `${home}/x`), {
      kind: "LocalFileError",
      code: "ENOENT",
      dispatched: "no",
    });
    const signal = AbortSignal.abort(new Error("no"));
    await assert.rejects(session.get(`${home}/p`, join(local, "x"), { signal }), {
      kind: "Cancelled",
    });
    await assert.rejects(session.put(undefined as never, `${home}/x`), TypeError);
  });
});
