import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { useSshrpc } from "./sshrpc.mjs";

const fixture =
  process.env.SSHRPC_TEST_SSHD ??
  new URL("../../dist/test/fixtures/serve-sshd.js", import.meta.url).pathname;

describe("the mocha example", function () {
  this.timeout(30_000);
  let server;
  let address;
  let daemonPid;

  before(async function () {
    server = spawn(process.execPath, [fixture], { stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of createInterface({ input: server.stdout })) {
      const { host, port, username, password, skip } = JSON.parse(line);
      address = { host, port, username, password };
      if (skip) this.skip();
      break;
    }
  });

  after(async () => {
    server.stdin.end();
    if (server.exitCode === null) await new Promise((resolve) => server.once("exit", resolve));
    // Hooks run from the inside out: the daemon's suite is over.
    assert.throws(() => process.kill(daemonPid, 0), { code: "ESRCH" });
  });

  describe("a suite with the daemon", () => {
    const ssh = useSshrpc();

    it("runs a command", async () => {
      daemonPid = ssh.pid;
      const session = await ssh.connect(address);
      const result = await ssh.request("session.exec", { session, command: "echo hello; exit 3" });
      assert.deepEqual(result, {
        output: "hello\n",
        encoding: "utf8",
        exitCode: 3,
        exitSignal: null,
      });
    });

    it("begins without the sessions of the test before", async () => {
      assert.deepEqual((await ssh.request("daemon.status")).sessions, []);
      assert.equal(await ssh.connect(address), 2);
    });

    it("gives errors as the protocol has them", async () => {
      const session = await ssh.connect(address);
      const params = { session, command: "sleep 60", timeout: 0.2 };
      await assert.rejects(ssh.request("session.exec", params), ({ code, data }) => {
        return code === 5001 && data.kind === "Timeout" && data.phase === "run";
      });
    });
  });
});
