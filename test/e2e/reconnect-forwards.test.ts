import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { statusOf } from "./support/calls.ts";
import { fails } from "./support/fails.ts";
import { openLasting, told, toldOf } from "./support/reconnecting.ts";
import { Session } from "./support/session.ts";

describe("forwards, and sessions over it, of a session that reconnects", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;
  let echoPort: number;

  before(async () => {
    daemon = suite.add(startDaemon());
    const echo = net.createServer((socket) => socket.on("error", () => {}).pipe(socket));
    echo.listen({ host: "127.0.0.1", port: 0 });
    await once(echo, "listening");
    suite.defer(() => echo.close());
    echoPort = (echo.address() as net.AddressInfo).port;
  });

  /** Says something there, and gives what is answered; undefined where the connection is reset. */
  async function say(text: string, port: number): Promise<string | undefined> {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.setEncoding("utf8").on("error", () => {});
    socket.write(text);
    let heard = "";
    socket.on("data", (chunk: string) => {
      heard += chunk;
      if (heard.length >= text.length) socket.end();
    });
    await new Promise((resolve) => socket.once("close", resolve));
    return heard === "" ? undefined : heard;
  }

  /** The same through SOCKS 5. */
  async function sayBySocks(text: string, port: number): Promise<string> {
    const socket = net.connect({ host: "127.0.0.1", port });
    const read = async () => ((await once(socket, "data")) as [Buffer])[0];
    socket.write(Buffer.from([5, 1, 0]));
    assert.deepEqual(await read(), Buffer.from([5, 0]));
    const target = Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, echoPort >> 8, echoPort & 255]);
    socket.write(target);
    assert.equal((await read())[1], 0);
    socket.write(text);
    const heard = (await read()).toString();
    socket.destroy();
    return heard;
  }

  const forwards = async (): Promise<Json[]> => (await daemon.request("daemon.status")).forwards;
  const closedForward = async (forward: number) =>
    (
      await daemon.waitFor(
        (each) => each.method === "forward/closed" && each.params.forward === forward,
      )
    ).params;

  for (const [name, starter] of Object.entries({ sshd: startSshd, dropbear: startDropbear })) {
    it(`each kind goes on, over ${name}`, async function () {
      requires(this, name as "sshd");
      const server = scope.add(await starter());
      const { session, handle } = await openLasting(daemon, server);
      const to = { host: "127.0.0.1", port: echoPort };
      const local = await daemon.request("forward.local", [handle, {}, to]);
      const remote = await daemon.request("forward.remote", [handle, {}, to]);
      const dynamic = await daemon.request("forward.dynamic", [handle, {}]);
      const all = async () => {
        assert.equal(await say("local", local.port), "local");
        assert.equal(await say("remote", remote.port), "remote");
        assert.equal(await sayBySocks("dynamic", dynamic.port), "dynamic");
      };
      await all();
      const socket = net.connect({ host: "127.0.0.1", port: local.port });
      socket.write("x");
      await once(socket, "data");
      server.kill();
      const [error] = await once(socket, "error");
      assert.equal(error.code, "ECONNRESET");
      await told(daemon, "restored", handle);
      await all();
      const listed = await forwards();
      assert.deepEqual(
        listed.map(({ bind }) => bind.port),
        [local.port, remote.port, dynamic.port],
      );
      for (const { forward } of listed) {
        assert.equal(await daemon.request("forward.close", { forward }), true);
      }
      assert.equal(await say("x", remote.port), undefined);
      await session.free();
    });
  }

  it("what connects meanwhile waits, by each kind that listens here", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle } = await openLasting(daemon, server);
    const local = await daemon.request("forward.local", [handle, {}, { port: echoPort }]);
    const dynamic = await daemon.request("forward.dynamic", [handle, {}]);
    await server.close();
    await told(daemon, "lost", handle);
    const later = await daemon.request("forward.local", [handle, {}, { port: echoPort }]);
    const heard = [
      say("one", local.port),
      sayBySocks("two", dynamic.port),
      say("three", later.port),
    ];
    await until(async () => (await statusOf(daemon, handle)).queued === 3, "they wait");
    scope.add(await startSshd({ port: server.port }));
    assert.deepEqual(await Promise.all(heard), ["one", "two", "three"]);
    await session.free();
  });

  it("what the server refuses by then is closed, and told", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle } = await openLasting(daemon, server);
    const remote = await daemon.request("forward.remote", [handle, {}, { port: echoPort }]);
    await server.close();
    scope.add(await startSshd({ port: server.port, config: ["AllowTcpForwarding local"] }));
    const { reason, message } = await closedForward(remote.forward);
    assert.equal(reason, "refused");
    assert.match(message, /the server doesn't listen at 127.0.0.1 port \d+/);
    await told(daemon, "restored", handle);
    assert.deepEqual(await forwards(), []);
    await session.free();
  });

  it("one that is closed while the session is lost isn't restored", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle } = await openLasting(daemon, server);
    const remote = await daemon.request("forward.remote", [handle, {}, { port: echoPort }]);
    await server.close();
    await told(daemon, "lost", handle);
    await daemon.request("forward.close", { forward: remote.forward });
    scope.add(await startSshd({ port: server.port }));
    await told(daemon, "restored", handle);
    assert.equal(await say("x", remote.port), undefined);
    await session.free();
  });

  it("a session that has ended for good takes them with it", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle } = await openLasting(daemon, server);
    const local = await daemon.request("forward.local", [handle, {}, { port: echoPort }]);
    await server.close();
    await told(daemon, "lost", handle);
    const heard = say("x", local.port);
    await until(async () => (await statusOf(daemon, handle)).queued === 1, "it waits");
    await session.disconnect();
    assert.equal((await closedForward(local.forward)).reason, "session");
    assert.equal(await heard, undefined);
    await session.free();
  });

  describe("over it", () => {
    async function hops(params: object) {
      const gate = await startSshd();
      const server = scope.add(await startSshd());
      const carrier = await openLasting(daemon, gate);
      const over = await openLasting(daemon, server, { via: carrier.handle, ...params });
      return { gate, server, carrier, over };
    }

    it("those with reconnect come after it", async function () {
      requires(this, "sshd");
      const { gate, carrier, over } = await hops({});
      await gate.close();
      await told(daemon, "lost", over.handle);
      const waiting = over.session.output("echo through");
      scope.add(await startSshd({ port: gate.port }));
      assert.equal(await waiting, "through\n");
      await told(daemon, "restored", over.handle);
      const order = daemon.messages.filter(({ method }) => method === "session/restored");
      assert.deepEqual(
        order.slice(-2).map(({ params }) => params.session),
        [carrier.handle, over.handle],
      );
      await carrier.session.free();
      await fails(over.session.exec("true"), "SessionNotFound");
    });

    it("its own loss is its own", async function () {
      requires(this, "sshd");
      const { gate, server, carrier, over } = await hops({});
      scope.add(gate);
      server.kill();
      await told(daemon, "restored", over.handle);
      assert.equal(await over.session.output("echo through"), "through\n");
      assert.deepEqual(toldOf(daemon, carrier.handle), []);
      await carrier.session.free();
    });

    it("those without are closed", async function () {
      requires(this, "sshd");
      const { gate, carrier, over } = await hops({ reconnect: false });
      scope.add(gate);
      gate.kill();
      assert.equal((await told(daemon, "closed", over.handle)).reason.kind, "ConnectionLost");
      await told(daemon, "restored", carrier.handle);
      await fails(over.session.exec("true"), "SessionClosed");
      await carrier.session.free();
    });

    it("a login through it waits for it", async function () {
      requires(this, "sshd");
      const gate = await startSshd();
      const server = scope.add(await startSshd());
      const carrier = await openLasting(daemon, gate);
      await gate.close();
      await told(daemon, "lost", carrier.handle);
      const opening = openLasting(daemon, server, { via: carrier.handle });
      scope.add(await startSshd({ port: gate.port }));
      assert.equal(await (await opening).session.output("echo through"), "through\n");
      await carrier.session.free();
    });

    it("its end for good is theirs", async function () {
      requires(this, "sshd");
      const { gate, carrier, over } = await hops({});
      await gate.close();
      await told(daemon, "lost", carrier.handle);
      await told(daemon, "lost", over.handle);
      const waiting = over.session.exec("true");
      await carrier.session.free();
      await fails(waiting, "SessionClosed", { dispatched: "no" });
      await fails(new Session(daemon, over.handle).exec("true"), "SessionNotFound");
    });
  });
});
