import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, beforeEach, describe, it } from "mocha";
import type { Daemon } from "../fixtures/daemon.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { pseudoRandomBytes } from "../fixtures/files.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { fails } from "./support/fails.ts";
import { readKnownHosts } from "./support/known-hosts.ts";
import { oddNames } from "./support/paths.ts";
import { address, dataOf, everyByte, open, outputOf, Session } from "./support/session.ts";

describe("eco.ssh: with Dropbear", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let dropbear: SshServer;
  let daemon: Daemon;
  let session: Session;

  before(async function () {
    requires(this, "dropbear", "scp");
    dropbear = suite.add(await startDropbear());
    daemon = suite.add(startDaemon());
  });
  // Its bug (see below) is not to make the other tests fail.
  beforeEach(async () => {
    session = await open(daemon, dropbear);
    scope.defer(() => session.free());
  });

  const works = async (): Promise<void> => assert.equal(await session.output("echo ok"), "ok\n");
  const nothingRuns = (): Promise<void> =>
    until(() => dropbear.commands().length === 0, "no command of the session runs");
  const local = (): string => join(scope.tempDir(), "dest");

  describe("new", () => {
    it("logs in by password and records the host", async () => {
      const own = scope.add(startDaemon());
      const result = await own.request("ssh.new", address(dropbear));
      assert.match(result.serverIdent, /^SSH-2\.0-dropbear/);
      assert.equal(result.authMethod, "password");
      assert.deepEqual(result.hostKey, {
        type: "ssh-ed25519",
        fingerprint: dropbear.hostKeys[0]?.fingerprint,
        status: "recorded",
      });
      assert.equal(readKnownHosts(own), `${dropbear.knownHosts[0]}\n`);
    });

    it("wrong password, unknown user: AuthenticationFailed", async () => {
      for (const wrong of [{ password: "wrong" }, { password: "" }, { username: "mallory" }]) {
        const request = daemon.request("ssh.new", { ...address(dropbear), ...wrong });
        await fails(request, "AuthenticationFailed", { methods: ["publickey", "password"] });
      }
    });

    it("a server with keys only: an error at once that names its methods", async () => {
      const keysOnly = scope.add(await startDropbear({ args: ["-s"] }));
      const request = daemon.request("ssh.new", address(keysOnly));
      await fails(request, "AuthenticationFailed", { methods: ["publickey"] });
    });
  });

  describe("exec", () => {
    it("stdout, then stderr, and the exit code", async () => {
      const result = await session.exec("echo err >&2; echo out; exit 3");
      const expected = { output: "out\nerr\n", encoding: "utf8", exitCode: 3, exitSignal: null };
      assert.deepEqual(result, expected);
    });

    for (const [name, code] of [
      ["TERM", 143],
      ["KILL", 137],
      ["SEGV", 139],
      ["USR1", 138],
    ] as const) {
      it(`ended by ${name}: ${code}, and the name`, async () => {
        const { exitCode, exitSignal } = await session.exec(`kill -${name} $$`);
        assert.deepEqual([exitCode, exitSignal], [code, name]);
      });
    }

    it("stdin: at its end at once, or every byte that is given", async () => {
      assert.equal(await session.output("cat; echo end"), "end\n");
      const options = { stdin: everyByte.toString("base64"), stdinEncoding: "base64" };
      assert.deepEqual(outputOf(await session.exec("cat", options)), everyByte);
    });

    it("1 MB of stdin there and back", async () => {
      const bytes = pseudoRandomBytes(1 << 20);
      const options = { stdin: bytes.toString("base64"), stdinEncoding: "base64" };
      assert.ok(outputOf(await session.exec("cat", options)).equals(bytes));
    });

    it("3 MB of stderr: no deadlock", async () => {
      const command = "head -c 3000000 /dev/zero | tr '\\0' e >&2; echo out";
      const { stdout, stderr } = await session.exec(command, { streams: "separate" });
      assert.equal(stdout, "out\n");
      assert.ok(stderr === "e".repeat(3_000_000), `${stderr.length} bytes`);
    });

    it("env, which it doesn't know: ChannelRequestDenied, and the command is not run", async () => {
      await fails(session.exec("touch ran", { env: { A: "1" } }), "ChannelRequestDenied", {
        request: "env",
        dispatched: "no",
      });
      assert.equal(existsSync(join(dropbear.home, "ran")), false);
    });

    it("pty", async () => {
      const { output } = await session.exec("stty size; echo $TERM", { pty: {} });
      assert.equal(output, "24 80\r\nxterm\r\n");
    });

    it("timeout: the output so far, the process gone, the session usable", async () => {
      await fails(session.exec("echo out; exec sleep 1000", { timeout: 1.5 }), "Timeout", {
        phase: "run",
        output: "out\n",
        dispatched: "yes",
        termination: { signals: ["TERM"], ended: true, exitCode: 143, exitSignal: "TERM" },
      });
      await nothingRuns();
      await works();
    });

    it("cancelled: a process that ignores TERM gets KILL, the session is usable", async () => {
      const command = "trap '' TERM; touch stubborn; exec sleep 1000";
      const params = { session: session.handle, command };
      await daemon.send({ id: "stubborn", method: "session.exec", params });
      await until(() => existsSync(join(dropbear.home, "stubborn")), "the command has begun");
      await daemon.notify("$/cancelRequest", { id: "stubborn" });
      await fails(daemon.reply("stubborn"), "Cancelled", { dispatched: "yes" });
      await nothingRuns();
      await works();
    });

    it("many at a time", async () => {
      // Dropbear 2022.82 to 2024.85 closes a channel, and may end the whole connection, when another
      // command exits between its opening and its request: https://github.com/mkj/dropbear/pull/326
      const numbers = Array.from({ length: 25 }, (_, n) => n);
      const results = await Promise.all(numbers.map((n) => session.output(`echo ${n}`)));
      assert.deepEqual(
        results,
        numbers.map((n) => `${n}\n`),
      );
    });
  });

  describe("scp", () => {
    for (const size of [0, 1, 4097, 3_000_001]) {
      it(`${size} bytes there and back, in memory and in files`, async () => {
        const bytes = pseudoRandomBytes(size);
        const options = { encoding: "base64" };
        assert.equal(await session.send(bytes.toString("base64"), `m-${size}`, options), true);
        assert.ok(dataOf(await session.recv(`m-${size}`)).equals(bytes));
        const dest = local();
        assert.deepEqual(await session.recv(`m-${size}`, { dest }), { bytes: size });
        assert.equal(await session.sendfile(dest, `f-${size}`), true);
        assert.ok(readFileSync(join(dropbear.home, `f-${size}`)).equals(bytes));
      });
    }

    for (const [what, name] of Object.entries(oddNames)) {
      it(`a path with ${what} is literal`, async () => {
        await session.send(what, name);
        assert.equal(readFileSync(join(dropbear.home, name), "utf8"), what);
        assert.equal((await session.recv(name)).data, what);
      });
    }

    it("fifty files, one after the other, and a command after each", async () => {
      writeFileSync(join(dropbear.home, "again"), "again");
      for (let n = 0; n < 50; n++) {
        assert.equal((await session.recv("again")).data, "again");
        assert.equal(await session.output(`echo ${n}`), `${n}\n`);
      }
    });

    it("what can't be received: ScpRemoteError, and the old file stays", async () => {
      for (const [source, message] of [
        ["nowhere", /No such file or directory/],
        [".", /not a regular file/],
        ["/dev/zero", /not a regular file/],
      ] as const) {
        const dest = local();
        writeFileSync(dest, "old");
        await fails(session.recv(source, { dest }), "ScpRemoteError", { remoteMessage: message });
        assert.equal(readFileSync(dest, "utf8"), "old");
      }
    });

    it("what can't be sent: ScpRemoteError", async () => {
      await fails(session.send("x", "nowhere/x"), "ScpRemoteError", {
        remoteMessage: /No such file or directory/,
      });
      await fails(session.send("x", "/dev/full"), "ScpRemoteError", {
        remoteMessage: /No space left on device/,
      });
    });

    it("to a folder: refused, or the file of the same name inside it", async () => {
      mkdirSync(join(dropbear.home, "folder"));
      await fails(session.send("in", "folder"), "ScpRemoteError", { code: "EISDIR" });
      await session.send("in", "folder", { mode: 0o600, intoDirectory: true });
      const path = join(dropbear.home, "folder", "folder");
      assert.equal(readFileSync(path, "utf8"), "in");
      assert.equal(statSync(path).mode & 0o7777, 0o600);
    });

    it("dropped midway: ConnectionLost, and the old file stays", async () => {
      const proxy = scope.add(await TcpProxy.start({ target: dropbear }));
      const through = await open(daemon, { ...dropbear, port: proxy.port });
      writeFileSync(join(dropbear.home, "ten"), pseudoRandomBytes(10_000_000));
      const dest = local();
      writeFileSync(dest, "old");
      proxy.stallAfter("down", 1_000_000);
      const receiving = fails(through.recv("ten", { dest }), "ConnectionLost");
      await until(() => readdirSync(dirname(dest)).length === 2, "the transfer has begun");
      proxy.reset();
      await receiving;
      assert.equal(readFileSync(dest, "utf8"), "old");
      assert.deepEqual(readdirSync(dirname(dest)), ["dest"]);
    });
  });

  it("disconnect, twice; exec after it: SessionClosed; after free: SessionNotFound", async () => {
    const other = await open(daemon, dropbear);
    const connection = dropbear.connections().at(-1);
    assert.equal(await other.disconnect({ reason: 2, description: "bye" }), true);
    await connection?.exited;
    assert.equal(await other.disconnect(), true);
    await fails(other.exec("true"), "SessionClosed", { dispatched: "no" });
    assert.equal(await other.free(), true);
    await fails(other.exec("true"), "SessionNotFound", { dispatched: "no" });
  });
});
