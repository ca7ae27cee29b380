import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { offeredAlgorithms } from "../../../../src/ssh/ssh2/algorithms.ts";
import { SshConnection } from "../../../../src/ssh/ssh2/ssh-connection.ts";
import type { Transport } from "../../../../src/ssh/flow/transport.ts";

describe("the gate for identification strings", () => {
  function start() {
    const transport = new Duplex({ read() {}, write: (_data, _encoding, done) => done() });
    const connection = new SshConnection(
      Object.assign(transport, { bytesRead: 0, bytesWritten: 0 }) as Transport,
    );
    const told = { idents: 0, noIdents: 0, errors: [] as string[] };
    connection.onError((error) => told.errors.push(error.message));
    connection.begin({
      username: "x",
      algorithms: offeredAlgorithms([], {}),
      verifyHostKey: () => {},
      onIdent: () => told.idents++,
      onNoIdent: () => told.noIdents++,
      onKexInit: () => {},
    });
    const send = async (...chunks: string[]) => {
      for (const chunk of chunks) {
        transport.push(chunk);
        await nextTurn();
      }
    };
    return { connection, told, send };
  }

  it("takes one in many pieces, behind a greeting, which it has until then", async () => {
    const { connection, told, send } = start();
    await send("Welcome", ".\r\nnot SSH-2.0-This\r\n", "SS", "H-2.", "0-Pie");
    assert.equal(connection.greeting, "Welcome.\r\nnot SSH-2.0-This\r\nSSH-2.0-Pie");
    assert.equal(told.idents, 0);
    await send("ces 1\r", "\n");
    assert.equal(connection.ident, "SSH-2.0-Pieces 1");
    assert.equal(connection.greeting, "");
    assert.deepEqual(told, { idents: 1, noIdents: 0, errors: [] });
  });

  it("leaves what says another version to ssh2, and keeps it as what was said", async () => {
    const { connection, told, send } = start();
    await send("SSH-1.5-Old\r\n");
    assert.equal(told.idents, 0);
    assert.equal(told.errors.length, 1);
    assert.equal(connection.greeting, "SSH-1.5-Old\r\n");
  });

  it("takes 64 KiB without one, and no more", async () => {
    const { told, send } = start();
    await send("x".repeat(64 * 1024));
    assert.equal(told.noIdents, 0);
    await send("x");
    assert.equal(told.noIdents, 1);
  });
});
