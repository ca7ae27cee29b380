import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";

const page = readFileSync(join(projectRoot, "PROTOCOL.md"), "utf8");

/** What PROTOCOL.md's first page shows is so, but for the server's address. */
describe("PROTOCOL.md", function () {
  this.timeout(60_000);
  const scope = useScope("suite");
  let server: SshServer;
  let env: Record<string, string>;
  let cwd: string;

  before(async function () {
    requires(this, "sshd");
    server = scope.add(await startSshd());
    cwd = scope.tempDir();
    // Where the program is found by its name.
    const bin = join(cwd, "bin");
    mkdirSync(bin);
    symlinkSync(join(projectRoot, "bin/sshrpc.js"), join(bin, "sshrpc"));
    chmodSync(join(projectRoot, "bin/sshrpc.js"), 0o755);
    env = { HOME: cwd, PATH: `${bin}:${process.env["PATH"]}` };
  });

  function example(heading: string, fence: string): string {
    const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
    const block = section.split(`\`\`\`${fence}\n`)[1]?.split("```")[0];
    assert.ok(block, `nothing under ${heading}`);
    return block
      .replaceAll(/\broot\b/g, server.username)
      .replaceAll(/\bsecret\b/g, server.password);
  }

  it("has a dialogue that goes as it says", async () => {
    const daemon = scope.add(startDaemon({ cwd, env, framing: "lines" }));
    const lines = example("A dialogue", "").trim().split("\n");
    let method = "";
    for (const line of lines) {
      const message = JSON.parse(line.slice(2));
      if (line.startsWith("→")) {
        ({ method } = message);
        if (method === "ssh.new")
          Object.assign(message.params, { host: server.host, port: server.port });
        await daemon.send(message);
      } else {
        const reply = await daemon.reply(message.id).then(
          (result) => ({ result }),
          ({ code, message: text, data }) => ({ error: { code, message: text, data } }),
        );
        const { result = null, error } = message;
        if (method === "ssh.new") {
          assert.deepEqual(Object.keys(reply).length, 1);
          assert.deepEqual(Object.keys((reply as { result: object }).result), Object.keys(result));
        } else {
          assert.deepEqual(reply, error ? { error } : { result });
        }
      }
    }
  });

  it("has a client that is whole", async () => {
    const text = example("The smallest client", "python").replace(
      'host="192.0.2.7"',
      `host="${server.host}", port=${server.port}`,
    );
    writeFileSync(join(cwd, "client.py"), text);
    const { stdout } = await execa("python3", ["client.py"], { cwd, env });
    assert.equal(stdout, "Linux\n3");
  });
});
