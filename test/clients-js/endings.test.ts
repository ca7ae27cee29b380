import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { isRunning, track } from "../fixtures/processes.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { Lab } from "./lab.ts";

const client = join(projectRoot, "dist/clients/js/index.js");

/** How a program ends, and what its exit code, or the signal, is then. */
interface Ending {
  readonly text: string;
  readonly exit: number | NodeJS.Signals;
  /** Beside `connect`, `options` and `pids`, which tells of a daemon. */
  readonly before?: string;
  /** How many daemons it has. */
  readonly daemons?: number;
}

const inUse =
  "const session = await connect(options); tell(session); session.run('sleep 50').catch(() => {});";
const idle = "const session = await connect(options); tell(session);";

/** A program in a thread, or a process, of its own. */
const self = "import.meta.filename";

const endings: Record<string, Ending> = {
  "the end of the program, with a session open": { text: idle, exit: 0 },
  "the end of the program, with the session closed": {
    text: `${idle} await session.close();`,
    exit: 0,
  },
  "the end of the program, with a command's streams unread": {
    text: `${idle} session.spawn('sleep 0.1; echo x');`,
    exit: 0,
  },
  "an exception": { text: `${inUse} throw new Error("on purpose");`, exit: 1 },
  "an exception in a callback": {
    text: `${inUse} setImmediate(() => { throw new Error("on purpose"); });`,
    exit: 1,
  },
  "a rejection that nobody handles": {
    text: `${inUse} await session.run('exit 1');`,
    exit: 1,
  },
  "process.exit": { text: `${inUse} process.exit(5);`, exit: 5 },
  "process.exit while it connects": {
    text: "connect(options).catch(() => {}); setTimeout(() => process.exit(6), 50);",
    exit: 6,
    daemons: 0,
  },
  "process.abort": { text: `${inUse} process.abort();`, exit: "SIGABRT" },
  SIGTERM: { text: `${inUse} process.kill(process.pid, "SIGTERM");`, exit: "SIGTERM" },
  SIGINT: { text: `${inUse} process.kill(process.pid, "SIGINT");`, exit: "SIGINT" },
  SIGHUP: { text: `${inUse} process.kill(process.pid, "SIGHUP");`, exit: "SIGHUP" },
  SIGKILL: { text: `${inUse} process.kill(process.pid, "SIGKILL");`, exit: "SIGKILL" },
  "a worker thread that returns": {
    before: `import { Worker, isMainThread } from "node:worker_threads";`,
    text: `if (isMainThread) { new Worker(${self}); } else { ${idle} }`,
    exit: 0,
  },
  "a worker thread that is terminated, in a program that goes on": {
    before: `import { existsSync, readFileSync } from "node:fs";
      import { Worker, isMainThread, parentPort } from "node:worker_threads";`,
    text: `if (isMainThread) {
      const worker = new Worker(${self});
      worker.once("message", async (pid) => {
        await worker.terminate();
        // Nobody takes note of its end any more: it may remain a zombie until we end.
        const isLive = () => existsSync("/proc/" + pid)
          && !/\\) [ZX] /.test(readFileSync("/proc/" + pid + "/stat", "latin1"));
        while (isLive()) await new Promise((resolve) => setTimeout(resolve, 10));
      });
    } else { ${inUse} parentPort.postMessage(session.daemon.pid); }`,
    exit: 0,
  },
  "a worker thread that exits, beside the main one": {
    before: `import { Worker, isMainThread } from "node:worker_threads";`,
    text: `if (isMainThread) { ${idle} new Worker(${self}); } else { ${inUse} process.exit(3); }`,
    exit: 0,
    daemons: 2,
  },
  "the primary of a cluster": {
    before: `import cluster from "node:cluster";`,
    text: `if (cluster.isPrimary) {
      const worker = cluster.fork();
      worker.once("message", () => process.kill(process.pid, "SIGKILL"));
    } else { ${inUse} process.send("ready"); }`,
    exit: "SIGKILL",
  },
  "the workers of a cluster": {
    before: `import cluster from "node:cluster";`,
    text: `if (cluster.isPrimary) {
      for (const end of ["kill", "disconnect"]) {
        const worker = cluster.fork();
        worker.once("message", () => worker[end]());
      }
    } else {
      ${idle}
      process.send("ready");
    }`,
    exit: 0,
    daemons: 2,
  },
};

describe("JavaScript client: endings", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let lab: Lab;

  before(async function () {
    requires(this, "sshd", "proc");
    lab = await Lab.start(suite);
    await (await lab.connect()).close();
  });

  for (const [name, { text: ending, exit, before = "", daemons = 1 }] of Object.entries(endings)) {
    it(`${name} leaves no daemon`, async () => {
      const path = join(scope.tempDir(), "program.mjs");
      const program = `
        import { writeSync } from "node:fs";
        import { connect } from ${JSON.stringify(client)};
        ${before}
        const options = ${JSON.stringify(lab.options)};
        // At once, and from any thread.
        const tell = (session) => writeSync(1, session.daemon.pid + "\\n");
        ${ending}
      `;
      writeFileSync(path, program);
      const child = track(spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "pipe"] }));
      scope.defer(() => child.kill("SIGKILL"));
      const closed = once(child, "exit");
      const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      const [code, signal] = await closed;
      assert.equal(signal ?? code, exit, errors);
      const pids = output.trim().split("\n").filter(Boolean).map(Number);
      assert.equal(pids.length, daemons, output);
      for (const pid of pids) await until(() => !isRunning(pid), `daemon ${pid} is gone`);
      await until(() => lab.server.connections().length === 0, "the connection is gone");
    });
  }

  it("an idle session doesn't keep the program, and a call does", async () => {
    const path = join(scope.tempDir(), "program.mjs");
    writeFileSync(
      path,
      `import { connect } from ${JSON.stringify(client)};
      const session = await connect(${JSON.stringify(lab.options)});
      session.run("sleep 0.5; echo done").then(({ stdout }) => console.log(stdout));`,
    );
    const child = track(spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "inherit"] }));
    scope.defer(() => child.kill("SIGKILL"));
    assert.equal(await text(child.stdout), "done\n");
  });
});
