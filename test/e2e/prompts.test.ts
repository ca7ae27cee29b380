import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { acceptKey, acceptKeyboardInteractive, acceptPassword } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServerOptions } from "../fixtures/fault-server.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { copyKey, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { useDaemons } from "../fixtures/used-daemons.ts";
import { fails } from "./support/fails.ts";

type Answer = (params: Json) => Json;

describe("questions to the client", () => {
  const scope = useScope();
  const startAsking = useDaemons({ prompt: true });

  /** A daemon whose client answers as told. */
  function start(answer?: Answer): { daemon: Daemon; asked: Json[] } {
    const daemon = startAsking();
    const asked: Json[] = [];
    daemon.onRequest = (method, params) => {
      assert.equal(method, "client/prompt");
      asked.push(params);
      return answer?.(params);
    };
    return { daemon, asked };
  }
  const serve = async (options: FaultServerOptions) => scope.add(await startFaultServer(options));
  const login = (daemon: Daemon, server: { host: string; port: number }, params: object = {}) =>
    daemon.request("ssh.new", {
      host: server.host,
      port: server.port,
      username: "alice",
      ...params,
    });

  it("a password", async () => {
    const server = await serve({ authenticate: acceptPassword("alice", "pässword") });
    const { daemon, asked } = start(() => ({ answers: ["pässword"] }));
    assert.equal((await login(daemon, server)).authMethod, "password");
    const { host, port } = server;
    const prompts = [{ prompt: `alice@${host}'s password: `, echo: false }];
    assert.deepEqual(asked, [{ kind: "password", host, port, username: "alice", prompts }]);
  });

  it("a password three times, and not once more", async () => {
    const server = await serve({});
    const { daemon, asked } = start(() => ({ answers: ["wrong"] }));
    await fails(login(daemon, server), "AuthenticationFailed", {
      tried: ["none", "password", "password", "password"],
    });
    assert.equal(asked.length, 3);
  });

  it("a password that was given is tried before anybody is asked", async () => {
    const server = await serve({});
    const { daemon, asked } = start(() => ({ answers: [server.password] }));
    await login(daemon, server, { password: server.password });
    assert.deepEqual(asked, []);
    await login(daemon, server, { password: "wrong" });
    assert.equal(asked.length, 1);
  });

  it("the server's own questions, as it puts them", async () => {
    const prompts = [
      { prompt: "Where are you? ", echo: true },
      { prompt: "Token: ", echo: false },
    ];
    const authenticate = acceptKeyboardInteractive("alice", ["here", "123456"], prompts);
    const server = await serve({ authenticate });
    const { daemon, asked } = start(() => ({ answers: ["here", "123456"] }));
    assert.equal((await login(daemon, server)).authMethod, "keyboard-interactive");
    assert.deepEqual([asked[0].kind, asked[0].prompts], ["keyboard-interactive", prompts]);
    assert.deepEqual([asked[0].name, asked[0].instruction], ["", ""]);
  });

  it("a one-time code after the password", async function () {
    requires(this, "sshd", "pam");
    const config = ["AuthenticationMethods password,keyboard-interactive"];
    const server = scope.add(await startSshd({ pam: true, config }));
    const { daemon, asked } = start(() => ({ answers: [server.password] }));
    const { authMethod } = await login(daemon, server, { password: server.password });
    assert.equal(authMethod, "password,keyboard-interactive");
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ["keyboard-interactive"],
    );
  });

  describe("a key's passphrase", () => {
    async function encryptedKey(passphrase: string) {
      const path = join(scope.tempDir(), "key");
      copyKey(makeKey("ed25519", "login"), path);
      const args = ["-q", "-p", "-a", "1", "-P", "", "-N", passphrase, "-f", path];
      execFileSync(programPath("ssh-keygen"), args, { stdio: "ignore" });
      const { type, blob } = readPublicKey(path);
      return { path, line: `${type} ${blob}` };
    }

    it("is asked for when the server wants the key, until it is right", async function () {
      requires(this, "ssh");
      const { path, line } = await encryptedKey("right");
      const server = await serve({ authenticate: acceptKey("alice", line) });
      let count = 0;
      const { daemon, asked } = start(() => ({ answers: [++count < 3 ? "wrong" : "right"] }));
      const { authMethod } = await login(daemon, server, { identityFiles: [path] });
      assert.equal(authMethod, "publickey");
      assert.deepEqual(
        asked.map((each) => [each.kind, each.path]),
        Array.from({ length: 3 }, () => ["passphrase", path]),
      );
    });

    it("is not asked for where the server doesn't want the key", async function () {
      requires(this, "ssh");
      const { path } = await encryptedKey("right");
      const server = await serve({});
      const { daemon, asked } = start(() => ({ answers: [server.password] }));
      const { authMethod } = await login(daemon, server, { identityFiles: [path] });
      assert.equal(authMethod, "password");
      assert.deepEqual(
        asked.map(({ kind }) => kind),
        ["password"],
      );
    });

    it("refused: the key is left out, and why", async function () {
      requires(this, "ssh");
      const { path, line } = await encryptedKey("right");
      const server = await serve({ authenticate: acceptKey("alice", line) });
      const { daemon } = start(() => null);
      await fails(login(daemon, server, { identityFiles: [path] }), "AuthenticationFailed", {
        skipped: [{ path, reason: "the client gave no passphrase" }],
      });
    });

    it("a wrong one is called wrong where nobody answers for the login", async function () {
      requires(this, "ssh");
      const { path, line } = await encryptedKey("right");
      const server = await serve({ authenticate: acceptKey("alice", line) });
      const { daemon, asked } = start(() => ({ answers: ["right"] }));
      const params = { identityFiles: [path], passphrase: "wrong", prompt: false };
      const error = await login(daemon, server, params).then(assert.fail, (each) => each);
      assert.equal(error.data.kind, "AuthenticationFailed");
      assert.match(error.data.skipped[0].reason, /wrong/);
      assert.deepEqual(asked, []);
    });
  });

  describe("what is no answer is a refusal, and ends the asking", () => {
    const refusals: Record<string, Answer> = {
      null: () => null,
      "an error": () => {
        throw new Error("hunter2");
      },
      "no object": () => "hunter2",
      "no answers": () => ({}),
      "too many": () => ({ answers: ["hunter2", "hunter2"] }),
      none: () => ({ answers: [] }),
      "a number": () => ({ answers: [2] }),
      "half a character": () => ({ answers: ["\ud800"] }),
      "something beside it": () => ({ answers: ["hunter2"], more: true }),
      "the answer to another question": () => ({ accept: true }),
    };
    for (const [what, answer] of Object.entries(refusals)) {
      it(what, async () => {
        const server = await serve({ authenticate: acceptPassword("alice", "hunter2") });
        const { daemon, asked } = start(answer);
        const error = await fails(login(daemon, server), "AuthenticationFailed", {
          tried: ["none"],
        });
        assert.match(
          error.message,
          /: permission denied \(the server offers password\): the server asks "alice@.*'s password:", and the client gave no answer$/,
        );
        assert.equal(asked.length, 1);
        assert.ok(!daemon.stderr().includes("hunter2"));
      });
    }
  });

  for (const [what, members, succeeds] of [
    ["a result and error: null", { result: { answers: ["open-sesame"] }, error: null }, true],
    ["result: null and an error", { result: null, error: { code: 1, message: "no" } }, false],
    ["a result and an error", { result: { answers: ["open-sesame"] }, error: { code: 1 } }, false],
    ["an error that is a string", { error: "no" }, false],
    ["without jsonrpc", { jsonrpc: undefined, result: { answers: ["open-sesame"] } }, true],
  ] as const) {
    it(`an answer with ${what} is taken for what it is, and gets no answer`, async () => {
      const server = await serve({});
      const { daemon } = start();
      const request = login(daemon, server);
      const { id } = await daemon.waitFor((message) => message.method === "client/prompt");
      await daemon.send({ id, ...members });
      if (succeeds) await request;
      else await fails(request, "AuthenticationFailed");
      await daemon.request("daemon.status");
      const answers = daemon.messages.filter((each) => each.id === id && each.error !== undefined);
      assert.deepEqual(answers, []);
    });
  }

  it("without the capability nobody is asked", async () => {
    const server = await serve({});
    const daemon = scope.add(startDaemon());
    await daemon.request("initialize", { capabilities: {} });
    const params = { hostKeyPolicy: "ask" };
    await fails(login(daemon, server), "AuthenticationFailed", { tried: ["none"] });
    const other = await serve({});
    await fails(login(daemon, other, params), "HostKeyRejected", { reason: "unknown" });
    assert.ok(daemon.messages.every((each) => each.method === undefined));
  });

  it("a login with `prompt: false` asks nobody, though the client could be asked", async () => {
    const server = await serve({});
    const { daemon, asked } = start(() => ({ answers: ["x"], accept: true }));
    await fails(login(daemon, server, { prompt: false }), "AuthenticationFailed", {
      tried: ["none"],
    });
    const other = await serve({});
    const unknown = { prompt: false, hostKeyPolicy: "ask" };
    await fails(login(daemon, other, unknown), "HostKeyRejected", { reason: "unknown" });
    assert.deepEqual(asked, []);
  });

  describe("the end of the call takes the question back", () => {
    const cancelled = (daemon: Daemon) =>
      daemon.waitFor((each) => each.method === "$/cancelRequest");
    const question = (daemon: Daemon) => daemon.waitFor((each) => each.method === "client/prompt");

    it("its deadline", async () => {
      const server = await serve({});
      const { daemon } = start();
      await fails(login(daemon, server, { timeout: 3 }), "Timeout", { phase: "authenticate" });
      const { params } = await cancelled(daemon);
      assert.equal(params.id, (await question(daemon)).id);
    });

    it("a cancellation, and the late answer hurts nobody", async () => {
      const server = await serve({});
      const { daemon } = start();
      await daemon.send({
        id: "new",
        method: "ssh.new",
        params: [server.host, server.port, "alice"],
      });
      const { id } = await question(daemon);
      await daemon.notify("$/cancelRequest", { id: "new" });
      await fails(daemon.reply("new"), "Cancelled", { phase: "authenticate" });
      assert.equal((await cancelled(daemon)).params.id, id);
      await daemon.send({ id: id ?? null, result: { answers: [server.password] } });
      await daemon.request("daemon.status");
      await (
        await server.connection(0)
      ).closed;
    });

    it("the server's hanging up, which is no refusal", async () => {
      const server = await serve({});
      const { daemon } = start();
      const done = login(daemon, server);
      await question(daemon);
      (await server.connection(0)).destroy();
      await fails(done, "ConnectionLost");
      await cancelled(daemon);
    });

    it("the server's hanging up while its host key is asked about", async () => {
      const server = await serve({});
      const { daemon } = start();
      const done = login(daemon, server, { hostKeyPolicy: "ask" });
      const { id } = await question(daemon);
      (await server.connection(0)).destroy();
      await fails(done, "HandshakeFailed", { stage: "kex" });
      await cancelled(daemon);
      await daemon.send({ id: id ?? null, result: { accept: false } });
      await daemon.request("daemon.status");
      assert.doesNotMatch(daemon.stderr(), /unhandled/);
    });
  });

  it("several logins ask at once, and each gets its own answer", async () => {
    const servers = await Promise.all(
      ["one", "two", "three"].map((word) => serve({ authenticate: acceptPassword("alice", word) })),
    );
    const { daemon, asked } = start();
    const words = new Map(servers.map(({ port }, index) => [port, ["one", "two", "three"][index]]));
    daemon.onRequest = async (_, params) => {
      asked.push(params);
      await until(() => asked.length === 3, "all three ask");
      return { answers: [words.get(params.port)] };
    };
    const results = await Promise.all(servers.map((server) => login(daemon, server)));
    assert.deepEqual(
      results.map(({ authMethod }) => authMethod),
      ["password", "password", "password"],
    );
  });
});
