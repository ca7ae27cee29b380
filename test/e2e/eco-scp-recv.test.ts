import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { before, describe, it } from "mocha";
import type { Daemon } from "../fixtures/daemon.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServerOptions } from "../fixtures/fault-server.ts";
import { makeFile, pseudoRandomBytes, sha256 } from "../fixtures/files.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { oddNames } from "./support/paths.ts";
import { dataOf, everyByte, open, Session } from "./support/session.ts";
import { deniedFolder } from "./support/denied.ts";
import { withUmask } from "./support/umask.ts";

describe("eco.ssh: scp_recv", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;
  let daemon: Daemon;
  let session: Session;

  before(async function () {
    requires(this, "sshd", "scp");
    // As root, sshd could read everything.
    sshd = suite.add(await startSshd({ unprivileged: true }));
    daemon = suite.add(startDaemon());
    session = await open(daemon, sshd);
  });

  /** A file in the account's home, with a name of its own. */
  function remote(
    content: string | Buffer,
    name = `file-${readdirSync(sshd.home).length}`,
  ): string {
    writeFileSync(join(sshd.home, name), content);
    return name;
  }

  /** A fresh local folder's file that isn't there yet. */
  const local = (): string => join(scope.tempDir(), "dest");
  const folderOf = (path: string): string[] => readdirSync(dirname(path));
  const works = async (on = session): Promise<void> =>
    assert.equal((await on.recv(remote("ok"))).data, "ok");

  /** A session with a server whose scp is played by `run`. */
  const faulty = async (run: FaultServerOptions["run"] & object): Promise<Session> =>
    open(daemon, scope.add(await startFaultServer({ run })));

  describe("the calling forms", () => {
    it("by name, into memory", async () => {
      const expected = { data: "hello\n", encoding: "utf8", bytes: 6 };
      assert.deepEqual(await session.recv(remote("hello\n")), expected);
    });

    it("by position, into memory", async () => {
      const params = [session.handle, remote("hello\n")];
      const expected = { data: "hello\n", encoding: "utf8", bytes: 6 };
      assert.deepEqual(await daemon.request("session.scpRecv", params), expected);
    });

    it("by name, into a file", async () => {
      const dest = local();
      assert.deepEqual(await session.recv(remote("hello\n"), { dest }), { bytes: 6 });
      assert.equal(readFileSync(dest, "utf8"), "hello\n");
    });

    it("by position, into a file", async () => {
      const dest = local();
      const params = [session.handle, remote("hello\n"), dest];
      assert.deepEqual(await daemon.request("session.scpRecv", params), { bytes: 6 });
      assert.equal(readFileSync(dest, "utf8"), "hello\n");
    });

    it("an option behind those by position", async () => {
      const params = [session.handle, remote("hi"), { encoding: "base64" }];
      const expected = { data: "aGk=", encoding: "base64", bytes: 2 };
      assert.deepEqual(await daemon.request("session.scpRecv", params), expected);
    });
  });

  describe("the content", () => {
    // Around the block of 4096 by which eco.ssh appended a NUL, a packet, and a window.
    for (const size of [0, 1, 4095, 4096, 4097, 32_768, 2_097_152, 5_000_001]) {
      it(`of ${size} bytes is exact, in memory and in a file`, async () => {
        const bytes = pseudoRandomBytes(size);
        const source = remote(bytes);
        const result = await session.recv(source);
        assert.equal(result.bytes, size);
        assert.ok(dataOf(result).equals(bytes));
        const dest = local();
        assert.deepEqual(await session.recv(source, { dest }), { bytes: size });
        assert.ok(readFileSync(dest).equals(bytes));
        assert.deepEqual(folderOf(dest), ["dest"]);
      });
    }

    it("every byte value", async () => {
      const result = await session.recv(remote(everyByte));
      assert.equal(result.encoding, "base64");
      assert.deepEqual(dataOf(result), everyByte);
    });

    it("text with NUL and a byte order mark stays text", async () => {
      const { data, encoding } = await session.recv(remote("\ufeffa\0é🔑"));
      assert.deepEqual([data, encoding], ["\ufeffa\0é🔑", "utf8"]);
    });

    it("utf8 forced on what isn't: NotUtf8, with the content as base64", async () => {
      const source = remote(Buffer.from([0xff]));
      await fails(session.recv(source, { encoding: "utf8" }), "NotUtf8", {
        data: "/w==",
        encoding: "base64",
        bytes: 1,
        dispatched: "yes",
      });
    });

    it("of /proc/version, which says that its size is 0: empty", async function () {
      requires(this, "proc");
      const expected = { data: "", encoding: "utf8", bytes: 0 };
      assert.deepEqual(await session.recv("/proc/version"), expected);
    });

    it("of exactly maxOutput bytes: a result; one more: OutputTooLarge", async () => {
      const source = remote("12345");
      assert.equal((await session.recv(source, { maxOutput: 5 })).data, "12345");
      await fails(session.recv(source, { maxOutput: 4 }), "OutputTooLarge", { maxOutput: 4 });
      await works();
    });

    it("through a symbolic link on the server", async () => {
      const target = remote("linked");
      symlinkSync(target, join(sshd.home, "link"));
      assert.equal((await session.recv("link")).data, "linked");
    });
  });

  describe("the remote path", () => {
    for (const [what, name] of Object.entries(oddNames)) {
      it(`with ${what} is literal`, async () => {
        assert.equal((await session.recv(remote(what, name))).data, what);
      });
    }

    it("in a folder of odd names, absolute", async () => {
      const folder = join(sshd.home, "folders", ...Object.values(oddNames).slice(0, 8));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "file"), "deep");
      assert.equal((await session.recv(join(folder, "file"))).data, "deep");
    });

    it("is no pattern: a star that matches other files matches none", async () => {
      remote("x", "pattern-1");
      await fails(session.recv("pattern-*"), "ScpRemoteError");
    });

    it("knows no home: ~ is a folder's name", async () => {
      mkdirSync(join(sshd.home, "~"));
      const source = remote("x", "~/below");
      assert.equal((await session.recv(source)).data, "x");
    });

    it("with NUL, null or missing: refused", async () => {
      await refusesParam(session.recv("a\0b"), "source");
      for (const source of [undefined, null, 1]) {
        await refusesParam(session.recv("", { source }), "source");
      }
    });
  });

  describe("what can't be had of the server", () => {
    const cases = {
      "a missing file": ["nowhere", /nowhere: No such file or directory/],
      "an empty path": ["", /No such file or directory/],
      "a special file": ["/dev/zero", /not a regular file/],
      "a directory": [".", /not a regular file/],
      "a path through a file": ["/dev/null/x", /Not a directory/],
    } as const;
    for (const [what, [source, message]] of Object.entries(cases)) {
      it(`${what}: ScpRemoteError with its reason, and no local file is made`, async () => {
        const dest = local();
        const fields = { remoteMessage: message, exitCode: 1, dispatched: "yes" };
        await fails(session.recv(source), "ScpRemoteError", fields);
        await fails(session.recv(source, { dest }), "ScpRemoteError", fields);
        assert.deepEqual(folderOf(dest), []);
        await works();
      });
    }

    it("a file that may not be read: ScpRemoteError, and no local file is made", async () => {
      const source = remote("secret");
      chmodSync(join(sshd.home, source), 0);
      const dest = local();
      await fails(session.recv(source, { dest }), "ScpRemoteError", {
        remoteMessage: /Permission denied/,
      });
      assert.deepEqual(folderOf(dest), []);
    });

    it("a local file that was there stays as it was", async () => {
      const dest = local();
      writeFileSync(dest, "old");
      await fails(session.recv("nowhere", { dest }), "ScpRemoteError");
      assert.equal(readFileSync(dest, "utf8"), "old");
      assert.deepEqual(folderOf(dest), ["dest"]);
    });
  });

  describe("the local file", () => {
    it("its folder is missing: LocalFileError ENOENT", async () => {
      const dest = join(scope.tempDir(), "missing", "dest");
      const error = await fails(session.recv(remote("x"), { dest }), "LocalFileError", {
        errno: "ENOENT",
        path: dest,
      });
      assert.equal(error.message, `${dest}: No such file or directory`);
    });

    it("is a folder: LocalFileError EISDIR", async () => {
      const dest = scope.tempDir();
      const error = await fails(session.recv(remote("x"), { dest }), "LocalFileError", {
        errno: "EISDIR",
        path: dest,
      });
      assert.equal(error.message, `${dest}: Is a directory`);
      assert.deepEqual(readdirSync(dest), []);
    });

    it("ends in a slash and isn't there: LocalFileError EISDIR, and no file of that name", async () => {
      const dest = `${local()}/`;
      await fails(session.recv(remote("x"), { dest }), "LocalFileError", { errno: "EISDIR" });
      assert.deepEqual(folderOf(dest), []);
    });

    it("lies behind a file: LocalFileError ENOTDIR", async () => {
      const file = local();
      writeFileSync(file, "");
      const dest = join(file, "dest");
      await fails(session.recv(remote("x"), { dest }), "LocalFileError", { errno: "ENOTDIR" });
    });

    it("may not be made: LocalFileError EACCES", async function () {
      const dest = join(deniedFolder(this, scope), "dest");
      const error = await fails(session.recv(remote("x"), { dest }), "LocalFileError", {
        errno: "EACCES",
        path: dest,
      });
      assert.equal(error.message, `${dest}: Permission denied`);
    });

    it("has too long a name: LocalFileError ENAMETOOLONG", async () => {
      const dest = join(scope.tempDir(), "x".repeat(300));
      await fails(session.recv(remote("x"), { dest }), "LocalFileError", {
        errno: "ENAMETOOLONG",
      });
    });

    it("may have the longest name that there is", async () => {
      const dest = join(scope.tempDir(), "é".repeat(127));
      assert.deepEqual(await session.recv(remote("x"), { dest }), { bytes: 1 });
      assert.equal(readFileSync(dest, "utf8"), "x");
    });

    it("on a disk that is full: LocalFileError ENOSPC", async function () {
      requires(this, "proc");
      const error = await fails(
        session.recv(remote("x"), { dest: "/dev/full" }),
        "LocalFileError",
        {
          errno: "ENOSPC",
          path: "/dev/full",
        },
      );
      assert.equal(error.message, "/dev/full: No space left on device");
      await works();
    });

    it("on a disk that is full: a large file ends early, and the session lives on", async function () {
      requires(this, "proc");
      const source = remote(pseudoRandomBytes(8_000_000));
      await fails(session.recv(source, { dest: "/dev/full" }), "LocalFileError", {
        errno: "ENOSPC",
      });
      await works();
      await until(() => sshd.commands().length === 0, "the remote scp is gone");
    });

    it("what isn't a regular file is written to, and not replaced", async () => {
      assert.deepEqual(await session.recv(remote("x"), { dest: "/dev/null" }), { bytes: 1 });
      assert.ok(lstatSync("/dev/null").isCharacterDevice());
    });

    it("has mode 0666 less the umask", async () => {
      for (const mask of [0o027, 0o000]) {
        const own = scope.add(withUmask(mask, () => startDaemon()));
        const dest = local();
        await (await open(own, sshd)).recv(remote("x"), { dest });
        assert.equal(statSync(dest).mode & 0o7777, 0o666 & ~mask);
      }
    });

    it("is the daemon's user's alone until it is whole", async () => {
      const own = scope.add(withUmask(0, () => startDaemon()));
      let goOn!: () => void;
      const seen = new Promise<void>((resolve) => (goOn = resolve));
      const server = scope.add(
        await startFaultServer({
          async run(channel) {
            await channel.read(1);
            await channel.write("C0644 5 x\n");
            await seen;
            await channel.write("hello\0");
            channel.end();
          },
        }),
      );
      const dest = local();
      writeFileSync(dest, "old");
      chmodSync(dest, 0o644);
      const receiving = (await open(own, server)).recv("x", { dest });
      await until(() => folderOf(dest).length === 2, "the transfer has begun");
      const temporary = folderOf(dest).find((name) => name !== "dest");
      assert.equal(statSync(join(dirname(dest), String(temporary))).mode & 0o7777, 0o600);
      goOn();
      await receiving;
      assert.equal(statSync(dest).mode & 0o7777, 0o644);
    });

    it("keeps its mode where it exists, whatever the remote's is", async () => {
      const source = remote("new");
      chmodSync(join(sshd.home, source), 0o755);
      for (const mode of [0o600, 0o640, 0o754, 0o444]) {
        const dest = local();
        writeFileSync(dest, "old content, and longer");
        chmodSync(dest, mode);
        await session.recv(source, { dest });
        assert.equal(readFileSync(dest, "utf8"), "new");
        assert.equal(statSync(dest).mode & 0o7777, mode);
      }
    });

    it("behind a symbolic link: the link stays, and its target has the content", async () => {
      const folder = scope.tempDir();
      const elsewhere = scope.tempDir();
      const target = join(elsewhere, "target");
      writeFileSync(target, "old");
      const dest = join(folder, "link");
      symlinkSync(target, dest);
      await session.recv(remote("new"), { dest });
      assert.ok(lstatSync(dest).isSymbolicLink());
      assert.equal(readFileSync(target, "utf8"), "new");
      assert.deepEqual([readdirSync(folder), readdirSync(elsewhere)], [["link"], ["target"]]);
    });

    it("behind a symbolic link to nothing yet: the link stays, and the target is made", async () => {
      const folder = scope.tempDir();
      const dest = join(folder, "link");
      symlinkSync("target", dest);
      await session.recv(remote("new"), { dest });
      assert.ok(lstatSync(dest).isSymbolicLink());
      assert.equal(readFileSync(join(folder, "target"), "utf8"), "new");
    });

    it("relative: counts from the daemon's working folder", async () => {
      const cwd = scope.tempDir();
      const own = scope.add(startDaemon({ cwd }));
      await (await open(own, sshd)).recv(remote("x"), { dest: "dest" });
      assert.equal(readFileSync(join(cwd, "dest"), "utf8"), "x");
    });

    for (const [what, name] of Object.entries(oddNames)) {
      it(`with ${what} in its name`, async () => {
        const dest = join(scope.tempDir(), name);
        await session.recv(remote("x"), { dest });
        assert.deepEqual(folderOf(dest), [name]);
      });
    }

    it("with NUL in its name, or empty: refused", async () => {
      for (const dest of ["a\0b", ""]) await refusesParam(session.recv("x", { dest }), "dest");
    });

    it("two transfers into one file at once: one of them whole, nothing beside it", async () => {
      const dest = local();
      const contents = [pseudoRandomBytes(3_000_000, 1), pseudoRandomBytes(2_000_000, 2)];
      const sources = contents.map((bytes) => remote(bytes, `big-${bytes.length}`));
      await Promise.all(sources.map((source) => session.recv(source, { dest })));
      assert.ok(contents.some((bytes) => readFileSync(dest).equals(bytes)));
      assert.deepEqual(folderOf(dest), ["dest"]);
    });
  });

  describe("ended before its time", () => {
    /** A transfer of 20 MB that comes to a stop after the first of them. */
    async function stopped() {
      const proxy = scope.add(await TcpProxy.start({ target: sshd }));
      const through = await open(daemon, { ...sshd, port: proxy.port });
      const source = join(sshd.home, "twenty");
      if (!existsSync(source)) makeFile(source, 20_000_000);
      const dest = local();
      writeFileSync(dest, "old");
      proxy.stallAfter("down", 1_000_000);
      return { proxy, through, source, dest };
    }

    function oldFileStays(dest: string): void {
      assert.equal(readFileSync(dest, "utf8"), "old");
      assert.deepEqual(folderOf(dest), ["dest"]);
    }

    /** The temporary name shows that data has come. */
    const hasBegun = (dest: string): Promise<void> =>
      until(() => folderOf(dest).length === 2, "the transfer has begun");

    it("dropped midway: ConnectionLost, and the old file stays; then SessionClosed", async () => {
      const { proxy, through, source, dest } = await stopped();
      const receiving = fails(through.recv(source, { dest }), "ConnectionLost", {
        dispatched: "yes",
      });
      await hasBegun(dest);
      proxy.reset();
      await receiving;
      oldFileStays(dest);
      await fails(through.recv(source), "SessionClosed", { dispatched: "no" });
      await works();
    });

    it("sshd killed midway: ConnectionLost, and the old file stays", async () => {
      const other = scope.add(await startSshd());
      const proxy = scope.add(await TcpProxy.start({ target: other }));
      const through = await open(daemon, { ...other, port: proxy.port });
      const source = makeFile(join(other.home, "twenty"), 20_000_000);
      const dest = local();
      writeFileSync(dest, "old");
      proxy.stallAfter("down", 1_000_000);
      const receiving = fails(through.recv(source, { dest }), "ConnectionLost");
      await hasBegun(dest);
      other.kill();
      proxy.resume();
      await receiving;
      oldFileStays(dest);
    });

    it("a peer that stalls: Timeout by idleTimeout, and the old file stays", async () => {
      const { proxy, through, source, dest } = await stopped();
      await fails(through.recv(source, { dest, idleTimeout: 1 }), "Timeout", {
        phase: "transfer",
        seconds: 1,
        dispatched: "yes",
      });
      oldFileStays(dest);
      proxy.resume();
      assert.equal((await through.recv(remote("ok"))).data, "ok");
    });

    it("a peer that never says a word: Timeout by idleTimeout", async () => {
      const fault = await faulty(() => {});
      await fails(fault.recv("x", { idleTimeout: 0.5 }), "Timeout", { seconds: 0.5 });
    });

    it("a peer that trickles is not idle", async () => {
      const fault = await faulty(async (channel) => {
        await channel.read(1);
        await channel.write("C0644 8 x\n");
        for (const each of "trickles") {
          await channel.write(each);
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
        await channel.write("\0");
        channel.end();
      });
      assert.equal((await fault.recv("x", { idleTimeout: 1 })).data, "trickles");
    });

    it("the deadline passes: Timeout, and the old file stays", async () => {
      const { through, source, dest } = await stopped();
      await fails(through.recv(source, { dest, timeout: 1 }), "Timeout", {
        phase: "transfer",
        seconds: 1,
      });
      oldFileStays(dest);
    });

    it("timeout of zero or less: Timeout at once, and nothing is touched", async () => {
      const dest = local();
      for (const timeout of [0, -1]) {
        await fails(session.recv(remote("x"), { dest, timeout }), "Timeout", {
          seconds: timeout,
          dispatched: "no",
        });
      }
      assert.deepEqual(folderOf(dest), []);
    });

    it("cancelled: Cancelled, the old file stays, the remote scp is gone", async () => {
      const { proxy, through, source, dest } = await stopped();
      const params = { session: through.handle, source, dest };
      await daemon.send({ id: "recv", method: "session.scpRecv", params });
      await hasBegun(dest);
      await daemon.notify("$/cancelRequest", { id: "recv" });
      await fails(daemon.reply("recv"), "Cancelled", { phase: "transfer", dispatched: "yes" });
      oldFileStays(dest);
      proxy.resume();
      assert.equal((await through.recv(remote("ok"))).data, "ok");
      await until(() => sshd.commands().length === 0, "the remote scp is gone");
    });
  });

  describe("a server that can't be trusted", () => {
    /** Says `line` where the file's header is due, and then what would follow a good one. */
    const says = (line: string) => async (channel: FaultChannel) => {
      await channel.read(1);
      await channel.write(line);
      await channel.write("hello\0");
      channel.end();
    };

    for (const [what, line] of Object.entries({
      "a name that leads up": "C0644 5 ../evil\n",
      "a name that is a path": "C0644 5 /tmp/evil\n",
      "the name ..": "C0644 5 ..\n",
      "no name": "C0644 5 \n",
      "a folder": "D0755 0 evil\n",
      "the end of a folder": "E\n",
      "a negative size": "C0644 -5 x\n",
      "a size beyond 2^53": "C0644 99999999999999999999 x\n",
      "a mode that is no number": "Cabcd 5 x\n",
      "a shell's greeting": "Welcome to example!\n",
      "a line without an end": `C0644 5 ${"x".repeat(100_000)}`,
    })) {
      it(`${what} where a file was asked for: ScpProtocolError, and nothing is written`, async () => {
        const fault = await faulty(says(line));
        const dest = local();
        await fails(fault.recv("x", { dest }), "ScpProtocolError", { dispatched: "yes" });
        await fails(fault.recv("x"), "ScpProtocolError");
        assert.deepEqual(folderOf(dest), []);
      });
    }

    it("another name than was asked for doesn't matter: dest is ours to choose", async () => {
      const fault = await faulty(says("C0644 5 other\n"));
      const dest = local();
      await fault.recv("x", { dest });
      assert.deepEqual(folderOf(dest), ["dest"]);
      assert.equal(readFileSync(dest, "utf8"), "hello");
    });

    it("control characters in its messages are stripped", async () => {
      const fault = await faulty(async (channel) => {
        await channel.read(1);
        await channel.write("\x01scp: \x1b[2J\x1b]0;title\x07x\u202ey\r: No\n");
        channel.end(1);
      });
      const error = await fails(fault.recv("x"), "ScpRemoteError", {
        remoteMessage: "scp: [2J]0;titlexy : No",
      });
      assert.equal(error.message, "scp: [2J]0;titlexy : No");
    });

    it("a long message is cut", async () => {
      const fault = await faulty(async (channel) => {
        await channel.read(1);
        await channel.write(`\x01${"x".repeat(4000)}\n`);
        channel.end(1);
      });
      const error = await fails(fault.recv("x"), "ScpRemoteError");
      assert.ok(error.message.length <= 1024, `${error.message.length} characters`);
    });

    it("it closes in the midst of the file: ScpProtocolError, and the old file stays", async () => {
      const fault = await faulty(async (channel) => {
        await channel.read(1);
        await channel.write("C0644 10 x\nhello");
        channel.end();
      });
      const dest = local();
      writeFileSync(dest, "old");
      await fails(fault.recv("x", { dest }), "ScpProtocolError", { exitCode: 0 });
      assert.equal(readFileSync(dest, "utf8"), "old");
      assert.deepEqual(folderOf(dest), ["dest"]);
    });

    it("all bytes came, and then an error: ScpRemoteError, and the old file stays", async () => {
      const fault = await faulty(async (channel) => {
        await channel.read(1);
        await channel.write("C0644 5 x\nhell\0\x01scp: x: the file shrank\n");
        channel.end(1);
      });
      const dest = local();
      writeFileSync(dest, "old");
      await fails(fault.recv("x", { dest }), "ScpRemoteError", {
        remoteMessage: "scp: x: the file shrank",
      });
      assert.equal(readFileSync(dest, "utf8"), "old");
      assert.deepEqual(folderOf(dest), ["dest"]);
    });

    it("all bytes came, and no final status: ScpProtocolError", async () => {
      const fault = await faulty(async (channel) => {
        await channel.read(1);
        await channel.write("C0644 5 x\nhello");
        channel.end(0);
      });
      await fails(fault.recv("x"), "ScpProtocolError");
    });

    it("it has no scp: ScpProtocolError with what its shell says", async () => {
      const fault = await faulty(async (channel) => {
        await channel.writeError("sh: 1: \x1b[1mscp: not found\n");
        channel.end(127);
      });
      const error = await fails(fault.recv("x"), "ScpProtocolError", {
        stderr: "sh: 1: [1mscp: not found",
        exitCode: 127,
      });
      assert.match(error.message, /scp: not found/);
    });

    it("it refuses the command: ChannelRequestDenied", async () => {
      const server = scope.add(await startFaultServer({ exec: () => "refuse" }));
      const fault = await open(daemon, server);
      await fails(fault.recv("x"), "ChannelRequestDenied", { request: "exec", dispatched: "no" });
    });
  });

  it("many transfers at a time on one session", async () => {
    const files = Array.from({ length: 25 }, (_, n) => {
      const bytes = pseudoRandomBytes(50_000, n + 1);
      return { bytes, source: remote(bytes, `many-${n}`) };
    });
    const results = await Promise.all(files.map(({ source }) => session.recv(source)));
    for (const [n, { bytes }] of files.entries()) assert.ok(dataOf(results[n]).equals(bytes));
  });

  it("a file of 30 MB is whole", async () => {
    const source = makeFile(join(sshd.home, "thirty"), 30_000_000);
    const dest = local();
    assert.deepEqual(await session.recv("thirty", { dest }), { bytes: 30_000_000 });
    assert.equal(await sha256(dest), await sha256(source));
  });
});
