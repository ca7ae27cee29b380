import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { loginParams, rejects } from "./support/calls.ts";
import { fails } from "./support/fails.ts";
import { startRawServer } from "./support/raw-server.ts";
import type { Target } from "./support/calls.ts";

/** As many logins are at it at once. */
const most = 8;

describe("logins at one server", () => {
  const scope = useScope();

  const logIn = (daemon: Daemon, target: Target, params: object = {}): Promise<Json> =>
    daemon.request("ssh.new", { ...loginParams(target), ...params });
  const connecting = async (daemon: Daemon): Promise<Json[]> =>
    (await daemon.request("daemon.status")).connecting;

  describe("with sshd, which turns away what is too much (MaxStartups)", () => {
    before(function () {
      requires(this, "sshd", "proc");
    });

    it("two hundred at once", async () => {
      const sshd = scope.add(await startSshd({ standalone: true }));
      const daemon = scope.add(startDaemon());
      const { host, port, username, privateKeyPath } = sshd;
      const params = { host, port, username, identityFiles: [privateKeyPath], timeout: 300 };
      const all = Array.from({ length: 200 }, () => daemon.request("ssh.new", params));
      const sessions = (await Promise.all(all)).map(({ session }) => session);
      assert.equal(new Set(sessions).size, 200);
      const status = await daemon.request("daemon.status");
      assert.deepEqual(status.connecting, []);
      assert.equal(status.sessions.length, 200);
    }).timeout(300_000);

    it("keep to less where it takes less", async () => {
      const config = ["MaxStartups 2:100:2"];
      const sshd = scope.add(await startSshd({ standalone: true, config }));
      const daemon = scope.add(startDaemon());
      await Promise.all(Array.from({ length: 20 }, () => logIn(daemon, sshd, { timeout: 100 })));
      assert.match(sshd.log(), /MaxStartups throttling/);
    }).timeout(100_000);
  });

  it("a time-out says that the server has turned the login away all the while", async () => {
    const server = await startRawServer(scope, (socket) => {
      socket.end("Exceeded MaxStartups\r\n");
    });
    const daemon = scope.add(startDaemon());
    const { host, port } = server;
    const params = { host, port, username: "alice", password: "x", timeout: 1 };
    const { message } = await fails(daemon.request("ssh.new", params), "Timeout");
    assert.match(
      message,
      /^timed out after 1 s.*: the server turned the login away .*Exceeded MaxStartups/,
    );
  });

  describe("queue", () => {
    /** A server where every login waits until it is let in: the first, or all of now and later. */
    async function held() {
      const waiting: (() => void)[] = [];
      let open = false;
      const server = scope.add(
        await startFaultServer({
          authenticate: (request) => {
            if (open) request.accept();
            else waiting.push(() => request.accept());
          },
        }),
      );
      const letIn = () => {
        open = true;
        for (const accept of waiting.splice(0)) accept();
      };
      return { server, letIn, letInOne: () => waiting.shift()?.() };
    }
    const line = ({ host, port }: FaultServer, active: number, queued: number) => ({
      host,
      port,
      active,
      queued,
    });

    it("behind eight, in their order; and daemon.status shows it", async () => {
      const { server, letIn, letInOne } = await held();
      const daemon = scope.add(startDaemon());
      const names = Array.from({ length: most + 4 }, (_, n) => `user-${n}`);
      const all = names.map((username) => logIn(daemon, { ...server, username }));
      const cameAs = async (n: number) => {
        const { records } = await server.connection(n);
        await until(() => records.some(({ type }) => type === "auth"), `${n} authenticates`);
        return records.flatMap((each) => (each.type === "auth" ? [each.username] : []));
      };
      for (let n = 0; n < most; n++) await cameAs(n);
      assert.deepEqual(await connecting(daemon), [line(server, most, 4)]);
      for (let n = most; n < names.length; n++) {
        assert.equal(server.connections.length, n);
        letInOne();
        assert.deepEqual(await cameAs(n), [names[n]]);
      }
      letIn();
      await Promise.all(all);
      assert.deepEqual(await connecting(daemon), []);
    });

    it("until their deadline, or until they are cancelled", async () => {
      const { server, letIn } = await held();
      const daemon = scope.add(startDaemon());
      const first = Array.from({ length: most }, () => logIn(daemon, server));
      await until(() => server.connections.length === most, "eight have come");
      const expected = { phase: "queue", dispatched: "no" };
      const late = logIn(daemon, server, { timeout: 0.2 });
      await daemon.send({ id: "gone", method: "ssh.new", params: loginParams(server) });
      const patient = logIn(daemon, server);
      assert.deepEqual(await connecting(daemon), [line(server, most, 3)]);
      await daemon.notify("$/cancelRequest", { id: "gone" });
      await rejects(daemon.reply("gone"), "Cancelled", expected);
      await rejects(late, "Timeout", expected);
      assert.deepEqual(await connecting(daemon), [line(server, most, 1)]);
      letIn();
      await Promise.all([...first, patient]);
      assert.equal(server.connections.length, most + 1);
    });

    it("at their own server only", async () => {
      const { server: stalled, letIn } = await held();
      const other = scope.add(await startFaultServer());
      const daemon = scope.add(startDaemon());
      const stuck = Array.from({ length: most + 1 }, () => logIn(daemon, stalled));
      await until(() => stalled.connections.length === most, "eight have come");
      await Promise.all(Array.from({ length: 20 }, () => logIn(daemon, other)));
      assert.deepEqual(await connecting(daemon), [line(stalled, most, 1)]);
      letIn();
      await Promise.all(stuck);
    });

    it("not behind those that wait for a person", async () => {
      const { server, letIn } = await held();
      const daemon = scope.add(startDaemon());
      await daemon.request("initialize", { capabilities: { prompt: true } });
      letIn();
      const asked: (() => void)[] = [];
      daemon.onRequest = () =>
        new Promise((resolve) => asked.push(() => resolve({ accept: true })));
      const hesitant = Array.from({ length: most }, () =>
        logIn(daemon, server, { hostKeyPolicy: "ask", timeout: 100 }),
      );
      await until(() => asked.length === most, "eight questions");
      await logIn(daemon, server, { hostKeyPolicy: "off" });
      for (const answer of asked) answer();
      await Promise.all(hesitant);
    });
  });
});
