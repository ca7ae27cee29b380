import assert from "node:assert/strict";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json, Message } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { until } from "../fixtures/until.ts";

describe("streaming", () => {
  const scope = useScope("suite");
  let server: SshServer;
  let daemon: Daemon;
  let session: number;
  let tokens = 0;

  before(async function () {
    requires(this, "sshd");
    server = scope.add(await startSshd({ unprivileged: true }));
    daemon = scope.add(startDaemon());
    const { host, port, username, password } = server;
    ({ session } = await daemon.request("ssh.new", { host, port, username, password }));
  });

  const newToken = () => `stream-${++tokens}`;
  const pieces = (token: string) =>
    daemon.messages
      .filter(({ method, params }) => method === "session/output" && params.token === token)
      .map(({ params }) => params);
  const bytes = (token: string) =>
    Buffer.concat(pieces(token).map(({ data, encoding }) => Buffer.from(data, encoding)));
  const exec = (params: object): Promise<Json> =>
    daemon.request("session.exec", { session, stream: true, ...params });

  it("sends each stream's pieces in order, numbered, and the reply behind the last", async () => {
    const token = newToken();
    const command = "for i in 1 2 3; do echo out$i; echo err$i >&2; done; exit 7";
    const result = await exec({ command, token });
    assert.deepEqual(result, { stdoutBytes: 15, stderrBytes: 15, exitCode: 7, exitSignal: null });
    const own = pieces(token);
    assert.deepEqual(
      own.map(({ seq }) => seq),
      [...own.keys()],
    );
    const text = (name: string) =>
      own
        .filter(({ stream }) => stream === name)
        .map(({ data }) => data)
        .join("");
    assert.equal(text("stdout"), "out1\nout2\nout3\n");
    assert.equal(text("stderr"), "err1\nerr2\nerr3\n");
    const last = daemon.messages.findLastIndex(({ params }) => params?.token === token);
    const reply = daemon.messages.findIndex(({ result: each }) => each?.stdoutBytes === 15);
    assert.ok(last < reply);
  });

  it("sends output while the command runs", async () => {
    const token = newToken();
    const running = exec({ command: "echo ready; cat", token, openStdin: true });
    await daemon.waitFor(({ params }: Message) => params?.token === token);
    assert.equal(bytes(token).toString(), "ready\n");
    await daemon.request("session.closeStdin", { token });
    assert.equal((await running).exitCode, 0);
  });

  it("keeps every byte, text as text and characters whole", async () => {
    const token = newToken();
    const line = "grüße €😀\n".repeat(40_000);
    const result = await exec({ command: "cat", stdin: line, token, window: 10_000_000 });
    assert.equal(result.stdoutBytes, Buffer.byteLength(line));
    assert.ok(bytes(token).equals(Buffer.from(line)));
    assert.ok(pieces(token).every(({ encoding }) => encoding === "utf8"));
    const binary = newToken();
    await exec({ command: "printf '\\377\\200\\000'", token: binary });
    assert.deepEqual([...bytes(binary)], [0xff, 0x80, 0]);
  });

  it("loses no byte that isn't the text that was asked for", async () => {
    const token = newToken();
    const command = "printf 'a\\377b'; printf 'c\\377' >&2; exit 3";
    const running = exec({ command, token, encoding: "utf8" });
    await assert.rejects(running, (error: Json) => {
      const { kind, stdoutBytes, stderrBytes, exitCode } = error.data;
      assert.deepEqual([kind, stdoutBytes, stderrBytes, exitCode], ["NotUtf8", 3, 2, 3]);
      return true;
    });
    const byStream = (name: string) =>
      pieces(token)
        .filter(({ stream }) => stream === name)
        .map(({ data, encoding }) => Buffer.from(data, encoding).toString("latin1"))
        .join("");
    assert.equal(byStream("stdout"), "a\xffb");
    assert.equal(byStream("stderr"), "c\xff");
  });

  it("takes text for text where a grant ends inside a character", async () => {
    const token = newToken();
    const running = exec({ command: "printf 'é€'", token, encoding: "utf8", window: 3 });
    await until(() => bytes(token).length === 3, "the grant is used up");
    await daemon.request("session.windowAdjust", { token, bytes: 10 });
    assert.equal((await running).stdoutBytes, 5);
    assert.equal(bytes(token).toString(), "é€");
  });

  it("sends what is granted, waits, and goes on when more is", async () => {
    const token = newToken();
    const command = "head -c 3000000 /dev/zero";
    const running = exec({ command, token, window: 1000, encoding: "base64" });
    await until(() => bytes(token).length === 1000, "the first grant is used up");
    const { output } = await daemon.request("session.exec", { session, command: "echo alive" });
    assert.equal(output, "alive\n");
    assert.equal(bytes(token).length, 1000);
    await daemon.notify("session.windowAdjust", { token, bytes: 500 });
    await until(() => bytes(token).length === 1500, "the second grant is used up");
    await daemon.request("session.windowAdjust", { token, bytes: 10_000_000 });
    assert.equal((await running).stdoutBytes, 3_000_000);
    assert.equal(bytes(token).length, 3_000_000);
  });

  it("grants nothing at first where window is 0", async () => {
    const token = newToken();
    const running = exec({ command: "echo x", token, window: 0 });
    await daemon.request("session.exec", { session, command: "true" });
    assert.equal(pieces(token).length, 0);
    await daemon.request("session.windowAdjust", { token, bytes: 2 });
    assert.equal((await running).stdoutBytes, 2);
  });

  it("has ended well what is taken only after its session", async () => {
    const { host, port, username, password } = server;
    const login = { host, port, username, password };
    const { session: own } = await daemon.request("ssh.new", login);
    const token = newToken();
    const running = exec({ session: own, command: "echo abc", token, window: 1 });
    const ended = async () => {
      const { sessions } = await daemon.request("daemon.status");
      const { execs, channels } = sessions.find((each: Json) => each.session === own);
      return execs === 1 && channels === 0;
    };
    await until(ended, "the command has ended");
    await daemon.request("session.free", { session: own });
    await daemon.request("session.windowAdjust", { token, bytes: 100 });
    assert.equal((await running).exitCode, 0);
    assert.equal(bytes(token).toString(), "abc\n");
  });

  it("takes input that is written, in order, to its end", async () => {
    const token = newToken();
    const running = daemon.request("session.exec", {
      session,
      command: "cat",
      token,
      stdin: "0",
      openStdin: true,
    });
    const writes = Array.from({ length: 50 }, (_, i) =>
      daemon.request("session.write", { token, data: ` ${i + 1}` }),
    );
    const closed = daemon.request("session.closeStdin", { token });
    assert.ok((await Promise.all(writes)).every((taken) => taken === true));
    await closed;
    const expected = Array.from({ length: 51 }, (_, i) => i).join(" ");
    assert.equal((await running).output, expected);
  });

  it("holds a writer to the pace of the command, and no more than the limit", async () => {
    const token = newToken();
    const running = daemon.request("session.exec", {
      session,
      command: "sleep 100",
      token,
      openStdin: true,
    });
    const data = Buffer.alloc(6 * 1024 * 1024).toString("base64");
    const write = () => daemon.request("session.write", { token, data, encoding: "base64" });
    const first = Promise.allSettled([write(), write()]);
    await assert.rejects(write(), { code: 5004 });
    await daemon.request("session.signal", { token, signal: "KILL" });
    assert.equal((await running).exitSignal, "KILL");
    for (const { status } of await first) assert.equal(status, "rejected");
  });

  it("leaves the input open where its closing came too late", async () => {
    const token = newToken();
    const command = `until [ -e ${token} ]; do sleep 0.05; done; wc -c`;
    const running = daemon.request("session.exec", { session, command, token, openStdin: true });
    // More than the server's window: what comes behind it waits.
    const first = daemon.request("session.write", { token, data: "x".repeat(8 * 1024 * 1024) });
    await assert.rejects(
      daemon.request("session.closeStdin", { token, timeout: 0.1 }),
      ({ data }: Json) => data.kind === "Timeout" && data.dispatched === "no",
    );
    const second = daemon.request("session.write", { token, data: "y" });
    await daemon.request("session.exec", { session, command: `touch ${token}` });
    assert.deepEqual(await Promise.all([first, second]), [true, true]);
    await daemon.request("session.closeStdin", { token });
    assert.equal(Number((await running).output), 8 * 1024 * 1024 + 1);
  });

  it("tells those that write, or wait to, when the connection is lost", async () => {
    await using lost = await startSshd({ unprivileged: true, config: ["MaxSessions 1"] });
    const { host, port, username, password } = lost;
    const own = await daemon.request("ssh.new", { host, port, username, password });
    const token = newToken();
    const running = exec({
      session: own.session,
      command: "echo up; exec sleep 1000",
      token,
      openStdin: true,
    });
    const failed = assert.rejects(running, { code: 2005 });
    await daemon.waitFor(({ params }: Message) => params?.token === token);
    const queuedToken = newToken();
    const queued = exec({
      session: own.session,
      command: "true",
      token: queuedToken,
      openStdin: true,
    });
    const alsoFailed = assert.rejects(queued, { code: 2005 });
    const data = "x".repeat(4 * 1024 * 1024);
    const writes = [token, token, queuedToken].map((each) =>
      daemon.request("session.write", { token: each, data }),
    );
    const dispatched = writes.map((each) =>
      each.then(
        () => assert.fail("the write was taken"),
        (error: Json) => [error.data.kind, error.data.dispatched],
      ),
    );
    await daemon.request("daemon.status");
    lost.kill();
    assert.deepEqual(await Promise.all(dispatched), [
      ["ConnectionLost", "maybe"],
      ["ConnectionLost", "no"],
      ["ConnectionLost", "no"],
    ]);
    await Promise.all([failed, alsoFailed]);
  });

  it("signals the command", async () => {
    const token = newToken();
    const running = exec({
      command: "trap 'echo hup; exit 5' HUP; echo up; while :; do sleep 0.05; done",
      token,
    });
    await daemon.waitFor(({ params }: Message) => params?.token === token);
    assert.equal(await daemon.request("session.signal", [token, "HUP"]), true);
    assert.equal((await running).exitCode, 5);
    const out = pieces(token).filter(({ stream }) => stream === "stdout");
    assert.equal(out.map(({ data }) => data).join(""), "up\nhup\n");
  });

  it("knows no command that has ended, nor another's token", async () => {
    const token = newToken();
    await exec({ command: "true", token });
    for (const [method, params] of [
      ["session.write", { token, data: "x" }],
      ["session.closeStdin", { token }],
      ["session.signal", { token, signal: "TERM" }],
      ["session.windowAdjust", { token, bytes: 1 }],
      ["session.signal", { token: 4711, signal: "TERM" }],
    ] as const) {
      await assert.rejects(daemon.request(method, params), {
        code: 1003,
        data: { kind: "CommandNotFound", dispatched: "no" },
      });
    }
  });

  it("takes no input for a command whose input isn't open, and leaves the command alone", async () => {
    const token = newToken();
    const running = exec({
      command: `echo up; until [ -e ${token} ]; do sleep 0.05; done; echo done`,
      token,
    });
    await daemon.waitFor(({ params }: Message) => params?.token === token);
    const refusal = { code: 1003, data: { kind: "CommandNotFound", dispatched: "no" } };
    await assert.rejects(daemon.request("session.write", { token, data: "x" }), refusal);
    await assert.rejects(daemon.request("session.closeStdin", { token }), refusal);
    await daemon.request("session.exec", { session, command: `touch ${token}` });
    assert.equal((await running).exitCode, 0);
    assert.equal(bytes(token).toString(), "up\ndone\n");
  });

  it("sends the signals that SSH has names for, and no other", async () => {
    const token = newToken();
    const running = exec({ command: "cat", token, openStdin: true });
    for (const signal of ["WINCH", "SIGTERM", "term", ""]) {
      await assert.rejects(
        daemon.request("session.signal", { token, signal }),
        ({ code, data }: Json) => code === -32602 && data.path === "signal",
      );
    }
    // OpenSSH's server loses one that comes before the new process leads a group of its own.
    await until(() => server.commands().length > 0, "the command runs");
    await daemon.request("session.signal", { token, signal: "TERM" });
    assert.equal((await running).exitSignal, "TERM");
  });

  it("refuses a token that is in use, and streaming or open input without one", async () => {
    const token = newToken();
    const running = exec({ command: "cat", token, openStdin: true });
    await assert.rejects(exec({ command: "true", token }), { code: -32602 });
    await assert.rejects(exec({ command: "true" }), { code: -32602 });
    await assert.rejects(
      daemon.request("session.exec", { session, command: "true", openStdin: true }),
      { code: -32602 },
    );
    await daemon.request("session.closeStdin", { token });
    await running;
  });

  it("ends at its deadline, also while it waits for a grant", async () => {
    const token = newToken();
    const running = exec({ command: "yes", token, window: 1000, timeout: 0.5 });
    await assert.rejects(running, (error: Json) => {
      assert.equal(error.data.kind, "Timeout");
      assert.equal(error.data.stdoutBytes, 1000);
      return true;
    });
    await until(() => server.commands().length === 0, "the command is gone");
  });
});
