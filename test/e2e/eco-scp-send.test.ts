import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDaemon } from "../fixtures/daemon.ts";
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
import { everyByte, open, Session } from "./support/session.ts";

/** More than the proxy lets pass where it stalls, and than the window of a server that doesn't read. */
const large = pseudoRandomBytes(4_000_000);

describe("eco.ssh: scp_send and scp_sendfile", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;
  let daemon: Daemon;
  let session: Session;
  let remoteUmask: number;
  let folders = 0;

  before(async function () {
    requires(this, "sshd", "scp");
    // As root, sshd could write everywhere.
    sshd = suite.add(await startSshd({ unprivileged: true }));
    daemon = suite.add(startDaemon());
    session = await open(daemon, sshd);
    remoteUmask = parseInt(await session.output("umask"), 8);
    assert.notEqual(remoteUmask, 0, "sshd takes away at least 022");
  });

  /** The path of a fresh folder in the account's home. */
  async function remoteFolder(): Promise<string> {
    const folder = join(sshd.home, `folder-${++folders}`);
    await session.output(`mkdir -m 777 ${folder}`);
    return folder;
  }

  /** A path in such a folder, where there is nothing yet. */
  const remote = async (name = "dest"): Promise<string> => join(await remoteFolder(), name);
  const modeOf = (path: string): number => statSync(path).mode & 0o7777;
  const text = (path: string): string => readFileSync(path, "utf8");
  function local(content: string | Buffer, mode = 0o644): string {
    const path = join(scope.tempDir(), "source");
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }
  const works = async (): Promise<void> => {
    const dest = await remote();
    assert.equal(await session.send("ok", dest), true);
    assert.equal(text(dest), "ok");
  };

  /** A session with a server whose scp is played by `run`. */
  const faulty = async (run: FaultServerOptions["run"] & object): Promise<Session> =>
    open(daemon, scope.add(await startFaultServer({ run })));

  /** Both methods do the same with what they send. */
  const ways = {
    scpSend: (to: Session, content: Buffer, dest: string, options: object = {}): Promise<Json> =>
      to.send(content.toString("base64"), dest, { encoding: "base64", ...options }),
    scpSendfile: (
      to: Session,
      content: Buffer,
      dest: string,
      options: object = {},
    ): Promise<Json> => to.sendfile(local(content), dest, options),
  };

  describe("the calling forms", () => {
    it("scpSend by name", async () => {
      const dest = await remote();
      assert.equal(await session.send("hello\n", dest), true);
      assert.equal(text(dest), "hello\n");
    });

    it("scpSend by position", async () => {
      const dest = await remote();
      const params = [session.handle, "hello\n", dest];
      assert.equal(await daemon.request("session.scpSend", params), true);
      assert.equal(text(dest), "hello\n");
    });

    it("scpSend with an option behind those by position", async () => {
      const dest = await remote();
      const params = [session.handle, "aGk=", dest, { encoding: "base64" }];
      assert.equal(await daemon.request("session.scpSend", params), true);
      assert.equal(text(dest), "hi");
    });

    it("scpSendfile by name", async () => {
      const dest = await remote();
      assert.equal(await session.sendfile(local("hello\n"), dest), true);
      assert.equal(text(dest), "hello\n");
    });

    it("scpSendfile by position", async () => {
      const dest = await remote();
      const params = [session.handle, local("hello\n"), dest];
      assert.equal(await daemon.request("session.scpSendfile", params), true);
      assert.equal(text(dest), "hello\n");
    });
  });

  for (const [method, way] of Object.entries(ways)) {
    describe(`${method}: the content`, () => {
      for (const size of [0, 1, 4096, 4097, 32_768, 2_097_152, 5_000_001]) {
        it(`of ${size} bytes is exact`, async () => {
          const bytes = pseudoRandomBytes(size);
          const dest = await remote();
          assert.equal(await way(session, bytes, dest), true);
          assert.ok(readFileSync(dest).equals(bytes));
        });
      }

      it("every byte value", async () => {
        const dest = await remote();
        await way(session, everyByte, dest);
        assert.deepEqual(readFileSync(dest), everyByte);
      });

      it("replaces what was there, also where that was longer", async () => {
        const dest = await remote();
        await way(session, Buffer.from("long before"), dest);
        await way(session, Buffer.from("new"), dest);
        assert.equal(text(dest), "new");
      });
    });

    describe(`${method}: the destination`, () => {
      for (const [what, name] of Object.entries(oddNames)) {
        it(`with ${what} is literal`, async () => {
          const folder = await remoteFolder();
          await way(session, Buffer.from(what), join(folder, name));
          assert.equal(text(join(folder, name)), what);
          assert.equal(
            await session.output(`ls -A ${folder} | wc -l`),
            name.includes("\n") ? "2\n" : "1\n",
          );
        });
      }

      it("relative: counts from the account's home, a leading dash included", async () => {
        await way(session, Buffer.from(method), "-r relative");
        assert.equal(text(join(sshd.home, "-r relative")), method);
      });

      it("a folder: refused as one, and nothing is made in it", async () => {
        const dest = await remote("x");
        await session.output(`mkdir ${dest}; ln -s x ${dest}.link`);
        for (const each of [dest, `${dest}.link`]) {
          await fails(way(session, Buffer.from("in"), each), "ScpRemoteError", { code: "EISDIR" });
        }
        assert.equal(await session.output(`ls -A ${dest}`), "");
        await session.output("mkdir -p relative-folder");
        await fails(way(session, Buffer.from("in"), "relative-folder"), "ScpRemoteError", {
          code: "EISDIR",
        });
      });

      it("a folder with intoDirectory: the file of the same name inside it is written", async () => {
        const dest = await remote("x");
        await session.output(`mkdir ${dest}`);
        const options = { intoDirectory: true };
        assert.equal(await way(session, Buffer.from("in"), dest, options), true);
        assert.equal(text(join(dest, "x")), "in");
      });

      it("behind a symbolic link: the link stays", async () => {
        const folder = await remoteFolder();
        await session.output(`echo old >${folder}/target; ln -s target ${folder}/link`);
        await way(session, Buffer.from("new"), join(folder, "link"));
        assert.equal(text(join(folder, "target")), "new");
        assert.equal(await session.output(`readlink ${folder}/link`), "target\n");
      });

      it("its folder is missing: ScpRemoteError with the remote's reason", async () => {
        const dest = await remote("missing/dest");
        await fails(way(session, Buffer.from("x"), dest), "ScpRemoteError", {
          remoteMessage: /No such file or directory/,
          exitCode: 1,
          dispatched: "yes",
        });
        await works();
      });

      it("its folder is denied: ScpRemoteError, and nothing is made", async () => {
        const folder = await remoteFolder();
        await session.output(`chmod 555 ${folder}`);
        await fails(way(session, Buffer.from("x"), join(folder, "dest")), "ScpRemoteError", {
          remoteMessage: /Permission denied/,
        });
        assert.equal(await session.output(`ls -A ${folder}`), "");
      });

      it("a file that is denied: ScpRemoteError, and it stays as it was", async () => {
        const dest = await remote();
        await session.output(`echo old >${dest}; chmod 444 ${dest}`);
        await fails(way(session, Buffer.from("x"), dest), "ScpRemoteError", {
          remoteMessage: /Permission denied/,
        });
        assert.equal(text(dest), "old\n");
      });

      it("names no file (`dir/`, `.`, `..`, nothing): refused, and nothing is sent", async () => {
        const folder = await remoteFolder();
        for (const dest of [`${folder}/`, `${folder}/.`, `${folder}/..`, ""]) {
          const error = await refusesParam(way(session, Buffer.from("x"), dest), "dest");
          assert.equal(error.data.dispatched, "no");
        }
        assert.equal(await session.output(`ls -A ${folder}`), "");
      });

      it("with NUL, null or missing: refused", async () => {
        await refusesParam(way(session, Buffer.from("x"), "a\0b"), "dest");
        for (const dest of [null, undefined, 1]) {
          await refusesParam(way(session, Buffer.from("x"), "", { dest }), "dest");
        }
      });

      it("a disk that is full: ScpRemoteError", async function () {
        requires(this, "proc");
        const sent = way(session, pseudoRandomBytes(100_000), "/dev/full");
        await fails(sent, "ScpRemoteError", {
          remoteMessage: /No space left on device/,
          dispatched: "yes",
        });
        await works();
      });
    });

    describe(`${method}: ended before its time`, () => {
      async function throughProxy() {
        const proxy = scope.add(await TcpProxy.start({ target: sshd }));
        return { proxy, through: await open(daemon, { ...sshd, port: proxy.port }) };
      }

      it("dropped midway: ConnectionLost, then SessionClosed", async () => {
        const { proxy, through } = await throughProxy();
        const dest = await remote();
        proxy.stallAfter("up", 1_000_000);
        const sending = fails(way(through, large, dest), "ConnectionLost", { dispatched: "yes" });
        await until(() => existsSync(dest) && statSync(dest).size > 0, "the transfer has begun");
        proxy.reset();
        await sending;
        await fails(way(through, Buffer.from("x"), dest), "SessionClosed", { dispatched: "no" });
        await works();
      });

      it("a peer that stalls: Timeout by idleTimeout", async () => {
        const { proxy, through } = await throughProxy();
        const dest = await remote();
        proxy.stallAfter("up", 1_000_000);
        await fails(way(through, large, dest, { idleTimeout: 1 }), "Timeout", {
          phase: "transfer",
          seconds: 1,
          dispatched: "yes",
        });
        proxy.resume();
        assert.equal(await way(through, Buffer.from("ok"), await remote()), true);
        await until(() => sshd.commands().length === 0, "the remote scp is gone");
      });

      it("a peer that reads nothing: Timeout by idleTimeout", async () => {
        const fault = await faulty(async (channel) => channel.write("\0"));
        await fails(way(fault, large, "x", { idleTimeout: 0.5 }), "Timeout", { seconds: 0.5 });
      });

      it("a peer that never gives its final status: Timeout by idleTimeout", async () => {
        const fault = await faulty(async (channel) => {
          await channel.write("\0");
          await channel.readLine();
          await channel.write("\0");
          await channel.readAll();
        });
        const sent = way(fault, Buffer.from("hello"), "x", { idleTimeout: 0.5 });
        await fails(sent, "Timeout", { phase: "transfer", dispatched: "yes" });
      });

      it("the deadline passes: Timeout", async () => {
        const { proxy, through } = await throughProxy();
        proxy.stallAfter("up", 1_000_000);
        await fails(way(through, large, await remote(), { timeout: 1 }), "Timeout", {
          phase: "transfer",
          seconds: 1,
        });
      });

      it("timeout of zero or less: Timeout at once, and nothing is sent", async () => {
        const dest = await remote();
        for (const timeout of [0, -1]) {
          await fails(way(session, Buffer.from("x"), dest, { timeout }), "Timeout", {
            seconds: timeout,
            dispatched: "no",
          });
        }
        assert.equal(existsSync(dest), false);
      });

      it("cancelled: Cancelled, the remote scp is gone, the session usable", async () => {
        const { proxy, through } = await throughProxy();
        const dest = await remote();
        proxy.stallAfter("up", 1_000_000);
        const id = `cancel-${method}`;
        const content =
          method === "scpSend"
            ? { data: large.toString("base64"), encoding: "base64" }
            : { source: local(large) };
        const params = { session: through.handle, dest, ...content };
        await daemon.send({ id, method: `session.${method}`, params });
        await until(() => existsSync(dest) && statSync(dest).size > 0, "the transfer has begun");
        await daemon.notify("$/cancelRequest", { id });
        await fails(daemon.reply(id), "Cancelled", { phase: "transfer", dispatched: "yes" });
        proxy.resume();
        assert.equal(await way(through, Buffer.from("ok"), await remote()), true);
        await until(() => sshd.commands().length === 0, "the remote scp is gone");
      });
    });

    describe(`${method}: a server that can't be trusted`, () => {
      it("sees the mode, the size and the last name of the destination", async () => {
        const headers: string[] = [];
        const commands: string[] = [];
        const fault = await faulty(async (channel) => {
          commands.push(channel.command);
          await channel.write("\0");
          headers.push(await channel.readLine());
          await channel.write("\0");
          await channel.read(6);
          await channel.write("\0");
          await channel.readAll();
          channel.end();
        });
        assert.equal(await way(fault, Buffer.from("hello"), "/a b/it's"), true);
        assert.deepEqual(headers, ["C0644 5 it's\n"]);
        assert.deepEqual(commands, ["scp -t '/a b/it'\\''s'"]);
      });

      it("an error in its final status is one: ScpRemoteError", async () => {
        const fault = await faulty(async (channel) => {
          await channel.write("\0");
          await channel.readLine();
          await channel.write("\0");
          await channel.read(6);
          await channel.write("\x01scp: x: Input/output error\n");
          channel.end(1);
        });
        await fails(way(fault, Buffer.from("hello"), "x"), "ScpRemoteError", {
          remoteMessage: "scp: x: Input/output error",
          exitCode: 1,
        });
      });

      it("a good final status and a bad exit: ScpRemoteError", async () => {
        const fault = await faulty(async (channel) => {
          await channel.write("\0");
          await channel.readLine();
          await channel.write("\0");
          await channel.read(6);
          await channel.write("\0");
          channel.end(1);
        });
        await fails(way(fault, Buffer.from("hello"), "x"), "ScpRemoteError", { exitCode: 1 });
      });

      it("closed after the data, without a final status: ScpProtocolError", async () => {
        const fault = await faulty(async (channel) => {
          await channel.write("\0");
          await channel.readLine();
          await channel.write("\0");
          await channel.read(6);
          channel.end(0);
        });
        await fails(way(fault, Buffer.from("hello"), "x"), "ScpProtocolError", { exitCode: 0 });
      });

      it("an error in the midst of the data ends the transfer: ScpRemoteError", async () => {
        const fault = await faulty(async (channel) => {
          await channel.write("\0");
          await channel.readLine();
          await channel.write("\0");
          await channel.read(100_000);
          await channel.write("\x01scp: x: \x1b[31mquota\n");
          channel.end(1);
        });
        await fails(way(fault, large, "x"), "ScpRemoteError", {
          remoteMessage: "scp: x: [31mquota",
        });
      });

      it("a greeting of its shell before the protocol: ScpProtocolError", async () => {
        const fault = await faulty(async (channel) => {
          await channel.write("Welcome!\n\0");
          await channel.readAll();
          channel.end();
        });
        await fails(way(fault, Buffer.from("hello"), "x"), "ScpProtocolError");
      });

      it("it has no scp: ScpProtocolError with what its shell says", async () => {
        const fault = await faulty(async (channel) => {
          await channel.writeError("sh: scp: not found\n");
          channel.end(127);
        });
        const error = await fails(way(fault, Buffer.from("x"), "x"), "ScpProtocolError", {
          stderr: "sh: scp: not found",
          exitCode: 127,
        });
        assert.match(error.message, /scp: not found/);
      });
    });
  }

  describe("scpSend: the data", () => {
    it("is UTF-8 unless it is said to be base64", async () => {
      const dest = await remote();
      await session.send("a\0é🔑\n", dest);
      assert.equal(text(dest), "a\0é🔑\n");
      await session.send("aGk=", dest);
      assert.equal(text(dest), "aGk=");
    });

    it("empty: an empty file", async () => {
      const dest = await remote();
      assert.equal(await session.send("", dest), true);
      assert.equal(statSync(dest).size, 0);
    });

    it("no base64: refused, and nothing is sent", async () => {
      const dest = await remote();
      for (const data of ["a", "aGk", "a-_=", "aGk=\n", " "]) {
        await refusesParam(session.send(data, dest, { encoding: "base64" }), "data");
      }
      assert.equal(existsSync(dest), false);
    });

    it("half of a surrogate pair: refused, and nothing is sent", async () => {
      const dest = await remote();
      await refusesParam(session.send("a\ud800b", dest), "data");
      assert.equal(existsSync(dest), false);
    });

    it("a number, null or missing: refused", async () => {
      for (const data of [1, null, undefined]) {
        await refusesParam(session.send("", "x", { data }), "data");
      }
    });
  });

  describe("scpSend: the mode", () => {
    it("of a new file: 0644 less the remote's umask", async () => {
      const dest = await remote();
      await session.send("x", dest);
      assert.equal(modeOf(dest), 0o644 & ~remoteUmask);
    });

    it("of a new file, as asked for, less the remote's umask", async () => {
      for (const mode of [0o777, 0o600, 0o755, 0o400]) {
        const dest = await remote();
        await session.send("x", dest, { mode });
        assert.equal(modeOf(dest), mode & ~remoteUmask);
      }
    });

    it("of an existing file is kept", async () => {
      for (const mode of [0o600, 0o751, 0o666]) {
        const dest = await remote();
        await session.output(`touch ${dest}; chmod ${mode.toString(8)} ${dest}`);
        await session.send("x", dest);
        await session.send("x", dest, { mode: 0o777 });
        assert.equal(modeOf(dest), mode);
      }
    });

    it("beyond 0777, negative or no integer: refused", async () => {
      for (const mode of [0o1000, -1, 1.5, "644"]) {
        await refusesParam(session.send("x", "x", { mode }), "mode");
      }
    });
  });

  describe("scpSendfile: the mode", () => {
    it("of a new file: the source's, less the remote's umask", async () => {
      for (const mode of [0o600, 0o755, 0o777, 0o640]) {
        const dest = await remote();
        await session.sendfile(local("x", mode), dest);
        assert.equal(modeOf(dest), mode & ~remoteUmask);
      }
    });

    it("has only permission bits: no set-uid, no sticky bit", async () => {
      const dest = await remote();
      await session.sendfile(local("x", 0o4755), dest);
      await session.sendfile(local("x", 0o1700), `${dest}2`);
      assert.deepEqual([modeOf(dest), modeOf(`${dest}2`)], [0o755 & ~remoteUmask, 0o700]);
    });

    it("of a new file, as asked for", async () => {
      const dest = await remote();
      await session.sendfile(local("x", 0o644), dest, { mode: 0o700 });
      assert.equal(modeOf(dest), 0o700);
    });

    it("of an existing file is kept", async () => {
      const dest = await remote();
      await session.output(`touch ${dest}; chmod 604 ${dest}`);
      await session.sendfile(local("x", 0o755), dest);
      assert.equal(modeOf(dest), 0o604);
    });
  });

  describe("scpSendfile: the local file", () => {
    /** That it fails so, and that a remote file stays as it was. */
    async function failsLocally(source: string, errno: string, message: string): Promise<void> {
      const dest = await remote();
      await session.send("old", dest);
      const error = await fails(session.sendfile(source, dest), "LocalFileError", {
        errno,
        path: source,
        dispatched: "no",
      });
      assert.equal(error.message, `${source}: ${message}`);
      assert.equal(text(dest), "old");
    }

    it("missing: LocalFileError ENOENT", async () => {
      await failsLocally(join(scope.tempDir(), "no"), "ENOENT", "No such file or directory");
    });

    it("a folder: LocalFileError EINVAL, not a regular file", async () => {
      await failsLocally(scope.tempDir(), "EINVAL", "not a regular file");
    });

    it("a device: LocalFileError EINVAL, not a regular file", async () => {
      await failsLocally("/dev/zero", "EINVAL", "not a regular file");
    });

    it("unreadable: LocalFileError EACCES", async function () {
      requires(this, "proc");
      // Even root may only write to it.
      const writeOnly = "/proc/sys/vm/compact_memory";
      const path = process.getuid?.() === 0 ? writeOnly : local("secret", 0);
      if (!existsSync(path)) {
        console.log(`skipped: ${this.test?.fullTitle()}: needs to run as an ordinary user`);
        this.skip();
      }
      await failsLocally(path, "EACCES", "Permission denied");
    });

    it("behind a symbolic link: its target is sent, with the target's mode", async () => {
      const link = join(scope.tempDir(), "link");
      symlinkSync(local("linked", 0o600), link);
      const dest = await remote();
      await session.sendfile(link, dest);
      assert.deepEqual([text(dest), modeOf(dest)], ["linked", 0o600]);
    });

    it("behind a symbolic link to nothing: LocalFileError ENOENT", async () => {
      const link = join(scope.tempDir(), "link");
      symlinkSync("nowhere", link);
      await failsLocally(link, "ENOENT", "No such file or directory");
    });

    it("a FIFO that nobody writes to: LocalFileError, at once", async () => {
      const fifo = join(scope.tempDir(), "fifo");
      execFileSync("mkfifo", [fifo]);
      await failsLocally(fifo, "EINVAL", "not a regular file");
    });

    it("relative: counts from the daemon's working folder", async () => {
      const cwd = scope.tempDir();
      writeFileSync(join(cwd, "source"), "here");
      const own = scope.add(startDaemon({ cwd }));
      const dest = await remote();
      await (await open(own, sshd)).sendfile("source", dest);
      assert.equal(text(dest), "here");
    });

    for (const [what, name] of Object.entries(oddNames)) {
      it(`with ${what} in its name`, async () => {
        const source = join(scope.tempDir(), name);
        writeFileSync(source, what);
        const dest = await remote();
        await session.sendfile(source, dest);
        assert.equal(text(dest), what);
      });
    }

    it("with NUL in its name, empty, null or missing: refused", async () => {
      for (const source of ["a\0b", "", null, undefined, 1]) {
        await refusesParam(session.sendfile("", "x", { source }), "source");
      }
    });

    it("stays as it is when the server reports an error", async () => {
      const source = local("mine");
      await fails(session.sendfile(source, "/nowhere/x"), "ScpRemoteError");
      assert.equal(text(source), "mine");
    });

    it("of 30 MB arrives whole", async () => {
      const source = makeFile(join(scope.tempDir(), "thirty"), 30_000_000);
      const dest = await remote();
      assert.equal(await session.sendfile(source, dest), true);
      assert.equal(await sha256(dest), await sha256(source));
    });
  });

  it("many transfers at a time on one session", async () => {
    const folder = await remoteFolder();
    const files = Array.from({ length: 25 }, (_, n) => ({
      bytes: pseudoRandomBytes(50_000, n + 1),
      dest: join(folder, String(n)),
    }));
    await Promise.all(files.map(({ bytes, dest }) => ways.scpSend(session, bytes, dest)));
    for (const { bytes, dest } of files) assert.ok(readFileSync(dest).equals(bytes));
  });
});
