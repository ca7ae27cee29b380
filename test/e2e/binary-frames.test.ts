import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Message } from "../fixtures/daemon.ts";
import { pseudoRandomBytes } from "../fixtures/files.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { login } from "./support/calls.ts";
import { everyByte } from "./support/session.ts";

describe("binary frames", () => {
  const scope = useScope("suite");
  let server: SshServer;
  let daemon: Daemon;
  let session: number;
  let calls = 0;

  before(async function () {
    requires(this, "sshd", "scp");
    server = scope.add(await startSshd());
    daemon = scope.add(startDaemon());
    await daemon.request("initialize", { capabilities: { binaryFrames: true } });
    session = await login(daemon, server);
  });

  /** The whole reply of a request, with its binary part. */
  async function call(method: string, params: object, binary?: Buffer): Promise<Message> {
    const id = `call ${++calls}`;
    await daemon.send({ id, method, params: { session, ...params } }, binary);
    return daemon.waitFor((message) => message.id === id);
  }

  function slice({ binary }: Message, place: [number, number]): Buffer {
    assert.ok(binary, "the message is no binary frame");
    return binary.subarray(place[0], place[0] + place[1]);
  }

  it("carry a command's input and output, text too", async () => {
    const binary = Buffer.from([0, ...everyByte, 0]);
    const params = { command: "cat", stdin: [1, 256], stdinEncoding: "binary" };
    const reply = await call("session.exec", params, binary);
    assert.deepEqual(reply.result, {
      output: [0, 256],
      encoding: "binary",
      exitCode: 0,
      exitSignal: null,
    });
    assert.deepEqual(reply.binary, everyByte);
    assert.equal(
      (await call("session.exec", { command: "echo text" })).binary?.toString(),
      "text\n",
    );
  });

  it("carry the streams apart, side by side", async () => {
    const command = "echo out; echo err >&2";
    const reply = await call("session.exec", { command, streams: "separate" });
    const { stdout, stdoutEncoding, stderr, stderrEncoding } = reply.result;
    assert.deepEqual([stdoutEncoding, stderrEncoding], ["binary", "binary"]);
    assert.equal(slice(reply, stdout).toString(), "out\n");
    assert.equal(slice(reply, stderr).toString(), "err\n");
  });

  it("are not used for bytes whose encoding the call forces, errors included", async () => {
    for (const encoding of ["utf8", "base64"] as const) {
      const { result, binary } = await call("session.exec", { command: "echo é", encoding });
      assert.deepEqual([result.encoding, binary], [encoding, undefined]);
      assert.equal(Buffer.from(result.output, encoding).toString(), "é\n");
      const tooMuch = { command: "echo é", encoding, maxOutput: 2 };
      const { error, binary: none } = await call("session.exec", tooMuch);
      assert.deepEqual([error?.data.encoding, none], [encoding, undefined]);
    }
    const { error } = await call("session.exec", { command: "printf '\\377'", encoding: "utf8" });
    assert.deepEqual([error?.data.kind, error?.data.encoding], ["NotUtf8", "base64"]);
  });

  it("carry what had arrived before an error", async () => {
    const reply = await call("session.exec", { command: "echo partial", maxOutput: 4 });
    assert.equal(reply.error?.data.kind, "OutputTooLarge");
    assert.equal(reply.error?.data.encoding, "binary");
    assert.equal(slice(reply, reply.error?.data.output).toString(), "part");
  });

  it("carry streamed output, where the bytes of a character may be cut", async () => {
    const token = "streamed";
    const params = { command: "printf é; cat", stream: true, window: 1, openStdin: true, token };
    const reply = call("session.exec", params);
    const piece = (seq: number) =>
      daemon.waitFor(({ params: its, method }) => method === "session/output" && its.seq === seq);
    assert.deepEqual((await piece(0)).binary, Buffer.from("é").subarray(0, 1));
    await daemon.notify("session.windowAdjust", { token, bytes: 1000 });
    assert.deepEqual((await piece(1)).binary, Buffer.from("é").subarray(1));
    const write = { token, data: [2, 3], encoding: "binary" };
    await daemon.request("session.write", write, Buffer.from("<>abc<>"));
    assert.equal((await piece(2)).binary?.toString(), "abc");
    assert.equal((await piece(2)).params.encoding, "binary");
    await daemon.request("session.closeStdin", { token });
    assert.deepEqual((await reply).result, {
      stdoutBytes: 5,
      stderrBytes: 0,
      exitCode: 0,
      exitSignal: null,
    });
  });

  it("carry files both ways", async () => {
    const file = pseudoRandomBytes(5_000_001);
    const dest = join(server.home, "sent");
    const data = { data: [10, file.length], encoding: "binary" };
    const sent = await call(
      "session.scpSend",
      { dest, ...data },
      Buffer.concat([everyByte.subarray(0, 10), file]),
    );
    assert.equal(sent.result, true);
    assert.ok(readFileSync(dest).equals(file));
    writeFileSync(dest, file.subarray(1));
    const received = await call("session.scpRecv", { source: dest });
    assert.deepEqual(received.result, {
      data: [0, file.length - 1],
      encoding: "binary",
      bytes: file.length - 1,
    });
    assert.ok(received.binary?.equals(file.subarray(1)));
  });
});
