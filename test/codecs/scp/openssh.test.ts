import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { sinkCommand, sourceCommand } from "../../../src/codecs/scp/command.ts";
import type { FileHeader } from "../../../src/codecs/scp/header.ts";
import { ScpReceiver } from "../../../src/codecs/scp/receiver.ts";
import { ScpSender } from "../../../src/codecs/scp/sender.ts";

type Remote = ChildProcessByStdio<Writable, Readable, Readable>;

const WEIRD_NAMES = [
  "a b",
  "it's",
  '"quoted"',
  "$HOME",
  "$(id)",
  "`id`",
  "a;b&c|d",
  "back\\slash\\",
  "new\nline",
  "-f",
  "*",
  "~",
  "#",
  "tab\there",
  " ",
  "h\u00e9llo \u{1f600}",
  "host:file",
];

describe("SCP with OpenSSH's scp", () => {
  let folder: string;
  let remotes: Remote[];
  let user: { uid?: number; gid?: number };
  const at = (name: string) => path.join(folder, name);

  before(function () {
    if (spawnSync("scp", { stdio: "ignore" }).error !== undefined) {
      console.log("      skipped: scp is not installed");
      this.skip();
    }
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sshrpc-scp-"));
    remotes = [];
    user = {};
  });
  afterEach(() => {
    for (const remote of remotes) remote.kill();
    rmSync(folder, { recursive: true });
  });

  function start(command: Uint8Array): Remote {
    const remote = spawn("sh", ["-c", Buffer.from(command).toString()], {
      cwd: folder,
      env: { ...process.env, LC_ALL: "C" },
      stdio: "pipe",
      ...user,
    });
    // A remote that has ended does not read what is still being written.
    remote.stdin.on("error", () => {});
    remotes.push(remote);
    return remote;
  }

  /** Drives a receiver as src/ssh does. */
  async function receive(
    source: string,
    options: { acknowledgeAhead?: boolean; onFile?: (header: FileHeader) => void } = {},
  ) {
    const remote = start(sourceCommand(Buffer.from(source)));
    const closed = once(remote, "close");
    const receiver = new ScpReceiver(options);
    const received: Buffer[] = [];
    let file: FileHeader | undefined;
    for (const first of receiver.start()) remote.stdin.write(first.bytes);
    try {
      for await (const chunk of remote.stdout) {
        for (const effect of receiver.receive(chunk)) {
          if (effect.type === "write") remote.stdin.write(effect.bytes);
          else if (effect.type === "data") received.push(Buffer.from(effect.bytes));
          else if (effect.type === "file") {
            file = effect;
            options.onFile?.(effect);
          }
        }
      }
      receiver.end();
    } finally {
      remote.stdin.end();
    }
    const [code] = await closed;
    return { file, data: Buffer.concat(received), code };
  }

  /** Drives a sender as src/ssh does. */
  async function send(
    destination: string,
    content: string | Buffer,
    options: { mode?: number; size?: number; failure?: string } = {},
  ) {
    const data = Buffer.from(content);
    const size = options.size ?? data.length;
    const place = Buffer.from(destination);
    const remote = start(sinkCommand(place));
    const closed = once(remote, "close");
    const sender = new ScpSender({ mode: options.mode ?? 0o644, size, destination: place });
    for (const first of sender.start()) remote.stdin.write(first.bytes);
    try {
      for await (const chunk of remote.stdout) {
        for (const effect of sender.receive(chunk)) {
          if (effect.type === "sendData") {
            remote.stdin.write(data);
            for (const last of sender.dataSent(data.length, options.failure)) {
              remote.stdin.write(last.bytes);
            }
            if (options.failure !== undefined) remote.stdin.end();
          } else remote.stdin.end();
        }
      }
      sender.end();
    } finally {
      remote.stdin.end();
    }
    const [code] = await closed;
    return code;
  }

  for (const acknowledgeAhead of [false, true]) {
    describe(acknowledgeAhead ? "receiving, acknowledged ahead" : "receiving", () => {
      it("receives files of any size", async () => {
        for (const size of [0, 1, 4095, 4096, 4097, 300_000]) {
          const content = Buffer.alloc(size, "0123456789\0");
          writeFileSync(at("file"), content, { mode: 0o640 });
          const { file, data, code } = await receive("file", { acknowledgeAhead });
          assert.deepEqual({ ...file }, { type: "file", mode: 0o640, size });
          assert.ok(data.equals(content));
          assert.equal(code, 0);
        }
      });

      it("reports a missing file, a folder, an empty path", async () => {
        await mkdir(at("folder"));
        for (const [source, message] of [
          ["missing", "scp: missing: No such file or directory"],
          ["folder", "scp: folder: not a regular file"],
          ["/dev/null", "scp: /dev/null: not a regular file"],
          ["", "scp: : No such file or directory"],
        ] as const) {
          await assert.rejects(receive(source, { acknowledgeAhead }), { kind: "remote", message });
        }
      });
    });
  }

  it("receives files whatever their name", async () => {
    for (const name of WEIRD_NAMES) {
      writeFileSync(at(name), name);
      const { data } = await receive(name);
      assert.equal(data.toString(), name);
    }
  });

  it("receives a file of size 0 that has content as empty", async () => {
    const { file, data, code } = await receive("/proc/version");
    assert.equal(file?.size, 0);
    assert.equal(data.length, 0);
    assert.equal(code, 0);
  });

  it("reports a file that shrinks meanwhile", async () => {
    writeFileSync(at("file"), "x".repeat(10_000));
    const shrink = () => truncateSync(at("file"), 10);
    await assert.rejects(receive("file", { onFile: shrink }), {
      kind: "remote",
      message: /file: /,
    });
  });

  it("reports a file that cannot be read, or a folder that cannot be written", async () => {
    // Root may do everything, so scp isn't run as root.
    if (process.getuid?.() === 0) user = { uid: 65534, gid: 65534 };
    chmodSync(folder, 0o755);
    writeFileSync(at("file"), "secret", { mode: 0 });
    await assert.rejects(receive("file"), { kind: "remote", message: /Permission denied/ });
    await mkdir(at("folder"), { mode: 0o500 });
    await assert.rejects(send("folder/file", "x"), {
      kind: "remote",
      message: /Permission denied/,
    });
  });

  it("sends files of any size", async () => {
    for (const size of [0, 1, 4096, 300_000]) {
      const content = Buffer.alloc(size, "0123456789\0");
      assert.equal(await send("file", content), 0);
      assert.ok(readFileSync(at("file")).equals(content));
    }
  });

  it("sends files whatever their name", async () => {
    for (const name of WEIRD_NAMES) {
      await send(name, name);
      assert.equal(readFileSync(at(name), "utf8"), name);
    }
  });

  it("gives a new file its mode, and lets an old one keep its own", async () => {
    await send("new", "x", { mode: 0o700 });
    assert.equal(statSync(at("new")).mode & 0o777, 0o700);
    writeFileSync(at("old"), "old content", { mode: 0o600 });
    await send("old", "new", { mode: 0o755 });
    assert.equal(statSync(at("old")).mode & 0o777, 0o600);
    assert.equal(readFileSync(at("old"), "utf8"), "new");
  });

  it("sends into a folder under the destination's name", async () => {
    await mkdir(at("x"));
    await send("x", "content");
    assert.equal(readFileSync(at("x/x"), "utf8"), "content");
    await mkdir(at("new\nline"));
    await send("new\nline", "content");
    assert.equal(readFileSync(at("new\nline/new\\^Jline"), "utf8"), "content");
  });

  it("reports a missing folder and a full disk", async () => {
    await assert.rejects(send("missing/file", "x"), {
      kind: "remote",
      message: "scp: missing/file: No such file or directory",
    });
    await assert.rejects(send("/dev/full", "x"), {
      kind: "remote",
      message: "scp: /dev/full: No space left on device",
    });
  });

  it("tells a sink of a file that could not be read to its end", async () => {
    assert.equal(await send("file", "abc", { size: 100_000, failure: "EIO" }), 1);
    assert.equal(readFileSync(at("file")).length, 100_000);
  });

  it("tells a remote without scp from one that refuses", async () => {
    const remote = start(Buffer.from("/no-such-folder/scp"));
    const closed = once(remote, "close");
    const receiver = new ScpReceiver();
    for (const first of receiver.start()) remote.stdin.write(first.bytes);
    const stderr = await text(remote.stderr);
    for await (const chunk of remote.stdout) assert.deepEqual([...receiver.receive(chunk)], []);
    assert.throws(() => receiver.end(), { kind: "no-reply" });
    assert.match(stderr, /not found/);
    assert.deepEqual(await closed, [127, null]);
  });
});
