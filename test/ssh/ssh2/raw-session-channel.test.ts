import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "mocha";
import { firstWindow } from "../../../src/ssh/flow/receive-window.ts";
import type { Protocol } from "../../../src/ssh/ssh2/internals/protocol.ts";
import { RawSessionChannel } from "../../../src/ssh/ssh2/raw-session-channel.ts";

/** A channel as ssh2 has it, with what it sends and what it tells. */
function open({ window = 0, packetSize = 100 } = {}) {
  const sent: string[] = [];
  const told: string[] = [];
  const protocol: Partial<Protocol> = {
    channelData: (_, { length }) => sent.push(`data ${length}`),
    channelEOF: () => sent.push("eof"),
    channelClose: () => sent.push("close"),
  };
  const opened = { recipient: 0, sender: 1, window, packetSize };
  const channel = new RawSessionChannel(protocol as Protocol, opened);
  const listen = () =>
    channel.listen({
      output: (stream, chunk) => told.push(`${stream} ${chunk.toString()}`),
      overrun: () => told.push("overrun"),
      exit: ({ code, signal }) => told.push(`exit ${code ?? signal}`),
      ended: (isClosed) => told.push(isClosed ? "closed" : "ended"),
    });
  /** As ssh2 does when the server sends data, or grants window. */
  const receive = (stream: { push: (chunk: Buffer) => unknown }, text: string) => {
    channel.incoming.window -= text.length;
    return stream.push(Buffer.from(text));
  };
  const grant = (bytes: number) => {
    channel.outgoing.window += bytes;
    if (!channel._waitWindow) return;
    channel._waitWindow = false;
    channel._chunkcb();
  };
  const write = (length: number, name: string) =>
    channel.write(Buffer.alloc(length), () => sent.push(`${name} taken`));
  return { channel, sent, told, listen, receive, grant, write };
}

describe("a session channel in place of ssh2's", () => {
  it("tells what has come before somebody listens, too, and its end last", async () => {
    const { channel, told, listen, receive } = open();
    assert.equal(receive(channel, "out"), false, "ssh2 is to leave the window alone");
    receive(channel.stderr, "err");
    channel.push(null);
    channel.stderr.push(null);
    channel.emit("exit", 7);
    await nextTurn();
    listen();
    assert.deepEqual(told, ["stdout out", "stderr err", "exit 7"]);
    await nextTurn();
    assert.equal(told.at(-1), "ended");
    channel.emit("close", 7);
    await nextTurn();
    assert.deepEqual(told.slice(3), ["ended", "closed"]);
  });

  it("tells of an end and a close that came together as one", async () => {
    const { channel, told, listen } = open();
    listen();
    channel.push(null);
    channel.emit("exit", null, "SIGTERM");
    channel.emit("close", null);
    await nextTurn();
    assert.deepEqual(told, ["exit TERM", "closed"]);
  });

  it("tells of a server that sends more than the window", () => {
    const { channel, told, listen, receive } = open();
    listen();
    receive(channel, "x".repeat(firstWindow));
    assert.notEqual(told.at(-1), "overrun");
    receive(channel, "y");
    assert.equal(told.at(-1), "overrun");
  });

  it("writes in packets, as far as the window goes, and EOF behind all", () => {
    const { channel, sent, grant, write } = open({ window: 120 });
    write(130, "one");
    write(10, "two");
    channel.end();
    assert.deepEqual(sent, ["data 100", "data 20"]);
    grant(5);
    grant(100);
    assert.deepEqual(sent.slice(2), [
      "data 5",
      "data 5",
      "one taken",
      "data 10",
      "two taken",
      "eof",
    ]);
  });

  it("pays what it has borrowed of a window back from the first that is granted", () => {
    const { channel, sent, grant, write } = open();
    channel.borrowWindow(60);
    write(50, "one");
    write(50, "two");
    assert.deepEqual(sent, ["data 50", "one taken", "data 10"]);
    grant(70);
    assert.deepEqual(sent.slice(3), ["data 10"]);
    grant(100);
    assert.deepEqual(sent.slice(4), ["data 30", "two taken"]);
  });

  it("sends nothing any more, and closes once, when it is closed", () => {
    const { channel, sent, write } = open({ window: 100 });
    channel.close();
    channel.close();
    write(10, "one");
    channel.end();
    assert.deepEqual(sent, ["close"]);
  });
});
