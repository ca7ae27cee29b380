import assert from "node:assert/strict";
import { join } from "node:path";
import { connect } from "../../clients/js/index.ts";
import type { Session } from "../../clients/js/index.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { useScope } from "../fixtures/scope.ts";

/** Lines that don't fit a page. */
const ports = Array.from({ length: 60 }, (_, index) => `interface port${index + 1}`);

/** What a device writes at a page's end, and how it removes that at a key. */
const pagers: Record<string, [string, string]> = {
  "going back over it": [" --More-- ", `${"\b".repeat(10)}${" ".repeat(10)}${"\b".repeat(10)}`],
  "a return and blanks": ["---- More ----", `\r${" ".repeat(14)}\r`],
  "an erased line": ["\x1b[7m--More--(42%)\x1b[m", "\r\x1b[K"],
  "leaving it": ["Press any key to continue (Q to quit)", "\r\n"],
};

/** A device's command line, with a mode of more rights, and pages of 23 lines. */
function device([pager, erasure]: [string, string]): (shell: FaultChannel) => Promise<void> {
  return async (shell) => {
    const say = (text: string) => shell.write(text);
    const key = async () => (await shell.read(1)).toString();
    let isGone = false;
    const line = async (isEchoed: boolean) => {
      let typed = "";
      for (;;) {
        const next = await key();
        isGone = next === "";
        if (isGone || next === "\r") break;
        typed += next;
        if (isEchoed) await say(next);
      }
      await say("\r\n");
      return typed;
    };
    let prompt = "switch1>";
    await say("\r\nAuthorized use only.\r\n\r\n");
    for (;;) {
      await say(prompt);
      const command = await line(true);
      if (isGone || command === "exit") break;
      if (command === "enable") {
        await say("Password: ");
        if ((await line(false)) === "more-rights") prompt = "switch1#";
      } else if (command === "configure") prompt = "switch1(config)#";
      else if (command === "color") await say("\x1b[1;32mgreen\x1b[0m\r\n");
      else if (command === "hang") await say("part");
      else if (command === "show ports") {
        for (const [index, each] of ports.entries()) {
          await say(`${each}\r\n`);
          if (index % 23 !== 22) continue;
          await say(pager);
          assert.equal(await key(), " ");
          await say(erasure);
        }
      } else if (command) await say("% Invalid input\r\n");
      // Answered by whatever is typed next.
      if (command === "hang") await line(false);
    }
    shell.end(0);
  };
}

describe("JavaScript client: a shell's command, on network gear", function () {
  this.timeout(60_000);
  const scope = useScope();

  const start = async (pager: [string, string]): Promise<Session> => {
    const server = scope.add(
      await startFaultServer({ ident: "Cisco-1.25", exec: () => "refuse", shell: device(pager) }),
    );
    const { host, port, username, password } = server;
    const knownHosts = [join(scope.tempDir(), "known_hosts")];
    return scope.add(await connect({ host, port, username, password, knownHosts }));
  };

  for (const [name, pager] of Object.entries(pagers)) {
    it(`answers paging: ${name}`, async () => {
      const shell = (await start(pager)).shell();
      assert.equal(await shell.command("show ports"), ports.join("\n"));
      assert.equal(await shell.command("color"), "green");
      assert.equal(await shell.command(""), "");
      shell.write("exit\r");
      assert.equal((await shell.wait()).exitCode, 0);
    });
  }

  const anyPager = [" --More-- ", "\r"] as [string, string];

  it("knows the prompt in another mode, and takes the caller's", async () => {
    const shell = (await start(anyPager)).shell();
    assert.equal(await shell.command("enable", { prompt: "Password: " }), "");
    assert.equal(await shell.command("more-rights"), "");
    assert.equal(await shell.command("configure"), "");
    assert.equal(await shell.command("nonsense", { prompt: /\(config\)#/ }), "% Invalid input");
    assert.equal(await shell.command("nonsense"), "% Invalid input");
    shell.destroy();
  });

  it("takes a prompt that the caller knows from the beginning", async () => {
    const shell = (await start(anyPager)).shell();
    assert.equal(await shell.command("nonsense", { prompt: "switch1>" }), "% Invalid input");
    assert.equal(await shell.command("color"), "green");
    shell.destroy();
  });

  it("leaves what was read where no prompt comes, and finds the next one", async () => {
    const shell = (await start(anyPager)).shell();
    await shell.command("");
    await assert.rejects(shell.command("hang", { timeout: 0.5 }), {
      kind: "Timeout",
      data: { phase: "expect", seconds: 0.5, dispatched: "yes" },
    });
    const { before } = await shell.expect("part");
    assert.match(before, /hang/);
    assert.equal(await shell.command("color"), "green");
    shell.destroy();
  });
});
