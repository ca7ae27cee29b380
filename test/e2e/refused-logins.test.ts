import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import type ssh2 from "ssh2";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { acceptKey, acceptKeyboardInteractive, refuseAll } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServer } from "../fixtures/fault-server.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import { copyKey, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails } from "./support/fails.ts";

describe("logins that are refused: the message alone says why, and what helps", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;
  let key: string;

  before(function () {
    requires(this, "sshd", "ssh");
    daemon = suite.add(startDaemon());
    key = join(suite.tempDir(), "key");
    copyKey(makeKey("ed25519", "login"), key);
  });

  const login = (server: { host: string; port: number }, params: object, to = daemon) =>
    to.request("ssh.new", { host: server.host, port: server.port, username: "alice", ...params });
  const serve = async (options: Parameters<typeof startFaultServer>[0]): Promise<FaultServer> =>
    scope.add(await startFaultServer(options));
  const lineOf = (path: string): string => {
    const { type, blob } = readPublicKey(path);
    return `${type} ${blob}`;
  };
  /** The message, which holds each of the parts. */
  async function says(request: Promise<unknown>, ...parts: (string | RegExp)[]): Promise<string> {
    const { message } = await fails(request, "AuthenticationFailed");
    for (const part of parts) {
      const isThere = typeof part === "string" ? message.includes(part) : part.test(message);
      assert.ok(isThere, `${part} in: ${message}`);
    }
    assert.ok(!message.includes("\n"));
    return message;
  }

  it("a wrong password", async () => {
    const server = await serve({ authenticate: refuseAll("publickey", "password") });
    const { host, port } = server;
    const message = await says(login(server, { password: "wrong" }));
    assert.equal(
      message,
      `alice@${host} port ${port}: permission denied (the server offers publickey, password): the server refused the password; no key was given`,
    );
  });

  it("nothing to try with", async () => {
    const server = await serve({ authenticate: refuseAll("publickey", "password") });
    const nothing = "none of the default key files is there, there is no agent";
    const nobody = "no password was given, and there is nobody to ask";
    await says(login(server, {}), nothing, nobody);
    await says(login(server, { identityFiles: [], agent: false }), "no key was given", nobody);
  });

  it("keys: those that were refused, and those that were left out", async () => {
    const folder = scope.tempDir();
    const loose = join(folder, "loose");
    copyKey(key, loose);
    chmodSync(loose, 0o644);
    const missing = join(folder, "missing");
    const server = await serve({ authenticate: refuseAll("publickey") });
    const { fingerprint } = readPublicKey(key);
    await says(
      login(server, { identityFiles: [key, loose, missing], agent: false }),
      `the server refused the key ${key} (ssh-ed25519 ${fingerprint})`,
      `left out ${loose}: permissions 0644 are too open`,
      `left out ${missing}: there is no such file`,
      "(the server offers publickey)",
    );
  });

  it("an agent that isn't there", async () => {
    const server = await serve({ authenticate: refuseAll("publickey") });
    await says(login(server, { agent: true }), "left out agent: SSH_AUTH_SOCK is not set");
    await says(login(server, { agent: "/nonexistent" }), /agent at \/nonexistent .*ENOENT/);
  });

  describe("a wrong passphrase is said to be wrong", () => {
    for (const [what, capabilities] of [
      ["by a client that can't be asked", {}],
      ["by one that says it can, and gives no answer", { prompt: true }],
    ] as const) {
      it(what, async () => {
        const own = scope.add(startDaemon());
        own.onRequest = () => null;
        await own.request("initialize", { capabilities });
        const path = join(scope.tempDir(), "key");
        copyKey(key, path);
        const args = ["-q", "-p", "-a", "1", "-P", "", "-N", "right", "-f", path];
        execFileSync(programPath("ssh-keygen"), args, { stdio: "ignore" });
        const server = await serve({ authenticate: acceptKey("alice", lineOf(key)) });
        const params = { identityFiles: [path], passphrase: "wrong" };
        await says(login(server, params, own), `left out ${path}: the passphrase is wrong`);
      });
    }
  });

  it("a factor more than there is", async () => {
    const config = ["AuthenticationMethods publickey,password"];
    const server = scope.add(await startSshd({ config }));
    await says(
      login(server, { identityFiles: [server.privateKeyPath] }),
      "(the server offers password): publickey succeeded, and was not enough",
      "no password was given",
    );
  });

  describe("the password answers a question for a password, once", () => {
    /** The answers that a server got to these questions, one after the other. */
    async function asked(rounds: ssh2.Prompt[][], params: object = { password: "secret" }) {
      const answers: string[][] = [];
      const server = await serve({
        authenticate(request) {
          if (request.method !== "keyboard-interactive") {
            return request.reject(["keyboard-interactive"]);
          }
          const ask = (left: ssh2.Prompt[][]): void => {
            const [first, ...rest] = left;
            if (!first) return request.reject(["keyboard-interactive"]);
            request.prompt(first, (given) => {
              if (!Array.isArray(given)) return;
              answers.push(given);
              ask(rest);
            });
          };
          ask(rounds);
        },
      });
      const error = await fails(login(server, params), "AuthenticationFailed");
      return { answers, message: error.message };
    }
    const hidden = (prompt: string) => [{ prompt, echo: false }];

    for (const prompt of ["Password: ", "(alice@host) Password:", "Passwort: ", "パスワード:"]) {
      it(`${prompt}: it is given, and not again`, async () => {
        const { answers } = await asked([hidden(prompt), hidden(prompt)]);
        assert.deepEqual(answers, [["secret"]]);
      });
    }

    for (const question of [
      hidden("Verification code: "),
      hidden("One-time password (OATH) for `alice': "),
      hidden("Enter new password: "),
      hidden("PIN: "),
      [{ prompt: "Password: ", echo: true }],
      [{ prompt: "Passcode or option (1-3): ", echo: true }],
      [...hidden("Password: "), ...hidden("Code: ")],
    ]) {
      const prompts = question.map(({ prompt, echo }) => prompt + (echo ? "(echoed)" : ""));
      it(`${prompts.join(", ")}: no answer, and the message has the question`, async () => {
        const { answers, message } = await asked([question]);
        assert.deepEqual(answers, []);
        const shown = question.at(-1)?.prompt.trim() as string;
        assert.ok(message.includes(`the server asks ${JSON.stringify(shown)}`), message);
        assert.ok(message.includes("there is nobody to ask"), message);
      });
    }

    it("the code after the password: the message has that question", async () => {
      const { answers, message } = await asked([
        hidden("Password: "),
        hidden("Verification code: "),
      ]);
      assert.deepEqual(answers, [["secret"]]);
      assert.ok(message.includes('the server asks "Verification code:"'), message);
    });

    it("questions without end: it gives up", async () => {
      const rounds: ssh2.Prompt[][] = Array.from({ length: 500 }, () => []);
      const { answers, message } = await asked(rounds);
      assert.ok(answers.length < 100, `${answers.length}`);
      assert.match(message, /the server asks ever more questions/);
    });

    it("where there is nobody to ask, before the agent's other keys", async () => {
      const agent = scope.add(await startAgent());
      for (const n of [1, 2, 3, 4, 5, 6, 7]) agent.add(makeKey("ed25519", `crowd-${n}`));
      const own = scope.add(startDaemon({ env: { SSH_AUTH_SOCK: agent.socket } }));
      const accept = acceptKeyboardInteractive("alice", ["secret"]);
      const server = await serve({
        authenticate: (request) =>
          request.method === "keyboard-interactive"
            ? accept(request)
            : request.reject(["publickey", "keyboard-interactive"]),
      });
      const params = { identityFiles: [key], password: "secret" };
      assert.equal((await login(server, params, own)).authMethod, "keyboard-interactive");
    });
  });

  describe("what the call names goes first", () => {
    it("a key, before the agent's seven others", async () => {
      const agent = scope.add(await startAgent());
      for (const n of [1, 2, 3, 4, 5, 6, 7]) agent.add(makeKey("ed25519", `crowd-${n}`));
      const server = scope.add(await startSshd());
      const params = { identityFiles: [server.privateKeyPath], agent: agent.socket };
      assert.equal((await login(server, params)).authMethod, "publickey");
      assert.doesNotMatch(server.log(), /Failed publickey/);
    });

    it("the password, before the agent's keys that are there because of a key file", async () => {
      const agent = scope.add(await startAgent());
      for (const n of [1, 2, 3, 4, 5, 6, 7]) agent.add(makeKey("ed25519", `crowd-${n}`));
      const own = scope.add(startDaemon({ env: { SSH_AUTH_SOCK: agent.socket } }));
      const server = scope.add(await startSshd());
      const params = { identityFiles: [key], password: server.password };
      assert.equal((await login(server, params, own)).authMethod, "password");
    });
  });

  describe("a server that takes RSA keys with SHA-1 only", () => {
    async function oldServer() {
      const config = ["PubkeyAcceptedAlgorithms ssh-rsa", "PasswordAuthentication no"];
      const server = scope.add(await startSshd({ config }));
      const rsa = join(scope.tempDir(), "rsa");
      copyKey(makeKey("rsa", "login"), rsa);
      appendFileSync(server.authorizedKeysPath, readFileSync(`${rsa}.pub`));
      return { server, rsa, params: { identityFiles: [rsa], agent: false } };
    }

    it("is named as the cause", async () => {
      const { server, rsa, params } = await oldServer();
      const error = await fails(login(server, params), "AuthenticationFailed");
      assert.equal(error.data.skipped[0]?.path, rsa);
      assert.match(error.message, /takes this RSA key with SHA-1 only.*algorithms\.publicKey/);
    });

    it("isn't where the key is a stranger's", async () => {
      const { server } = await oldServer();
      const stranger = join(scope.tempDir(), "stranger");
      copyKey(makeKey("rsa", "stranger"), stranger);
      const params = { identityFiles: [stranger], agent: false };
      const error = await fails(login(server, params), "AuthenticationFailed");
      assert.deepEqual(error.data.skipped, []);
    });

    it("works where that is allowed: by the call, with the agent, by the configuration", async () => {
      const { server, rsa, params } = await oldServer();
      const agent = scope.add(await startAgent());
      agent.add(rsa);
      for (const publicKey of [["ssh-rsa"], ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]]) {
        const algorithms = { publicKey };
        assert.ok((await login(server, { ...params, algorithms })).session);
        assert.ok((await login(server, { agent: agent.socket, algorithms })).session);
      }
      const config = join(scope.tempDir(), "config");
      for (const [name, path] of [
        ["PubkeyAcceptedAlgorithms", process.env["PATH"]],
        ["PubkeyAcceptedKeyTypes", process.env["PATH"]],
        ["PubkeyAcceptedKeyTypes", "/nonexistent"],
      ] as const) {
        writeFileSync(config, `Host *\n${name} +ssh-rsa\n`);
        const own = scope.add(startDaemon({ env: { PATH: path ?? "" } }));
        assert.ok((await login(server, { ...params, config }, own)).session, name);
      }
    });

    it("and a key of which no algorithm is allowed is left out", async () => {
      const server = scope.add(await startSshd());
      const algorithms = { publicKey: ["rsa-sha2-512"] };
      const params = { identityFiles: [server.privateKeyPath], agent: false, algorithms };
      await says(login(server, params), "ssh-ed25519 is not among the public key algorithms");
    });
  });
});
