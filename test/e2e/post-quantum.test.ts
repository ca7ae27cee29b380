import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServerOptions } from "../fixtures/fault-server.ts";
import { hybridAlgorithms, speakHybrid } from "../fixtures/hybrid-server.ts";
import { projectRoot } from "../fixtures/project.ts";
import { useScope } from "../fixtures/scope.ts";
import { exchangeKeys } from "../fixtures/ssh2-internals.ts";
import { fails } from "./support/fails.ts";
import { address, open, Session } from "./support/session.ts";

const hybrid = "mlkem768x25519-sha256";
const size = 4 * 1024 * 1024;

describe("post-quantum key exchange", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  /** One that takes nothing else; a command prints 4 MiB. */
  async function server(
    change?: (reply: Buffer, exchange: number) => Buffer,
    onConnection: FaultServerOptions["onConnection"] = () => {},
  ) {
    return scope.add(
      await startFaultServer({
        algorithms: hybridAlgorithms(),
        onConnection(connection) {
          speakHybrid(connection.client, change);
          onConnection(connection);
        },
        async run(channel) {
          await channel.write(Buffer.alloc(size, "x"));
          channel.end(0);
        },
      }),
    );
  }

  const withoutBinding = join(projectRoot, "dist/test/fixtures/without-binding.js");
  for (const [title, env] of [
    ["with ssh2's native part", {}],
    ["without it", { NODE_OPTIONS: `--import=${withoutBinding}` }],
  ] as const) {
    it(`a server that takes nothing else, ${title}`, async () => {
      const other = scope.add(startDaemon({ env }));
      const to = await server();
      const result = await other.request("ssh.new", address(to));
      assert.deepEqual([result.kex, result.postQuantum], [hybrid, true]);
      assert.deepEqual([result.cipher, result.mac], ["aes128-gcm@openssh.com", "<implicit>"]);
      const { output } = await new Session(other, result.session).exec("print");
      assert.equal(output.length, size);
    });
  }

  it("keys anew in the midst of a command's output, begun by the server", async () => {
    let exchanges = 0;
    const to = await server((reply, exchange) => {
      exchanges = exchange + 1;
      return reply;
    });
    const session = await open(daemon, to);
    const [connection] = to.connections;
    assert.ok(connection);
    const running = session.exec("print");
    exchangeKeys(connection.client);
    assert.equal((await running).output.length, size);
    exchangeKeys(connection.client);
    assert.equal((await session.exec("print")).output.length, size);
    assert.ok(exchanges >= 2, `${exchanges}`);
  });

  it("and by the daemon, at RekeyLimit", async () => {
    let exchanges = 0;
    const to = await server((reply, exchange) => {
      exchanges = exchange + 1;
      return reply;
    });
    const config = join(scope.tempDir(), "config");
    writeFileSync(config, "RekeyLimit 1M\n");
    const { session } = await daemon.request("ssh.new", { ...address(to), config });
    assert.equal((await new Session(daemon, session).exec("print")).output.length, size);
    assert.ok(exchanges >= 2, `${exchanges}`);
  });

  const wrong: [string, (reply: Buffer) => Buffer][] = [
    ["empty", () => Buffer.alloc(0)],
    ["short", (reply) => reply.subarray(0, -1)],
    ["long", (reply) => Buffer.concat([reply, Buffer.alloc(1)])],
    ["of zeros", (reply) => Buffer.alloc(reply.length)],
    [
      "of a true key and zeros",
      (reply) => Buffer.concat([Buffer.alloc(1088), reply.subarray(-32)]),
    ],
    ["swapped", (reply) => Buffer.concat([reply.subarray(1088), reply.subarray(0, 1088)])],
  ];
  for (const [what, change] of wrong) {
    it(`a reply that is ${what} ends the login, and nothing else`, async () => {
      const other = await open(daemon, await server());
      await fails(daemon.request("ssh.new", address(await server(change))), "HandshakeFailed", {
        stage: "kex",
      });
      assert.equal((await other.exec("print")).exitCode, 0);
    });
  }

  it("a wrong reply as keys are exchanged anew ends that session, and nothing else", async () => {
    const other = await open(daemon, await server());
    const to = await server((reply, exchange) => (exchange === 0 ? reply : Buffer.alloc(5)));
    const session = await open(daemon, to);
    const closed = daemon.waitFor(
      ({ method, params }) =>
        method === "session/closed" && (params as { session: number }).session === session.handle,
    );
    const [connection] = to.connections;
    assert.ok(connection);
    exchangeKeys(connection.client);
    await closed;
    assert.equal((await other.exec("print")).exitCode, 0);
  });

  it("is warned about where it isn't one, on request", async () => {
    const to = scope.add(await startFaultServer());
    const silent = await daemon.request("ssh.new", address(to));
    assert.deepEqual([silent.postQuantum, silent.warnings], [false, undefined]);
    assert.equal(silent.kex, "curve25519-sha256");
    const told = await daemon.request("ssh.new", { ...address(to), warnWeakCrypto: true });
    assert.match(told.warnings[0], /not using a post-quantum key exchange algorithm/);
    const safe = { ...address(await server()), warnWeakCrypto: true };
    assert.equal((await daemon.request("ssh.new", safe)).warnings, undefined);
  });

  it("is warned about as the configuration says", async () => {
    const to = scope.add(await startFaultServer());
    const config = join(scope.tempDir(), "config");
    const login = () => daemon.request("ssh.new", { ...address(to), config });
    writeFileSync(config, "IgnoreUnknown WarnWeakCrypto\nWarnWeakCrypto yes\n");
    assert.equal((await login()).warnings.length, 1);
    writeFileSync(config, "IgnoreUnknown WarnWeakCrypto\nWarnWeakCrypto no\n");
    assert.equal((await login()).warnings, undefined);
  });
});
