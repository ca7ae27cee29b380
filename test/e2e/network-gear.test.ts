import assert from "node:assert/strict";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json, Message } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { useScope } from "../fixtures/scope.ts";
import { login, rejects } from "./support/calls.ts";

/** Lines of the configuration that the switch shows. */
const configuration = Array.from({ length: 60 }, (_, index) => `interface port${index + 1}`);

/** A switch's command line: a prompt, a password for more rights, and pages as long as the terminal. */
async function playSwitch(shell: FaultChannel): Promise<void> {
  const say = (text: string) => shell.write(text);
  let rows = shell.pty?.rows ?? 24;
  let prompt = "switch1>";
  const key = async () => (await shell.read(1)).toString();
  /** What is typed up to Enter, echoed as it comes. */
  const line = async (echo: boolean) => {
    let typed = "";
    for (;;) {
      const next = await key();
      if (next === "" || next === "\r") break;
      typed += next;
      if (echo) await say(next);
    }
    await say("\r\n");
    return typed;
  };
  const show = async (lines: string[]) => {
    let room = rows - 1;
    for (const [index, each] of lines.entries()) {
      await say(`${each}\r\n`);
      room -= 1;
      if (room > 0 || index === lines.length - 1) continue;
      await say(" --More-- ");
      const pressed = await key();
      await say(`${"\b".repeat(10)}${" ".repeat(10)}${"\b".repeat(10)}`);
      if (pressed === "q" || pressed === "") return;
      room = pressed === "\r" ? 1 : rows - 1;
    }
  };
  await say("\r\nAuthorized use only.\r\n\r\n");
  for (;;) {
    await say(prompt);
    const command = await line(true);
    if (command === "enable") {
      await say("Password: ");
      if ((await line(false)) === "more-rights") prompt = "switch1#";
      else await say("% Access denied\r\n");
    } else if (command === "terminal length 0") rows = Infinity;
    else if (command === "show running-config") await show(configuration);
    else if (command === "exit") break;
    else await say("% Invalid input\r\n");
  }
  shell.end(0);
}

describe("e2e: network gear, which has a shell and no exec", () => {
  const scope = useScope();
  let daemon: Daemon;
  let session: number;
  let ended: Promise<Json>;
  const token = "switch";

  beforeEach(async () => {
    const server = scope.add(
      await startFaultServer({ ident: "Cisco-1.25", exec: () => "refuse", shell: playSwitch }),
    );
    daemon = scope.add(startDaemon());
    session = await login(daemon, server);
  });

  const output = () =>
    daemon.messages
      .filter(({ method, params }) => method === "session/output" && params.token === token)
      .map(({ params }) => params.data)
      .join("");
  const type = (data: string) => daemon.request("session.write", { token, data });
  /** What has come since the last time, once it ends as it should. */
  let taken = 0;
  const until = async (end: string) => {
    const isThere = () => output().length > taken && output().endsWith(end);
    await daemon.waitFor(({ params }: Message) => params?.token === token && isThere());
    const text = output().slice(taken);
    taken += text.length;
    return text;
  };
  const start = (pty?: object) => {
    taken = 0;
    ended = daemon.request("session.shell", { session, token, ...(pty && { pty }) });
    ended.catch(() => {});
  };
  const end = async () => {
    await type("exit\r");
    assert.equal((await ended).exitCode, 0);
  };

  it("refuses a command, and the session stays of use", async () => {
    const request = daemon.request("session.exec", { session, command: "show version" });
    await rejects(request, "ChannelRequestDenied", { request: "exec", dispatched: "no" });
    start();
    await until("switch1>");
    await end();
  });

  it("asks for a password, which isn't echoed", async () => {
    start();
    await until("switch1>");
    await type("enable\r");
    assert.equal(await until("Password: "), "enable\r\nPassword: ");
    await type("more-rights\r");
    assert.equal(await until("switch1#"), "\r\nswitch1#");
    await end();
  });

  it("shows a page at a time, as long as the terminal, and goes on at a key", async () => {
    start({ columns: 80, rows: 25 });
    await until("switch1>");
    await type("show running-config\r");
    const pages = [await until(" --More-- ")];
    for (const last of [" --More-- ", "switch1>"]) {
      await type(" ");
      pages.push(await until(last));
    }
    const counts = pages.map(
      (page) => page.split("\r\n").filter((each) => /port/.test(each)).length,
    );
    assert.deepEqual(counts, [24, 24, 12]);
    const lines = pages
      .join("")
      .replaceAll(/ --More-- [\b ]+/g, "")
      .split("\r\n");
    assert.deepEqual(lines, ["show running-config", ...configuration, "switch1>"]);
    await end();
  });

  it("shows all at once on a terminal that it is told is endless", async () => {
    start();
    await until("switch1>");
    await type("terminal length 0\r");
    await until("switch1>");
    await type("show running-config\r");
    const lines = (await until("switch1>")).split("\r\n");
    assert.deepEqual(lines, ["show running-config", ...configuration, "switch1>"]);
    await end();
  });

  it("takes what is typed ahead, in order", async () => {
    start();
    await type("terminal length 0\rnonsense\rexit\r");
    assert.equal((await ended).exitCode, 0);
    assert.match(
      output(),
      /terminal length 0\r\nswitch1>nonsense\r\n% Invalid input\r\nswitch1>exit/,
    );
  });
});
