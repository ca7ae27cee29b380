import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Daemon, connect } from "../../clients/js/index.ts";
import type { Prompt, SshError } from "../../clients/js/index.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: connect", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let lab: Lab;

  before(async function () {
    requires(this, "sshd");
    lab = await Lab.start(suite);
  });

  /** An address at which nobody ever says anything. */
  async function silentAddress() {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    scope.defer(() => server.close());
    const accepted = once(server, "connection");
    accepted.then(
      ([socket]) => scope.defer(() => socket.destroy()),
      () => {},
    );
    const { port } = server.address() as AddressInfo;
    return { options: { host: "127.0.0.1", port, username: "x" }, accepted };
  }

  it("says whom it has found there", async () => {
    const session = scope.add(await lab.connect());
    const { host, port, username, hostKeys } = lab.server;
    assert.deepEqual([session.host, session.port, session.username], [host, port, username]);
    assert.match(session.serverIdent, /^SSH-2\.0-OpenSSH/);
    assert.equal(session.hostKey.fingerprint, hostKeys[0]?.fingerprint);
    assert.deepEqual([session.authMethod, session.ignored], ["password", []]);
    assert.deepEqual(session.warnings, []);
  });

  it("takes user, host and port in one", async () => {
    const { host, port, username } = lab.server;
    const { port: _, username: __, ...others } = lab.options;
    for (const [text, more] of [
      [`${username}@${host}:${port}`, {}],
      [`[${host}]:${port}`, { username }],
      [`${username}@${host}:${port}`, { port, username }],
    ] as const) {
      await using session = await connect({ ...others, host: text, ...more });
      assert.deepEqual([session.host, session.port, session.username], [host, port, username]);
    }
    const twice = connect({ ...others, host: `alice@${host}:${port}`, username: "bob" });
    await assert.rejects(twice, {
      kind: "InvalidParams",
      message: "host: says alice, and username is bob: one of them is enough",
      dispatched: "no",
    });
    await assert.rejects(connect({ ...others, host: `${host}:${port}`, port: 1 }), /and port is 1/);
  });

  it("takes a private key's text, and its file's bytes", async () => {
    const { host, port, username, privateKeyPath } = lab.server;
    const bytes = readFileSync(privateKeyPath);
    const own = { host, port, username, knownHosts: [] };
    for (const privateKey of [bytes, new Uint8Array(bytes), bytes.toString()]) {
      const session = await connect({ ...own, privateKey });
      assert.equal(session.authMethod, "publickey");
      await session.close();
    }
    const wrong = connect({ ...own, privateKey: Buffer.from([0xff]) });
    await assert.rejects(wrong, TypeError);
  });

  it("says what was negotiated", async () => {
    const algorithms = { kex: ["curve25519-sha256"] };
    const session = scope.add(await lab.connect({ algorithms, warnWeakCrypto: true }));
    assert.deepEqual([session.kex, session.postQuantum], ["curve25519-sha256", false]);
    assert.match(session.warnings[0] ?? "", /not using a post-quantum key exchange/);
    assert.notEqual(session.cipher, "");
    assert.notEqual(session.mac, "");
  });

  it("goes through another session, and by a proxy command", async () => {
    const gate = scope.add(await lab.connect());
    const inner = scope.add(await lab.connect({ via: gate }));
    assert.equal((await inner.run("echo in")).stdout, "in");
    assert.equal(inner.via, gate);
    await assert.rejects(lab.connect({ proxyCommand: "exit 3" }), { kind: "ConnectFailed" });
    await gate.close();
    await assert.rejects(inner.run("true"), (error: SshError) => error.dispatched === "no");
  });

  it("fails by the kind of what went wrong, with its cause in the message", async () => {
    const refused = connect({ host: "127.0.0.1", port: 1, username: "x" });
    await assert.rejects(refused, {
      kind: "ConnectFailed",
      code: "ECONNREFUSED",
      dispatched: "no",
    });
    await assert.rejects(lab.connect({ password: "wrong" }), { kind: "AuthenticationFailed" });
    await assert.rejects(
      lab.connect({ hostKeyFingerprints: [`SHA256:${"A".repeat(43)}`] }),
      (error: SshError) => {
        assert.equal(error.data["fingerprint"], lab.server.hostKeys[0]?.fingerprint);
        return error.kind === "HostKeyRejected" && error.data["reason"] === "notPinned";
      },
    );
    await assert.rejects(lab.connect({ wrong: 1 } as object), {
      kind: "InvalidParams",
      dispatched: "no",
    });
    const { options } = await silentAddress();
    await assert.rejects(connect({ ...options, timeout: 0.2 }), {
      kind: "Timeout",
      dispatched: "no",
    });
  });

  it("is given up by an AbortSignal", async () => {
    const { options, accepted } = await silentAddress();
    const controller = new AbortController();
    const connecting = connect({ ...options, signal: controller.signal });
    await accepted;
    controller.abort("enough");
    await assert.rejects(connecting, { kind: "Cancelled", cause: "enough" });
    const aborted = connect({ ...options, signal: AbortSignal.abort("before") });
    await assert.rejects(aborted, { kind: "Cancelled", cause: "before", dispatched: "no" });
  });

  it("asks: a host key, a password", async () => {
    const prompts: Prompt[] = [];
    const options = {
      password: undefined,
      hostKeyPolicy: "ask",
      knownHosts: [join(scope.tempDir(), "known_hosts")],
    } as const;
    const session = scope.add(
      await lab.connect({
        ...options,
        onPrompt(prompt) {
          prompts.push(prompt);
          return prompt.kind === "host-key" ? true : lab.server.password;
        },
      }),
    );
    assert.equal((await session.run("echo in")).stdout, "in");
    assert.deepEqual(
      prompts.map(({ kind }) => kind),
      ["host-key", "password"],
    );
    const [first, second] = prompts;
    assert.ok(first?.kind === "host-key" && second?.kind === "password");
    assert.equal(first.hostKey.fingerprint, lab.server.hostKeys[0]?.fingerprint);
    assert.deepEqual([second.username, second.prompts[0]?.echo], [lab.server.username, false]);
    assert.equal(session.hostKey.status, "recorded");
  });

  it("asks again when a session with reconnect is connected to again", async () => {
    let asked = 0;
    const session = scope.add(
      await lab.connect({
        password: undefined,
        reconnect: true,
        onPrompt() {
          asked += 1;
          return lab.server.password;
        },
      }),
    );
    const states: string[] = [session.state];
    for (const event of ["lost", "restored"] as const) {
      session.on(event, () => states.push(event, session.state));
    }
    const lost = session.run("sleep 1000").catch((error: unknown) => error);
    await until(() => lab.server.commands().length > 0, "it runs");
    lab.server.kill();
    assert.equal(((await lost) as { kind: string }).kind, "ConnectionLost");
    assert.equal((await session.run("echo back")).stdout, "back");
    assert.equal(asked, 2);
    assert.deepEqual(states, ["open", "lost", "lost", "restored", "open"]);
  });

  it("says the state of what has ended", async () => {
    const session = scope.add(await lab.connect());
    const other = scope.add(await lab.connect());
    const told = once(session, "close");
    const running = session.run("sleep 1000").catch(() => {});
    await until(() => lab.server.commands().length > 0, "it runs");
    lab.server.kill();
    await told;
    await running;
    assert.equal(session.state, "closed");
    await other.close();
    assert.equal(other.state, "closed");
    const daemon = scope.add(await Daemon.start());
    const last = scope.add(await lab.connect({ daemon }));
    assert.equal(last.state, "open");
    await daemon.close();
    assert.equal(last.state, "closed");
  });

  it("takes a refusal, a wrong answer, and what the callback throws", async () => {
    const options = { password: undefined };
    const refused = { kind: "AuthenticationFailed" };
    await assert.rejects(lab.connect(options), refused);
    await assert.rejects(lab.connect({ ...options, onPrompt: () => null }), refused);
    await assert.rejects(lab.connect({ ...options, onPrompt: async () => "wrong" }), refused);
    const failing = lab.connect({
      ...options,
      onPrompt() {
        throw new RangeError("no");
      },
    });
    await assert.rejects(failing, RangeError);
    await assert.rejects(lab.connect({ ...options, onPrompt: () => ["a", "b"] }), /2 answers to 1/);
    await assert.rejects(lab.connect({ ...options, onPrompt: () => true }), TypeError);
  });

  it("tells the callback that nobody waits for its answer any more", async () => {
    let withdrawn = false;
    const failing = lab.connect({
      password: undefined,
      timeout: 1,
      async onPrompt(_, { signal }) {
        await sleep(60_000, undefined, { signal }).catch(() => (withdrawn = true));
        return null;
      },
    });
    await assert.rejects(failing, { kind: "Timeout" });
    assert.ok(withdrawn);
  });

  it("ends with its block, and closing again is no error", async () => {
    let kept;
    {
      await using session = await lab.connect();
      kept = session;
    }
    await kept.close();
    await assert.rejects(kept.run("true"), { kind: "SessionNotFound", dispatched: "no" });
    assert.throws(() => kept.spawn("true"), { kind: "SessionNotFound" });
    await assert.rejects(kept.readFile("/etc/passwd"), { kind: "SessionNotFound" });
  });
});
