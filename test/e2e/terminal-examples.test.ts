import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { exited, track } from "../fixtures/processes.ts";
import { projectRoot } from "../fixtures/project.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import type { Requirement } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { until } from "../fixtures/until.ts";

const example = (name: string) => join(projectRoot, "examples/terminal", name);
/** Seconds; of a machine that has much else to do, too. */
const patience = 30;

interface Example {
  needs: Requirement[];
  command: (scratch: string) => string[];
  env?: Record<string, string>;
}

const examples: Record<string, Example> = {
  Python: {
    needs: ["python3"],
    command: () => [programPath("python3"), example("shell.py")],
    env: { PYTHONPATH: join(projectRoot, "clients/python/src") },
  },
  JavaScript: {
    needs: [],
    command: () => [process.execPath, example("shell.mjs")],
  },
  Lua: {
    needs: ["lua5.4", "luv"],
    command: () => [programPath("lua5.4"), example("shell.lua")],
    env: {
      LUA_PATH: `${join(projectRoot, "clients/lua")}/?.lua;${join(projectRoot, "clients/lua")}/?/init.lua;;`,
    },
  },
  Go: {
    needs: ["go"],
    command(scratch) {
      const program = join(scratch, "shell");
      const env = {
        ...process.env,
        GOFLAGS: "",
        GOPROXY: "off",
        GOTOOLCHAIN: "local",
        GOWORK: "off",
      };
      execFileSync(programPath("go"), ["build", "-o", program, "."], { cwd: example("go"), env });
      return [program];
    },
  },
};

describe("e2e: the examples of a shell at a terminal", function () {
  this.timeout(120_000);
  const scope = useScope("suite");
  let server: SshServer;

  before(async function () {
    requires(this, "sshd", "python3");
    server = scope.add(await startSshd({ unprivileged: true }));
  });

  for (const [language, { needs, command, env: more = {} }] of Object.entries(examples)) {
    describe(`in ${language}`, () => {
      let program: string[];
      let env: NodeJS.ProcessEnv;
      let home: string;

      before(function () {
        requires(this, ...needs);
        home = scope.tempDir();
        program = command(scope.tempDir());
        const { SSH_AUTH_SOCK: _, ...inherited } = process.env;
        const daemon = join(projectRoot, "bin/sshrpc.js");
        env = { ...inherited, ...more, HOME: home, SSHRPC_DAEMON: daemon };
      });

      it("is as at the server's own terminal", async () => {
        const { host, port, username, password } = server;
        const target = `${username}@${host}:${port}`;
        const onPty = join(projectRoot, "test/fixtures/on_pty.py");
        const child = track(
          spawn(programPath("python3"), [onPty, ...program, target], { env, stdio: "pipe" }),
        );
        // At its input's end it kills what it runs.
        scope.defer(async () => {
          child.stdin.end();
          await exited(child);
        });
        let [shown, said] = ["", ""];
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          // Node leaves the terminal ends of lines of its own, behind the server's.
          shown = (shown + text).replaceAll(/\r+\n/g, "\r\n");
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
        child.stdin.on("error", () => {});
        const tell = (request: object) => child.stdin.write(`${JSON.stringify(request)}\n`);
        const type = (keys: string) => tell({ type: keys });
        const shows = (pattern: RegExp) =>
          until(() => pattern.test(shown), `shows ${pattern}`, patience).catch((error: unknown) => {
            throw new Error(`${String(error)}: ${JSON.stringify(shown)} ${said}`);
          });

        await shows(/\(yes\/no\)\? $/);
        type("yes\r");
        await shows(/password: $/);
        type(`${password}\r`);
        await shows(/[$#] $/);
        assert.ok(!shown.includes(password));
        type('echo "at $(stty size) $TERM"\r');
        await shows(/at 24 80 vt220/);
        // The shell looks until the size is there: servers don't say when.
        type('until [ "$(stty size)" = "40 100" ]; do sleep 0.05; done; echo "is $(stty size)"\r');
        await shows(/stty size\)"\r\n$/);
        tell({ resize: [100, 40] });
        await shows(/is 40 100\r\n/);
        // Ctrl-C is the server's, and so is Ctrl-Z. The program itself says when it has the terminal.
        type("sh -c 'echo go$((1+1)); exec sleep 1000'\r");
        await shows(/^go2\r\n$/m);
        type("\u0003");
        await shows(/go2\r\n[^]*\^C[^]*[$#] $/);
        type("cat\r");
        await shows(/cat\r\n$/);
        type("grüße\r");
        await shows(/grüße\r\ngrüße\r\n$/);
        type("\u0004");
        await shows(/grüße\r\n[^]*[$#] $/);
        type("exit 7\r");
        await exited(child);
        await until(() => said.includes("\n"), "how the terminal was left", patience);
        assert.deepEqual([child.exitCode, said], [7, "as it was\n"], shown);
      });

      it("reads commands from a pipe, up to its end", async () => {
        const { host, port, username, privateKeyPath, knownHosts } = server;
        mkdirSync(join(home, ".ssh"), { recursive: true });
        copyFileSync(privateKeyPath, join(home, ".ssh/id_ed25519"));
        writeFileSync(join(home, ".ssh/known_hosts"), `${knownHosts.join("\n")}\n`);
        const [file = "", ...args] = program;
        const run = (user: string, input: string) =>
          execa(file, [...args, `${user}@${host}:${port}`], {
            env,
            extendEnv: false,
            input,
            reject: false,
          });
        const whole = await run(username, "tty; echo one; echo two >&2; cat <<X\nin\nX\n");
        assert.deepEqual(
          [whole.stdout, whole.stderr, whole.exitCode],
          ["not a tty\none\nin", "two", 0],
        );
        const early = await run(username, "exit 5\necho never\n");
        assert.deepEqual([early.stdout, early.exitCode], ["", 5]);
        const none = await run("nobody", "echo never\n");
        assert.equal(none.exitCode, 255);
        assert.notEqual(none.stderr, "");
      });
    });
  }
});
