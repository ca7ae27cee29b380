import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServer } from "../fixtures/fault-server.ts";
import type { FaultConnection } from "../fixtures/fault-connection.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { boolean, byte, string, uint32 } from "../fixtures/wire.ts";
import { login, loginParams, rejects, statusOf } from "./support/calls.ts";

const SSH_MSG_CHANNEL_DATA = 94;
const SSH_MSG_CHANNEL_EOF = 96;
const SSH_MSG_CHANNEL_CLOSE = 97;
const SSH_MSG_CHANNEL_REQUEST = 98;
const SSH_MSG_CHANNEL_FAILURE = 100;

describe("e2e: servers that bear little", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  const exec = (session: number, command = "x", options: object = {}): Promise<Json> =>
    daemon.request("session.exec", { session, command, ...options });

  describe("a command longer than they take", () => {
    it("is refused before it is sent, and the session lives: Dropbear", async function () {
      requires(this, "dropbear");
      const server = scope.add(await startDropbear());
      const session = await login(daemon, server);
      const longest = 9000;
      const command = (size: number) => "exit 3 #".padEnd(size, "x");
      const denied = { request: "exec", dispatched: "no" };
      for (const size of [longest + 1, 12_000, 200_000]) {
        const error = await rejects(exec(session, command(size)), "ChannelRequestDenied", denied);
        assert.match(error.message, /up to 9000 bytes; this one has \d+$/);
      }
      assert.equal((await exec(session, command(longest))).exitCode, 3);
      assert.equal((await statusOf(daemon, session)).state, "open");
    });
  });

  describe("a request that they don't answer", () => {
    /** The client's first channel is its number 0. */
    const channel = uint32(0);

    async function silent(): Promise<{ session: number; connection: FaultConnection }> {
      const server = scope.add(await startFaultServer({ exec: () => "silent" }));
      const session = await login(daemon, server);
      return { session, connection: await server.connection(0) };
    }
    const requested = (connection: FaultConnection) =>
      connection.recorded((each) => each.type === "request" && each.request === "exec");
    const say = (connection: FaultConnection, text: string) =>
      connection.send(byte(SSH_MSG_CHANNEL_DATA), channel, string(text));
    const exit = (connection: FaultConnection, status: number) =>
      connection.send(
        byte(SSH_MSG_CHANNEL_REQUEST),
        channel,
        string("exit-status"),
        boolean(false),
        uint32(status),
      );
    const end = (connection: FaultConnection) => {
      connection.send(byte(SSH_MSG_CHANNEL_EOF), channel);
      connection.send(byte(SSH_MSG_CHANNEL_CLOSE), channel);
    };

    it("is a command all the same that has output and a status", async () => {
      const { session, connection } = await silent();
      const call = exec(session);
      await requested(connection);
      say(connection, "out");
      exit(connection, 3);
      end(connection);
      const { output, exitCode } = await call;
      assert.deepEqual([output, exitCode], ["out", 3]);
    });

    it("is one that has a status alone", async () => {
      const { session, connection } = await silent();
      const call = exec(session);
      await requested(connection);
      exit(connection, 0);
      end(connection);
      assert.equal((await call).exitCode, 0);
    });

    it("is one that can be written to once it has said something", async () => {
      const { session, connection } = await silent();
      const call = exec(session, "x", { token: "unanswered", openStdin: true });
      await requested(connection);
      say(connection, "login: ");
      const written = { token: "unanswered", data: "me" };
      assert.equal(await daemon.request("session.write", written), true);
      exit(connection, 0);
      end(connection);
      assert.equal((await call).output, "login: ");
    });

    it("is one whose end comes only when it is cancelled", async () => {
      const { session, connection } = await silent();
      connection.watch((each) => {
        if (each.type !== "request" || each.request !== "signal") return;
        exit(connection, 143);
        end(connection);
      });
      await daemon.send({ id: "cancelled", method: "session.exec", params: [session, "x"] });
      await requested(connection);
      await daemon.notify("$/cancelRequest", { id: "cancelled" });
      const { data } = await rejects(daemon.reply("cancelled"), "Cancelled");
      assert.deepEqual([data.dispatched, data.exitCode], ["yes", 143]);
    });

    it("is none that is refused behind its output", async () => {
      const { session, connection } = await silent();
      const call = exec(session);
      await requested(connection);
      say(connection, "no such command");
      connection.send(byte(SSH_MSG_CHANNEL_FAILURE), channel);
      await rejects(call, "ChannelRequestDenied", {
        request: "exec",
        dispatched: "no",
        output: "no such command",
      });
    });
  });

  describe("one channel at a time", () => {
    /** Goes down where a second channel is opened beside one. */
    async function single(): Promise<FaultServer> {
      const opened = new Map<FaultConnection, number>();
      let latest: FaultConnection | undefined;
      return scope.add(
        await startFaultServer({
          onConnection: (connection) => {
            latest = connection;
            connection.watch(({ type }) => {
              if (type !== "open") return;
              const closed = connection.records.filter((each) => each.type === "close").length;
              const count = (opened.get(connection) ?? 0) + 1;
              opened.set(connection, count);
              if (count - closed > 1) connection.destroy();
            });
          },
          run: async (channel) => {
            assert.ok(latest);
            await channel.write(channel.command);
            channel.end();
          },
        }),
      );
    }

    it("by maxChannels: the calls wait for each other", async () => {
      const server = await single();
      const params = { ...loginParams(server), maxChannels: 1 };
      const { session } = await daemon.request("ssh.new", params);
      for (const command of ["one", "two", "three"]) {
        assert.equal((await exec(session, command)).output, command);
      }
      const together = ["four", "five", "six"];
      const outputs = await Promise.all(together.map((command) => exec(session, command)));
      assert.deepEqual(
        outputs.map(({ output }) => output),
        together,
      );
      assert.equal((await statusOf(daemon, session)).ahead, 0);
    });

    it("is learned where a channel that was opened ahead was the end of it", async () => {
      const server = await single();
      const first = await login(daemon, server);
      const isLost = async () => (await statusOf(daemon, first)).state === "closed";
      for (let n = 0; n < 10 && !(await isLost()); n++) await exec(first).catch(() => {});
      assert.ok(await isLost(), "a channel ahead was too much");
      const second = await login(daemon, server);
      for (let n = 0; n < 5; n++) assert.equal((await exec(second, String(n))).output, String(n));
    });

    it("doesn't bound what the server takes where more are allowed", async () => {
      const server = scope.add(await startFaultServer({ run: () => {} }));
      const params = { ...loginParams(server), maxChannels: 3 };
      const { session } = await daemon.request("ssh.new", params);
      const calls = Array.from({ length: 5 }, () => exec(session).catch(() => {}));
      const connection = await server.connection(0);
      const requests = () =>
        connection.records.filter((each) => each.type === "request" && each.request === "exec");
      while (requests().length < 3) await statusOf(daemon, session);
      const { queued, channels } = await statusOf(daemon, session);
      assert.deepEqual({ queued, channels }, { queued: 2, channels: 3 });
      await daemon.request("session.free", { session });
      await Promise.all(calls);
    });
  });
});
