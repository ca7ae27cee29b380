import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { track } from "../../fixtures/processes.ts";
import { projectRoot } from "../../fixtures/project.ts";
import { requires } from "../../fixtures/requirements.ts";
import { useScope } from "../../fixtures/scope.ts";

const bin = join(projectRoot, "bin/sshrpc.js");

describe("the program, by hand", () => {
  const scope = useScope();

  for (const [short, long] of [
    ["-h", "--help"],
    ["help", "--help"],
    ["-V", "--version"],
    ["version", "--version"],
  ] as const) {
    it(`${short} is ${long}`, () => {
      const [one, other] = [short, long].map((arg) =>
        execFileSync(process.execPath, [bin, arg], { encoding: "utf8" }),
      );
      assert.equal(one, other);
    });
  }

  it("says at a terminal what it waits for, and is ended there by Ctrl-C", async function () {
    requires(this, "python3");
    // A terminal: the child's, by forkpty(3).
    const script = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
seen = b""
while b"Ctrl-C" not in seen: seen += os.read(terminal, 1000)
os.write(terminal, b"\\x03")
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode())
`;
    const args = ["-c", script, process.execPath, bin];
    const child = track(spawn("python3", args, { stdio: ["ignore", "pipe", "inherit"] }));
    scope.defer(() => child.kill("SIGKILL"));
    assert.match(await text(child.stdout), /^0 sshrpc: waits for JSON-RPC/);
  });
});
