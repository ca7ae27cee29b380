import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { packetsPerTurn } from "../../../../src/ssh/flow/turns.ts";
import { messageHandlers } from "../../../../src/ssh/ssh2/ssh2.ts";
import { guardInbound } from "../../../../src/ssh/ssh2/patches/inbound.ts";
import type { Transport } from "../../../../src/ssh/flow/transport.ts";

const SSH_MSG_IGNORE = 2;
const SSH_MSG_KEXINIT = 20;
const SSH_MSG_USERAUTH_INFO_REQUEST = 60;

/** ssh2's protocol as far as the gate knows it; each packet is a byte, its message number. */
class FakeProtocol {
  readonly handled: number[] = [];
  readonly errors: Error[] = [];
  destructed = false;
  _authenticated = true;
  _authsQueue: string[] = [];
  _packetRW = { read: {} };
  _offer = { lists: { kex: { array: [] }, serverHostKey: { array: [] } } };
  _onPayload = (payload: Buffer): unknown => void this.handled.push(payload[0] as number);
  _hostVerifier = () => {};
  _decipher:
    { inSeqno: number; free: () => void; _onPayload: (payload: Buffer) => unknown } | undefined;

  parse(chunk: Buffer): void {
    assert.fail(String(chunk));
  }

  _destruct(): void {
    this.destructed = true;
  }

  _onError(error: Error): void {
    this.errors.push(error);
  }

  _parse(chunk: Buffer, start: number, end: number): number | undefined {
    for (let at = start; at < end; at++) {
      const result = this._decipher?._onPayload(chunk.subarray(at, at + 1));
      if (result !== undefined) return result === false ? at + 1 : (result as number);
    }
    return undefined;
  }
}

describe("the gate for what comes", () => {
  function start() {
    const protocol = new FakeProtocol();
    const transport = new Duplex({ read() {}, write: (_data, _encoding, done) => done() });
    const client = { _protocol: protocol, emit: () => true };
    guardInbound(client as never, transport as unknown as Transport, messageHandlers);
    protocol._decipher = { inSeqno: 1, free: () => {}, _onPayload: protocol._onPayload };
    transport.on("data", (chunk: Buffer) => protocol.parse(chunk));
    return { protocol, transport };
  }

  it("handles no more packets in a turn than others can wait for", async () => {
    const { protocol, transport } = start();
    transport.push(Buffer.alloc(10_000, SSH_MSG_IGNORE));
    transport.push(Buffer.alloc(500, SSH_MSG_IGNORE));
    let turns = 0;
    for (let before = -1; protocol.handled.length > before || before < 10_500; turns++) {
      assert.ok(turns < 1000, "it goes on");
      before = protocol.handled.length;
      await nextTurn();
      const count = protocol.handled.length - before;
      // Two of ours may lie between two of the test's.
      assert.ok(count <= 2 * packetsPerTurn, `${count} in a turn`);
    }
    assert.equal(protocol.handled.length, 10_500);
    assert.ok(turns >= 10_500 / packetsPerTurn / 2);
    assert.equal(transport.isPaused(), false);
  });

  it("lets each message of a key exchange have a turn of its own", async () => {
    const { protocol, transport } = start();
    transport.push(Buffer.alloc(20, SSH_MSG_KEXINIT));
    let before = 0;
    while (protocol.handled.length < 20) {
      await nextTurn();
      assert.ok(protocol.handled.length - before <= 2);
      before = protocol.handled.length;
    }
  });

  it("leaves the connection paused that others have paused", async () => {
    const { protocol, transport } = start();
    transport.push(Buffer.alloc(1000, SSH_MSG_IGNORE));
    await nextTurn();
    // As takeTurns does with a server that doesn't read.
    transport.resume();
    transport.once("data", () => transport.pause());
    transport.push(Buffer.alloc(1000, SSH_MSG_IGNORE));
    while (protocol.handled.length < 2000) await nextTurn();
    await nextTurn();
    assert.equal(transport.isPaused(), false);
  });

  it("leaves to ssh2 what it can't read: questions that are cut short", () => {
    const { protocol } = start();
    protocol._authenticated = false;
    protocol._authsQueue = ["keyboard-interactive"];
    const lengths = [1, 3, 5, 13, 16];
    for (const length of lengths) {
      const packet = Buffer.alloc(length);
      packet[0] = SSH_MSG_USERAUTH_INFO_REQUEST;
      assert.equal(protocol._decipher?._onPayload(packet), undefined);
    }
    assert.deepEqual(
      protocol.handled,
      lengths.map(() => SSH_MSG_USERAUTH_INFO_REQUEST),
    );
  });

  it("handles nothing behind a fatal error, and frees no decipher that is in use", async () => {
    const { protocol, transport } = start();
    let freed = false;
    protocol._onPayload = (payload) => {
      protocol.handled.push(payload[0] as number);
      protocol._destruct();
      protocol._decipher?.free();
    };
    protocol._decipher = {
      inSeqno: 1,
      free: () => (freed = true),
      _onPayload: protocol._onPayload,
    };
    transport.push(Buffer.alloc(3, SSH_MSG_IGNORE));
    transport.push(Buffer.alloc(3, SSH_MSG_IGNORE));
    await nextTurn();
    assert.equal(protocol.handled.length, 1);
    assert.equal(protocol.destructed, true);
    assert.equal(freed, false);
  });

  it("handles nothing behind an error that was thrown", async () => {
    const { protocol } = start();
    const thrown = new Error("Invalid MAC");
    protocol._parse = () => {
      throw thrown;
    };
    assert.throws(() => protocol.parse(Buffer.of(1)), thrown);
    protocol._parse = () => assert.fail("not again");
    protocol.parse(Buffer.of(1));
  });
});
