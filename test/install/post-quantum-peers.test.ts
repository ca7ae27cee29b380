import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import { goSources, startForeignServer } from "../fixtures/foreign-server.ts";
import type { ForeignServer } from "../fixtures/foreign-server.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { address, Session } from "../e2e/support/session.ts";
import { nodeOf, plainEnvironment } from "./toolchain.ts";

const hybrid = "mlkem768x25519-sha256";

/** Debian's are too old for it. */
const asyncsshVersion = "2.24.1";
const xcryptoVersion = "v0.53.0";

const cache = join(projectRoot, ".cache");

/** How pip and go say that they reach nothing, or not what we want of it. */
const unreached =
  /no matching distribution|no such host|name resolution|connection|time-?out|timed out|not found|proxy/i;

/** Makes a folder of the cache with commands, all of it or none; skips the test where nothing is reached. */
async function made(
  context: Mocha.Context,
  name: string,
  commands: (folder: string) => string[][],
  prepare: (folder: string) => void = () => {},
): Promise<string> {
  const folder = join(cache, name);
  const whole = join(folder, ".whole");
  if (existsSync(whole)) return folder;
  mkdirSync(cache, { recursive: true });
  // A Python's environment can't be moved.
  if (existsSync(folder)) renameSync(folder, join(mkdtempSync(`${folder}.`), "partial"));
  mkdirSync(folder);
  prepare(folder);
  for (const [program = "", ...args] of commands(folder)) {
    const env = {
      ...plainEnvironment(),
      GOFLAGS: "-mod=mod",
      GO111MODULE: "on",
      GOTOOLCHAIN: "local",
    };
    const ran = await execa(program, args, { cwd: folder, env, all: true, reject: false });
    if (ran.exitCode === 0) continue;
    const isUnreached = unreached.test(ran.all);
    if (!isUnreached || process.env["CI"] === "true") throw new Error(`${name}: ${ran.all}`);
    console.log(`skipped: ${context.test?.fullTitle() ?? "a test"}: no registry gives ${name}`);
    context.skip();
  }
  writeFileSync(whole, "");
  return folder;
}

async function asyncsshPython(context: Mocha.Context): Promise<string> {
  const folder = await made(context, `asyncssh-${asyncsshVersion}`, (own) => [
    ["/usr/bin/python3", "-m", "venv", own],
    [join(own, "bin/pip"), "install", "--quiet", "--retries=1", `asyncssh==${asyncsshVersion}`],
  ]);
  return join(folder, "bin/python");
}

async function xcryptoServer(context: Mocha.Context): Promise<string> {
  const manifest = `module server\n\ngo 1.24\n\nrequire golang.org/x/crypto ${xcryptoVersion}\n`;
  const folder = await made(
    context,
    `xcrypto-${xcryptoVersion}`,
    (own) => [
      ["go", "build", "-o", join(own, "server"), ...goSources.map((each) => copyOf(own, each))],
    ],
    (own) => {
      writeFileSync(join(own, "go.mod"), manifest);
      for (const each of goSources) copyFileSync(each, copyOf(own, each));
    },
  );
  return join(folder, "server");
}

const copyOf = (folder: string, source: string): string => join(folder, basename(source));

describe(`${hybrid} with other implementations`, function () {
  this.timeout(300_000);
  const scope = useScope();

  for (const version of ["20.20.2", "22.23.5", "24.22.3"]) {
    for (const [which, program] of [
      ["asyncssh", asyncsshPython],
      ["x/crypto", xcryptoServer],
    ] as const satisfies [ForeignServer, unknown][]) {
      for (const binding of ["with", "without"]) {
        it(`${which}'s server, Node ${version} ${binding} ssh2's native part`, async function () {
          requires(this, "sshd", which === "asyncssh" ? "python3" : "go");
          const own = await program(this);
          const { node } = await nodeOf(this, version);
          const options = { program: own, kex: hybrid };
          const server = scope.add(await startForeignServer(which, options));
          const hook = join(projectRoot, "dist/test/fixtures/without-binding.js");
          const env = binding === "with" ? {} : { NODE_OPTIONS: `--import=${hook}` };
          const daemon = scope.add(startDaemon({ node, env }));
          const algorithms = { kex: [hybrid] };
          const result = await daemon.request("ssh.new", { ...address(server), algorithms });
          assert.deepEqual([result.kex, result.postQuantum], [hybrid, true]);
          const { exitCode } = await new Session(daemon, result.session).exec("prompt 0");
          assert.equal(exitCode, 5);
        });
      }
    }
  }
});
