import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { makeFile, makeSparseFile } from "../fixtures/files.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { login, rejects } from "./support/calls.ts";

describe("progress", () => {
  const scope = useScope("suite");
  let server: SshServer;
  let daemon: Daemon;
  let session: number;
  let proxy: TcpProxy;
  let folder: string;
  const size = 3_000_000;

  before(async function () {
    requires(this, "sshd", "scp");
    server = scope.add(await startSshd());
    const { host, port } = server;
    proxy = scope.add(await TcpProxy.start({ target: { host, port } }));
    daemon = scope.add(startDaemon());
    session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
    folder = scope.tempDir();
    makeFile(join(folder, "local"), size);
    makeFile(join(server.home, "remote"), size);
    makeSparseFile(join(server.home, "huge"), 1e12);
  });

  const values = (token: string | number): Json[] =>
    daemon.messages
      .filter(({ method, params }) => method === "$/progress" && params.token === token)
      .map(({ params }) => params.value);

  /** Where the last message of a token stands, and the reply's place. */
  const transfers: [string, title: string, params: (to: string) => object][] = [
    ["into memory", "scpRecv", () => ({ source: "remote" })],
    ["into a file", "scpRecv", (to) => ({ source: "remote", dest: to })],
    ["of bytes", "scpSend", () => ({ data: "x".repeat(size), dest: "sent" })],
    ["of a file", "scpSendfile", () => ({ source: join(folder, "local"), dest: "sent" })],
  ];
  for (const [index, [name, title, params]] of transfers.entries()) {
    it(`of ${title}, ${name}: begins, ends, and then the reply comes`, async () => {
      const id = `transfer ${index}`;
      const to = join(folder, `received ${index}`);
      const request = { session, workDoneToken: index, ...params(to) };
      await daemon.send({ id, method: `session.${title}`, params: request });
      await daemon.reply(id);
      const [first, ...others] = values(index);
      const last = others.pop();
      assert.deepEqual(first, { kind: "begin", title, total: size });
      assert.deepEqual(last, { kind: "end", bytes: size, total: size });
      assert.ok(others.every(({ kind }) => kind === "report"));
      const reply = daemon.messages.findIndex((message) => message.id === id);
      const end = daemon.messages.findLastIndex(({ params: its }) => its?.token === index);
      assert.ok(end < reply);
    });
  }

  it("of an empty file begins and ends", async () => {
    const params = { session, data: "", dest: "empty", workDoneToken: "empty" };
    await daemon.request("session.scpSend", params);
    assert.deepEqual(values("empty"), [
      { kind: "begin", title: "scpSend", total: 0 },
      { kind: "end", bytes: 0, total: 0 },
    ]);
  });

  it("is reported while the transfer goes on, and ends when it is cancelled", async () => {
    const dest = join(folder, "huge");
    const params = { session, source: "huge", dest, workDoneToken: "huge" };
    await daemon.send({ id: "huge", method: "session.scpRecv", params });
    for (let count = 1; count <= 2; count++) {
      await daemon.waitFor(
        () => values("huge").filter(({ kind }) => kind === "report").length === count,
      );
    }
    await daemon.notify("$/cancelRequest", { id: "huge" });
    await rejects(daemon.reply("huge"), "Cancelled");
    const [one, two] = values("huge").filter(({ kind }) => kind === "report");
    const end = values("huge").at(-1);
    assert.ok(0 < one.bytes && one.bytes < two.bytes && two.bytes <= end.bytes);
    assert.deepEqual([one.total, one.percentage, end.kind], [1e12, 0, "end"]);
    assert.ok(!readdirSync(folder).some((file) => file.includes("huge")));
  });

  it("is not told of a transfer that fails before it begins", async () => {
    const params = { session, source: "/nonexistent", workDoneToken: "none" };
    await rejects(daemon.request("session.scpRecv", params), "ScpRemoteError");
    const tooLarge = { session, source: "remote", maxOutput: 1, workDoneToken: "none" };
    await rejects(daemon.request("session.scpRecv", tooLarge), "OutputTooLarge");
    assert.deepEqual(values("none"), []);
  });
});
