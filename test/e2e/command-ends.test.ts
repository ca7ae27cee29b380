import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import type { FaultConnection } from "../fixtures/fault-connection.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { startForeignServer } from "../fixtures/foreign-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { failureOf, login } from "./support/calls.ts";

/** What a server sends, in its order. */
type Step = "stdout" | "stderr" | "status" | "signal" | "eof" | "close";

const steps: Record<Step, (channel: FaultChannel) => void> = {
  stdout: (channel) => void channel.write("out"),
  stderr: (channel) => void channel.writeError("err"),
  status: (channel) => channel.exitStatus(5),
  signal: (channel) => channel.exitSignal("SEGV", "fault", true),
  eof: (channel) => channel.eof(),
  close: (channel) => channel.close(),
};

/** Each is how some server ends a command (RFC 4254 §5.3, §6.10). */
const orders: Step[][] = [
  // OpenSSH and Dropbear.
  ["stdout", "stderr", "status", "eof", "close"],
  // x/crypto/ssh with CloseWrite, and what is made with it.
  ["stdout", "stderr", "eof", "status", "close"],
  ["stdout", "stderr", "signal", "eof", "close"],
  ["stdout", "stderr", "eof", "signal", "close"],
  ["status", "stdout", "stderr", "eof", "close"],
  ["signal", "stdout", "stderr", "eof", "close"],
  ["stdout", "stderr", "status", "close"],
  ["stdout", "stderr", "signal", "close"],
  ["stdout", "stderr", "eof", "close"],
  ["stdout", "stderr", "close"],
  ["stdout", "stderr", "status", "eof"],
  ["stdout", "stderr", "eof", "status"],
  ["stdout", "stderr", "eof", "signal"],
];

/** Milliseconds between two steps. */
const delays = [0, 20, 50, 300];

describe("e2e: the end of a command", () => {
  const suite = useScope("suite");
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  async function exec(
    session: number,
    options: object = {},
  ): Promise<Pick<Json, "stdout" | "stderr" | "exitCode" | "exitSignal">> {
    const params = { session, command: "x", streams: "separate", timeout: 20, ...options };
    const { stdout, stderr, exitCode, exitSignal } = await daemon.request("session.exec", params);
    return { stdout, stderr, exitCode, exitSignal };
  }

  const expectedOf = (order: Step[]) => ({
    stdout: order.includes("stdout") ? "out" : "",
    stderr: order.includes("stderr") ? "err" : "",
    exitCode: order.includes("status") ? 5 : order.includes("signal") ? 128 + 11 : null,
    exitSignal: order.includes("signal") ? "SEGV" : null,
  });

  async function play(order: Step[], delay: number): Promise<void> {
    let done = Infinity;
    const server = suite.add(
      await startFaultServer({
        async run(channel) {
          for (const step of order) {
            if (delay > 0) await sleep(delay);
            steps[step](channel);
          }
          done = channel.connection.records.length;
        },
      }),
    );
    const session = await login(daemon, server);
    assert.deepEqual(await exec(session), expectedOf(order), `${delay} ms apart`);
    const { records } = await server.connection(0);
    const closed = records.findIndex(({ type }) => type === "close");
    assert.ok(closed === -1 || closed >= done, "our side didn't close before the server was done");
    await daemon.request("session.free", { session });
  }

  for (const order of orders) {
    it(`${order.join(", ")}, with any delay`, async () => {
      await Promise.all(delays.map((delay) => play(order, delay)));
    });
  }

  for (const [how, end] of [
    ["closes the connection", ({ socket }) => void socket.end()],
    ["disconnects", (connection) => connection.disconnect(11, "bye")],
    ["disconnects by an error", (connection) => connection.disconnect(2, "bye")],
  ] as const satisfies [string, (connection: FaultConnection) => void][]) {
    it(`a server that ${how} right behind it`, async () => {
      const order: Step[] = ["stdout", "stderr", "status", "eof", "close"];
      for (const told of [order, order.slice(0, -1)]) {
        const server = suite.add(
          await startFaultServer({
            run(channel) {
              const { connection } = channel;
              // All in one piece.
              connection.socket.cork();
              for (const step of told) steps[step](channel);
              end(connection);
              connection.socket.uncork();
            },
          }),
        );
        const session = await login(daemon, server);
        assert.deepEqual(await exec(session), expectedOf(told));
        await daemon.request("session.free", { session });
      }
    });

    it(`a server that ${how} before it has told that the output ends: ConnectionLost`, async () => {
      const server = suite.add(
        await startFaultServer({
          run(channel) {
            steps.status(channel);
            end(channel.connection);
          },
        }),
      );
      const session = await login(daemon, server);
      assert.equal((await failureOf(exec(session))).data.kind, "ConnectionLost");
    });
  }

  it("a server that says no more than that the output has ended, and waits: waited for long once", async function () {
    this.timeout(60_000);
    const server = suite.add(
      await startFaultServer({
        run(channel) {
          void channel.write("out");
          channel.eof();
        },
      }),
    );
    const expected = { ...expectedOf(["stdout", "eof"]), stderr: "" };
    const known = await login(daemon, server);
    assert.deepEqual(await exec(known), expected);
    // Of another connection nothing is known yet.
    const fresh = await login(daemon, server);
    const both = [exec(fresh).then(() => "fresh"), exec(known).then(() => "known")];
    assert.equal(await Promise.race(both), "known");
    await Promise.all(both);
  });

  /** By those that other libraries are made into: see their sources. */
  const foreign = {
    asyncssh: ["prompt", "late", "signal", "late-signal"],
    paramiko: ["prompt", "late"],
    "x/crypto": ["prompt", "late", "signal", "late-signal"],
  } as const;
  for (const [library, ends] of Object.entries(foreign)) {
    it(`as a server of ${library} tells it`, async function () {
      this.timeout(120_000);
      requires(this, "sshd", library as keyof typeof foreign);
      const server = suite.add(await startForeignServer(library as keyof typeof foreign));
      const session = await login(daemon, server);
      const calls = ends.flatMap((end) =>
        delays.map(async (delay) => {
          const expected = expectedOf([
            "stdout",
            "stderr",
            end.endsWith("signal") ? "signal" : "status",
          ]);
          assert.deepEqual(
            await exec(session, { command: `${end} ${delay}` }),
            expected,
            `${end} ${delay}`,
          );
        }),
      );
      await Promise.all(calls);
    });
  }

  const programs: Record<string, (seconds: number) => string> = {
    "at once": () => "printf out; printf err >&2; exit 5",
    "behind its output's end": (seconds) =>
      `printf out; printf err >&2; exec >&- 2>&-; sleep ${seconds}; exit 5`,
    "by a signal": (seconds) =>
      `printf out; printf err >&2; exec >&- 2>&-; sleep ${seconds}; kill -SEGV $$`,
  };
  for (const [name, start] of Object.entries({ sshd: startSshd, dropbear: startDropbear })) {
    it(`as ${name} tells it`, async function () {
      requires(this, "sshd", name as "sshd" | "dropbear");
      const server = suite.add(await start());
      const session = await login(daemon, server);
      for (const [how, command] of Object.entries(programs)) {
        const step = how === "by a signal" ? "signal" : "status";
        await Promise.all(
          delays.map(async (delay) => {
            const result = await exec(session, { command: command(delay / 1000) });
            assert.deepEqual(result, expectedOf(["stdout", "stderr", step]), `${how}, ${delay}`);
          }),
        );
      }
    });
  }
});
