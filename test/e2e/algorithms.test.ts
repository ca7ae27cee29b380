import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startForeignServer } from "../fixtures/foreign-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { address, Session } from "./support/session.ts";

describe("algorithms", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(function () {
    requires(this, "sshd", "ssh");
    daemon = suite.add(startDaemon());
  });

  const login = (params: object) => daemon.request("ssh.new", params);
  /** What is weak, as a server that has nothing else names it, a call, and a configuration. */
  const weak: [setting: string, name: string, kind: string][] = [
    ["KexAlgorithms", "diffie-hellman-group14-sha1", "kex"],
    ["KexAlgorithms", "diffie-hellman-group-exchange-sha256", "kex"],
    ["HostKeyAlgorithms", "ssh-rsa", "hostKey"],
    ["Ciphers", "aes128-cbc", "cipher"],
    ["MACs", "hmac-md5", "mac"],
  ];
  for (const [setting, name, kind] of weak) {
    it(`${name} is off unless named, in the call or in the configuration`, async () => {
      const config = [`${setting} ${name}`, ...(kind === "mac" ? ["Ciphers aes128-ctr"] : [])];
      const hostKeyTypes = ["rsa" as const];
      const server = scope.add(await startSshd({ config, hostKeyTypes }));
      const error = await fails(login(address(server)), "HandshakeFailed", {
        stage: "kex",
        algorithm: kind,
        offer: [name],
      });
      assert.match(error.message, new RegExp(`no matching .*; their offer: ${name}; ours: `));
      assert.ok(error.message.endsWith(`algorithms.${kind} can allow ${name}`), error.message);
      const { session } = await login({ ...address(server), algorithms: { [kind]: [name] } });
      assert.equal(await new Session(daemon, session).output("echo hi"), "hi\n");
      const file = join(scope.tempDir(), "config");
      // OpenSSH has the one of them by itself, so that naming it shows in nothing that it prints.
      const isTheirs = name.includes("exchange");
      writeFileSync(file, `${setting} ${isTheirs ? name : `+${name}`}\n`);
      const params = { ...address(server), config: file };
      if (isTheirs) await refusesParam(login(params), "config");
      else assert.ok((await login(params)).session);
    });
  }

  for (const ident of ["Cisco-1.25", "AsyncSSH"]) {
    for (const kex of [
      "diffie-hellman-group-exchange-sha1",
      "diffie-hellman-group-exchange-sha256",
    ]) {
      it(`${kex} alone, with ${ident}`, async function () {
        requires(this, "asyncssh");
        const server = scope.add(await startForeignServer("asyncssh", { ident, kex }));
        const params = { ...address(server), algorithms: { kex: [kex] } };
        const { session, serverIdent } = await login(params);
        assert.equal(serverIdent, `SSH-2.0-${ident}`);
        const { exitCode } = await new Session(daemon, session).exec("prompt 0");
        assert.equal(exitCode, 5);
      });
    }
  }

  it("a server that compresses: only where the call names it", async () => {
    const server = scope.add(await startSshd({ config: ["Compression yes"] }));
    const compression = ["zlib@openssh.com"];
    const { session } = await login({ ...address(server), algorithms: { compression } });
    const zeros = await new Session(daemon, session).output("head -c 1000000 /dev/zero");
    assert.equal(zeros.length, 1_000_000);
    const { sessions } = await daemon.request("daemon.status");
    const { bytesReceived } = sessions.find(
      (each: { session: number }) => each.session === session,
    );
    assert.ok(bytesReceived < 500_000, `${bytesReceived} bytes came`);
  });

  it("the configuration's choice, as far as we have it", async () => {
    const config = ["Ciphers aes256-ctr,aes128-ctr"];
    const server = scope.add(await startSshd({ config }));
    const file = join(scope.tempDir(), "config");
    writeFileSync(file, "Ciphers aes256-gcm@openssh.com\n");
    const params = { ...address(server), config: file };
    await fails(login(params), "HandshakeFailed", { stage: "kex" });
    writeFileSync(file, "Ciphers aes128-ctr,chacha20-poly1305@openssh.com\n");
    assert.deepEqual((await login(params)).ignored, []);
    writeFileSync(file, "Ciphers umac\n");
    await refusesParam(login(params), "config");
  });

  it("a name that there is not, and a list without any, are InvalidParams", async () => {
    const to = { host: "127.0.0.1", username: "a" };
    const refuses = (algorithms: object, path: string) =>
      refusesParam(login({ ...to, algorithms }), path);
    await refuses({ cipher: ["rot13"] }, "algorithms.cipher.0");
    await refuses({ kex: [] }, "algorithms.kex");
    await refuses({ ciphers: ["aes128-ctr"] }, "algorithms.ciphers");
  });
});
