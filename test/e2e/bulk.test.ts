import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { makeFile, makeSparseFile, pseudoRandomBytes, sha256 } from "../fixtures/files.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { login, rejects } from "./support/calls.ts";

const mebibyte = 1024 * 1024;

/** The daemon's growth that moving any amount of data by path may cost, in bytes. */
const flat = 100 * mebibyte;

describe("e2e: bulk", () => {
  const scope = useScope();
  before(function () {
    requires(this, "sshd");
  });

  interface Setup {
    daemon: Daemon;
    sshd: SshServer;
    session: number;
    folder: string;
    request: (method: string, params: object) => Promise<Json>;
  }

  async function start(): Promise<Setup> {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const daemon = scope.add(startDaemon());
    const session = await login(daemon, sshd);
    const request = (method: string, params: object): Promise<Json> =>
      daemon.request(`session.${method}`, { session, ...params });
    return { daemon, sshd, session, folder: scope.tempDir(), request };
  }

  it("256 MB by path both ways are whole, and the daemon's memory stays flat", async function () {
    requires(this, "proc");
    const { daemon, sshd, folder, request } = await start();
    const size = 256 * mebibyte;
    const source = makeFile(join(folder, "source"), size);
    const digest = await sha256(source);
    const remote = join(sshd.home, "remote");
    const idle = daemon.rss().current;

    assert.equal(await request("scpSendfile", { source, dest: remote }), true);
    assert.equal(await sha256(remote), digest);
    const sent = daemon.rss().peak;
    rmSync(source);
    const dest = join(folder, "dest");
    assert.deepEqual(await request("scpRecv", { source: remote, dest }), { bytes: size });
    assert.equal(await sha256(dest), digest);
    const { peak } = daemon.rss();

    const figures = `idle ${idle}, after sending ${sent}, after receiving ${peak}`;
    assert.ok(peak - idle < flat, figures);
  });

  it("64 MB through memory both ways are whole", async () => {
    const { sshd, request } = await start();
    const bytes = pseudoRandomBytes(64 * mebibyte);
    const data = bytes.toString("base64");
    assert.equal(await request("scpSend", { data, encoding: "base64", dest: "remote" }), true);
    assert.ok(readFileSync(join(sshd.home, "remote")).equals(bytes));
    const received = await request("scpRecv", { source: "remote" });
    assert.deepEqual([received.encoding, received.bytes], ["base64", bytes.length]);
    assert.ok(received.data === data);
  });

  it("files of every size around a block are whole", async () => {
    const { sshd, folder, request } = await start();
    for (const size of [0, 1, 4095, 4096, 4097, 32767, 32768, 32769, 262144, 1048577]) {
      const bytes = pseudoRandomBytes(size, size);
      const data = bytes.toString("base64");
      const [source, dest, remote] = ["source", "dest", "remote"].map((name) =>
        join(name === "remote" ? sshd.home : folder, `${name}-${size}`),
      ) as [string, string, string];
      writeFileSync(source, bytes);

      assert.equal(await request("scpSendfile", { source, dest: remote }), true);
      assert.ok(readFileSync(remote).equals(bytes), `sent by path: ${size}`);
      rmSync(remote);
      assert.equal(await request("scpSend", { data, encoding: "base64", dest: remote }), true);
      assert.ok(readFileSync(remote).equals(bytes), `sent from memory: ${size}`);
      assert.deepEqual(await request("scpRecv", { source: remote, dest }), { bytes: size });
      assert.ok(readFileSync(dest).equals(bytes), `received by path: ${size}`);
      const received = await request("scpRecv", { source: remote, encoding: "base64" });
      assert.deepEqual(received, { data, encoding: "base64", bytes: size });
    }
  });

  describe("a file of more than 2 GiB", () => {
    const size = 2 ** 31 + 1;
    /** Where the file isn't zero: at its ends and on both sides of 2^31 − 1. */
    const marks = [0, 2 ** 31 - 8, size - 4].map((at, n) => ({ at, text: `mk${n}\n` }));
    const make = (path: string): string => {
      makeSparseFile(path, size);
      const file = openSync(path, "r+");
      for (const { at, text } of marks) writeSync(file, text, at);
      closeSync(file);
      return path;
    };
    const check = (path: string): void => {
      assert.equal(statSync(path).size, size);
      const file = openSync(path, "r");
      const read = (at: number, length: number) => {
        const bytes = Buffer.alloc(length);
        return bytes.toString("latin1", 0, readSync(file, bytes, 0, length, at));
      };
      const seen = marks.map(({ at, text }) => read(at, text.length));
      const between = read(2 ** 30 - 5, 10);
      closeSync(file);
      assert.deepEqual(
        seen,
        marks.map(({ text }) => text),
      );
      assert.equal(between, "\0".repeat(10));
    };

    it("is sent whole", async function () {
      requires(this, "disk");
      this.timeout(120_000);
      const { sshd, folder, request } = await start();
      const remote = join(sshd.home, "remote");
      scope.defer(() => rmSync(remote, { force: true }));
      const source = make(join(folder, "source"));
      assert.equal(await request("scpSendfile", { source, dest: remote }), true);
      check(remote);
    });

    it("is received whole", async function () {
      requires(this, "disk");
      this.timeout(120_000);
      const { sshd, folder, request } = await start();
      const remote = make(join(sshd.home, "remote"));
      const dest = join(folder, "dest");
      scope.defer(() => rmSync(dest, { force: true }));
      assert.deepEqual(await request("scpRecv", { source: remote, dest }), { bytes: size });
      check(dest);
      await rejects(request("scpRecv", { source: remote }), "OutputTooLarge");
    });
  });

  describe("output", () => {
    /** Text without a pattern. */
    const text = (size: number, seed: number) =>
      pseudoRandomBytes((size / 4) * 3, seed).toString("base64");
    const digestOf = (data: string) => createHash("sha256").update(data).digest("hex");
    /** Writes a file to each stream at once. */
    const command = "cat out & cat err >&2; wait";

    async function startWithOutput(size: number): Promise<Setup & { digests: string[] }> {
      const setup = await start();
      const digests = ["out", "err"].map((name, index) => {
        const data = text(size, index + 1);
        writeFileSync(join(setup.sshd.home, name), data);
        return digestOf(data);
      });
      return { ...setup, digests };
    }

    it("of 100 MB on each stream at once is whole, and holds up nobody else", async function () {
      const { daemon, sshd, request, digests } = await startWithOutput(100_000_000);
      const other = await login(daemon, sshd);
      const big = request("exec", { command, streams: "separate" });
      let done = false;
      void big.finally(() => (done = true)).catch(() => {});
      const small = await daemon.request("session.exec", { session: other, command: "echo small" });
      assert.equal(small.output, "small\n");
      assert.equal(done, false);
      const { stdout, stderr, exitCode } = await big;
      assert.equal(exitCode, 0);
      assert.deepEqual([stdout.length, stderr.length], [100_000_000, 100_000_000]);
      assert.deepEqual([digestOf(stdout), digestOf(stderr)], digests);
    });

    it("of more than maxOutput is an error with exactly so much, and the command's end", async () => {
      const { sshd, request } = await start();
      const endless = "while :; do echo out; echo err >&2; done";
      for (const maxOutput of [0, 1, 1_000_003]) {
        const call = request("exec", { command: endless, streams: "separate", maxOutput });
        const { data } = await rejects(call, "OutputTooLarge", { maxOutput, dispatched: "yes" });
        assert.equal(data.stdout.length + data.stderr.length, maxOutput);
        assert.ok("out\n".repeat(maxOutput).startsWith(data.stdout));
        assert.ok("err\n".repeat(maxOutput).startsWith(data.stderr));
        await until(() => sshd.commands().length === 0, "the command has ended");
      }
      const call = request("exec", { command: endless, streams: "interleaved", maxOutput: 99_999 });
      const { data } = await rejects(call, "OutputTooLarge", { maxOutput: 99_999 });
      assert.equal(data.output.length, 99_999);
      assert.match(data.output, /^(out\n|err\n)*(out|err|ou|er|o|e)?$/);
    });

    it("that is just maxOutput is no error", async () => {
      const { request } = await start();
      const params = { command: "printf 12345; printf 67890 >&2", maxOutput: 10 };
      assert.equal((await request("exec", params)).output, "1234567890");
    });

    it("waits for a client that reads nothing for a while", async () => {
      const { daemon, sshd, request } = await start();
      const line = "a line that is sixty-four bytes long, its newline among them ....\n";
      const count = 400_000;
      const other = await login(daemon, sshd);
      daemon.pause();
      const big = Array.from({ length: 4 }, (_, n) =>
        request("exec", { command: `yes '${line.trimEnd()}' | head -n ${count}; touch done-${n}` }),
      );
      const small = Array.from({ length: 10 }, (_, n) =>
        daemon.request("session.exec", { session: other, command: `echo ${n}` }),
      );
      // The commands run to their ends though nobody reads what they said.
      const isDone = (n: number) => existsSync(join(sshd.home, `done-${n}`));
      await until(() => [0, 1, 2, 3].every(isDone), "all commands have run");
      daemon.resume();
      for (const [n, call] of small.entries()) assert.equal((await call).output, `${n}\n`);
      for (const call of big) assert.ok((await call).output === line.repeat(count));
    });

    it("waits for a client that reads a little at a time", async () => {
      const { daemon, sshd, request, digests } = await startWithOutput(20_000_000);
      const other = await login(daemon, sshd);
      const big = request("exec", { command, streams: "separate" });
      const small: Promise<Json>[] = [];
      let done = false;
      const isDone = () => done;
      void big.finally(() => (done = true)).catch(() => {});
      for (let turn = 0; !isDone(); turn++) {
        daemon.pause();
        await nextTurn();
        if (turn % 1000 === 0 && small.length < 10) {
          small.push(
            daemon.request("session.exec", { session: other, command: `echo ${small.length}` }),
          );
        }
        daemon.resume();
        await nextTurn();
      }
      for (const [n, call] of small.entries()) assert.equal((await call).output, `${n}\n`);
      const { stdout, stderr } = await big;
      assert.deepEqual([digestOf(stdout), digestOf(stderr)], digests);
    });
  });
});
