import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { open, Session } from "./support/session.ts";

describe("eco.ssh: disconnect and free", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;
  let daemon: Daemon;

  before(async function () {
    requires(this, "sshd");
    sshd = suite.add(await startSshd({ unprivileged: true }));
    daemon = suite.add(startDaemon());
  });

  /** A session, and the server's side of it alone. */
  async function connection() {
    const session = await open(daemon, sshd);
    const mine = sshd.connections().at(-1) ?? assert.fail("there is no connection");
    return { session, mine };
  }

  const calls = {
    exec: (session: Session): Promise<Json> => session.exec("true"),
    scpRecv: (session: Session): Promise<Json> => session.recv("x"),
    "scpRecv into a file": (session: Session): Promise<Json> =>
      session.recv("x", { dest: join(scope.tempDir(), "dest") }),
    scpSend: (session: Session): Promise<Json> => session.send("x", "x"),
    scpSendfile: (session: Session): Promise<Json> => session.sendfile(process.execPath, "x"),
  };

  describe("disconnect", () => {
    it("by name: sshd logs the default reason and description", async () => {
      const { session, mine } = await connection();
      assert.equal(await session.disconnect(), true);
      await mine.exited;
      assert.match(mine.log(), /Received disconnect from \S+ port \d+:11: Normal Shutdown/);
    });

    it("by name: sshd logs the reason and the description that were given", async () => {
      const { session, mine } = await connection();
      const params = { reason: 10, description: "time for tea: 100 % over" };
      assert.equal(await session.disconnect(params), true);
      await mine.exited;
      assert.match(
        mine.log(),
        /Received disconnect from \S+ port \d+:10: time for tea: 100 % over/,
      );
    });

    it("by position", async () => {
      const { session, mine } = await connection();
      assert.equal(await daemon.request("session.disconnect", [session.handle, 2, "why"]), true);
      await mine.exited;
      assert.match(mine.log(), /Received disconnect from \S+ port \d+:2: why/);
    });

    it("by position, the reason left out", async () => {
      const { session, mine } = await connection();
      assert.equal(await daemon.request("session.disconnect", [session.handle, null, "why"]), true);
      await mine.exited;
      assert.match(mine.log(), /Received disconnect from \S+ port \d+:11: why/);
    });

    it("tells any reason from 0 to 2^32 - 1, and any text, exactly and once", async () => {
      for (const [reason, description] of [
        [0, ""],
        [0xffffffff, "grüße 🔑"],
        [11, "x".repeat(10_000)],
      ] as const) {
        const server = scope.add(await startFaultServer());
        const session = await open(daemon, server);
        await session.disconnect({ reason, description });
        const { closed, records } = await server.connection(0);
        await closed;
        const told = records.filter(({ type }) => type === "disconnect");
        assert.deepEqual(told, [{ type: "disconnect", reason, description }]);
      }
    });

    it("twice, and twice at once: true, and the server is told once", async () => {
      const server = scope.add(await startFaultServer());
      const session = await open(daemon, server);
      assert.deepEqual(await Promise.all([session.disconnect(), session.disconnect()]), [
        true,
        true,
      ]);
      assert.equal(await session.disconnect({ reason: 2 }), true);
      const { closed, records } = await server.connection(0);
      await closed;
      const told = records.filter(({ type }) => type === "disconnect");
      const expected = { type: "disconnect", reason: 11, description: "Normal Shutdown" };
      assert.deepEqual(told, [expected]);
    });

    it("after the connection was lost: true", async () => {
      const server = scope.add(
        await startFaultServer({ run: (channel) => channel.connection.destroy() }),
      );
      const session = await open(daemon, server);
      await fails(session.exec("x"), "ConnectionLost");
      assert.equal(await session.disconnect(), true);
      assert.equal(await session.free(), true);
    });

    it("when the server reads no more: true all the same", async () => {
      const proxy = scope.add(await TcpProxy.start({ target: sshd }));
      const session = await open(daemon, { ...sshd, port: proxy.port });
      proxy.stall();
      assert.equal(await session.disconnect(), true);
    });

    it("after free: SessionNotFound", async () => {
      const { session } = await connection();
      await session.free();
      await fails(session.disconnect(), "SessionNotFound", { dispatched: "no" });
    });

    it("a reason that is no 32-bit number, or NUL in the text: refused", async () => {
      const { session } = await connection();
      for (const reason of [-1, 2 ** 32, 1.5, "11"]) {
        await refusesParam(session.disconnect({ reason }), "reason");
      }
      for (const description of [1, "a\0b"]) {
        await refusesParam(session.disconnect({ description }), "description");
      }
      assert.equal(await session.output("echo still here"), "still here\n");
    });

    it("while a command runs: SessionClosed for it, and its process is gone", async () => {
      const { session } = await connection();
      const running = fails(
        session.exec("echo out; touch began; exec sleep 1000"),
        "SessionClosed",
        { dispatched: "yes", output: "out\n" },
      );
      await until(() => existsSync(join(sshd.home, "began")), "the command has begun");
      assert.equal(await session.disconnect(), true);
      await running;
      await until(() => sshd.commands().length === 0, "the command is gone");
    });

    it("while a command runs that ignores TERM: it gets KILL", async () => {
      const { session } = await connection();
      const running = fails(
        session.exec("trap '' TERM; touch stubborn; exec sleep 1000"),
        "SessionClosed",
      );
      await until(() => existsSync(join(sshd.home, "stubborn")), "the command has begun");
      await session.disconnect();
      await running;
      await until(() => sshd.commands().length === 0, "the command is gone");
    });

    it("while calls wait for a channel: SessionClosed for them, and none is begun", async () => {
      const { session } = await connection();
      // Those that heed TERM free their channels, while the other one holds up the end.
      const running = ["trap '' TERM; ", ...Array<string>(9).fill("")].map((trap, i) =>
        fails(session.exec(`${trap}touch runs-${i}; exec sleep 1000`), "SessionClosed"),
      );
      const begun = () => running.every((_, i) => existsSync(join(sshd.home, `runs-${i}`)));
      await until(begun, "ten commands have begun");
      const waiting = [
        ...Array.from({ length: 3 }, () => session.exec("touch late")),
        session.send("x", "late"),
      ].map((call) => fails(call, "SessionClosed", { dispatched: "no" }));
      await session.disconnect();
      await Promise.all([...running, ...waiting]);
      assert.equal(existsSync(join(sshd.home, "late")), false);
    });
  });

  describe("after disconnect", () => {
    for (const [method, call] of Object.entries(calls)) {
      it(`${method}: SessionClosed, and nothing was dispatched`, async () => {
        const { session } = await connection();
        await session.disconnect();
        await fails(call(session), "SessionClosed", { dispatched: "no" });
      });
    }

    it("the handle stays, and daemon.status says that it is closed, until it is freed", async () => {
      const { session } = await connection();
      const state = async (): Promise<unknown> => {
        const { sessions } = await daemon.request("daemon.status");
        return sessions.find((each: Json) => each.session === session.handle)?.state;
      };
      assert.equal(await state(), "open");
      await session.disconnect();
      assert.equal(await state(), "closed");
      await session.free();
      assert.equal(await state(), undefined);
    });
  });

  describe("free", () => {
    it("by name: the connection is closed, as by disconnect", async () => {
      const { session, mine } = await connection();
      assert.equal(await session.free(), true);
      await mine.exited;
      assert.match(mine.log(), /Received disconnect from \S+ port \d+:11: Normal Shutdown/);
    });

    it("by position", async () => {
      const { session, mine } = await connection();
      assert.equal(await daemon.request("session.free", [session.handle]), true);
      await mine.exited;
    });

    it("twice, twice at once, and of what never was: true", async () => {
      const { session } = await connection();
      assert.deepEqual(await Promise.all([session.free(), session.free()]), [true, true]);
      assert.equal(await session.free(), true);
      assert.equal(await new Session(daemon, 999_999).free(), true);
    });

    it("after disconnect: true", async () => {
      const { session } = await connection();
      await session.disconnect();
      assert.equal(await session.free(), true);
    });

    for (const [method, call] of Object.entries(calls)) {
      it(`${method} after it: SessionNotFound`, async () => {
        const { session } = await connection();
        await session.free();
        await fails(call(session), "SessionNotFound", { dispatched: "no" });
      });
    }

    it("while a command runs: SessionClosed for it, and its process is gone", async () => {
      const { session } = await connection();
      const running = fails(session.exec("touch freed; exec sleep 1000"), "SessionClosed", {
        dispatched: "yes",
      });
      await until(() => existsSync(join(sshd.home, "freed")), "the command has begun");
      assert.equal(await session.free(), true);
      await running;
      await until(() => sshd.commands().length === 0, "the command is gone");
    });

    it("of one session leaves the others alone", async () => {
      const { session } = await connection();
      const { session: other } = await connection();
      await session.free();
      assert.equal(await other.output("echo on"), "on\n");
    });
  });

  describe("a handle", () => {
    it("that never was: SessionNotFound", async () => {
      const nobody = new Session(daemon, 999_999);
      for (const call of Object.values(calls)) {
        await fails(call(nobody), "SessionNotFound", { dispatched: "no" });
      }
      await fails(nobody.disconnect(), "SessionNotFound", { dispatched: "no" });
    });

    it("that is no positive integer, or missing: refused", async () => {
      const methods = ["exec", "scpRecv", "scpSend", "scpSendfile", "disconnect", "free"];
      const others = { command: "true", source: "x", data: "x", dest: "x" };
      const needed: Record<string, (keyof typeof others)[]> = {
        exec: ["command"],
        scpRecv: ["source"],
        scpSend: ["data", "dest"],
        scpSendfile: ["source", "dest"],
      };
      for (const method of methods) {
        const rest = Object.fromEntries((needed[method] ?? []).map((name) => [name, others[name]]));
        for (const session of [0, -1, 1.5, "1", null, undefined]) {
          const params = { session, ...rest };
          await refusesParam(daemon.request(`session.${method}`, params), "session");
        }
      }
    });

    it("is never used again", async () => {
      const { session: first } = await connection();
      await first.free();
      const { session: second } = await connection();
      assert.ok(second.handle > first.handle);
    });
  });

  it("the daemon's end is each session's: the servers are told, the commands are gone", async () => {
    const own = startDaemon();
    const session = await open(own, sshd);
    const mine = sshd.connections().at(-1) ?? assert.fail("there is no connection");
    const running = session.exec("touch last; exec sleep 1000").catch((error: unknown) => error);
    await until(() => existsSync(join(sshd.home, "last")), "the command has begun");
    await own.close();
    await running;
    await mine.exited;
    assert.match(mine.log(), /Received disconnect from \S+ port \d+:11: Normal Shutdown/);
    await until(() => sshd.commands().length === 0, "the command is gone");
  });
});
