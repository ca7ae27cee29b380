import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";

/** The plugin in a headless Neovim, against OpenSSH: clients/neovim/tests/plugin.lua. */
describe("Neovim plugin", function () {
  this.timeout(60_000);
  const scope = useScope();

  it("edits files and has terminals", async function () {
    requires(this, "sshd", "nvim");
    const server = scope.add(await startSshd({ unprivileged: true }));
    const home = scope.tempDir();
    mkdirSync(join(home, ".ssh"));
    const plugin = join(projectRoot, "clients/neovim");
    const args = ["--headless", "-u", "NONE", "-i", "NONE", "-n"];
    args.push("--cmd", `set runtimepath^=${plugin}`, "-c", "runtime plugin/sshrpc.lua");
    args.push("-c", `luafile ${plugin}/tests/plugin.lua`);
    const { SSH_AUTH_SOCK: _, ...inherited } = process.env;
    const { stdout, stderr, exitCode } = await execa("nvim", args, {
      env: {
        ...inherited,
        HOME: home,
        SSHRPC_DAEMON: join(projectRoot, "bin/sshrpc.js"),
        T_HOST: server.host,
        T_PORT: String(server.port),
        T_USER: server.username,
        T_PASSWORD: server.password,
        T_HOME: server.home,
      },
      extendEnv: false,
      reject: false,
      timeout: 40_000,
    });
    const lines = stdout.split("\n").filter((line) => /^(not )?ok/.test(line));
    const failed = lines.filter((line) => line.startsWith("not"));
    assert.deepEqual([failed, exitCode], [[], 0], `${stdout}\n${stderr}`);
    assert.equal(lines.length, 14);
    const last = readFileSync(join(server.home, "nvim/last"), "utf8");
    assert.equal(last, "written at the end\n");
  });
});
