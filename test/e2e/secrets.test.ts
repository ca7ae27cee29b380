import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";

/** What a caller would not want to find in a log; each is used below. */
const secrets = {
  password: "open-sesame",
  wrongPassword: "s3cret-wrong-password",
  passphrase: "s3cret-passphrase",
  command: "s3cret-in-a-command",
  output: "s3cret-in-the-output",
  stdin: "s3cret-in-stdin",
  environment: "s3cret-in-the-environment",
  file: "s3cret-in-a-file",
  unknownParam: "s3cret-in-an-unknown-param",
  illTyped: "s3cret-ill-typed",
  malformed: "s3cret-in-malformed-json",
  answer: "s3cret-answer",
};

describe("secrets", () => {
  const scope = useScope();

  it("stand in no log, trace or status of a whole run, whatever goes wrong", async function () {
    requires(this, "sshd");
    const folder = scope.tempDir();
    const server = scope.add(await startSshd({ unprivileged: true }));
    assert.equal(server.password, secrets.password);
    const keyPath = join(folder, "key");
    const keygen = [
      "-q",
      "-t",
      "ed25519",
      "-a",
      "1",
      "-N",
      secrets.passphrase,
      "-C",
      "",
      "-f",
      keyPath,
    ];
    execFileSync("ssh-keygen", keygen);
    const privateKey = readFileSync(keyPath, "utf8");
    const local = join(folder, "local");
    writeFileSync(local, secrets.file);

    const logFile = join(folder, "log");
    const daemon = scope.add(
      startDaemon({ args: ["--log-level", "debug", "--log-file", logFile] }),
    );
    await everything(daemon, server, { local, privateKey, home: server.home });
    const status = JSON.stringify(await daemon.request("daemon.status"));
    const told = daemon.messages
      .filter(({ method }) => method === "$/logTrace" || method === "window/logMessage")
      .map((message) => JSON.stringify(message))
      .join("\n");
    await daemon.close();

    const log = readFileSync(logFile, "utf8");
    // The places where secrets are looked for hold something at all.
    assert.match(log, /session\.exec/);
    assert.match(told, /session\.exec/);
    const keyLine = privateKey.split("\n")[2] as string;
    for (const [name, text] of [
      ["log", log],
      ["trace", told],
      ["status", status],
      ["stderr", daemon.stderr()],
    ] as const) {
      for (const [which, secret] of Object.entries({ ...secrets, keyLine })) {
        assert.ok(!text.includes(secret), `${which} stands in the ${name}`);
        const base64 = Buffer.from(secret).toString("base64").slice(0, 12);
        assert.ok(!text.includes(base64), `${which} stands in the ${name}, as base64`);
      }
    }
  });
});

async function everything(
  daemon: Daemon,
  { host, port, username }: { host: string; port: number; username: string },
  { local, privateKey, home }: { local: string; privateKey: string; home: string },
): Promise<void> {
  const fails = (method: string, params: object) => assert.rejects(daemon.request(method, params));
  await daemon.request("initialize", { capabilities: { logMessage: "debug", prompt: true } });
  await daemon.notify("$/setTrace", { value: "verbose" });
  daemon.onRequest = () => ({ answers: [secrets.answer] });
  const to = { host, port, username };
  await fails("ssh.new", { ...to, password: secrets.wrongPassword });
  await fails("ssh.new", { ...to, privateKey, passphrase: secrets.passphrase });
  await fails("ssh.new", { ...to, privateKey });
  await fails("ssh.new", { ...to, password: { nested: secrets.illTyped } });
  await fails("ssh.new", { ...to, passwort: secrets.unknownParam });
  const { session } = await daemon.request("ssh.new", { ...to, password: secrets.password });
  const exec = { session, command: `cat; echo ${secrets.output}; : ${secrets.command}` };
  await daemon.request("session.exec", { ...exec, stdin: secrets.stdin });
  await daemon.request("session.exec", { ...exec, stdin: secrets.stdin, stream: true, token: "t" });
  await fails("session.exec", { ...exec, command: `sleep 9; : ${secrets.command}`, timeout: 0.2 });
  await fails("session.exec", { ...exec, env: { SECRET: secrets.environment } });
  await fails("session.exec", { ...exec, maxOutput: 3 });
  const dest = `${home}/remote`;
  await daemon.request("session.scpSend", { session, data: secrets.file, dest });
  await daemon.request("session.scpSendfile", { session, source: local, dest });
  await daemon.request("session.scpRecv", { session, source: dest });
  await daemon.request("session.scpRecv", { session, source: dest, dest: local });
  await fails("session.scpSend", { session, data: secrets.file, dest: "/no/such/folder/file" });
  await daemon.write(`Content-Length: 40\r\n\r\n{"password": "${secrets.malformed}"`.padEnd(62));
  await daemon.request("session.free", { session });
}
