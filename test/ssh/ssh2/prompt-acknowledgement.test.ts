import assert from "node:assert/strict";
import { startFaultServer } from "../../fixtures/fault-server.ts";
import type { FaultServerOptions } from "../../fixtures/fault-server.ts";
import { useScope } from "../../fixtures/scope.ts";
import { connectRaw } from "../../fixtures/ssh-connection.ts";
import { seePayloads } from "../../fixtures/ssh2-internals.ts";
import { until } from "../../fixtures/until.ts";
import { boolean, byte, string } from "../../fixtures/wire.ts";

const SSH_MSG_IGNORE = 2;
const SSH_MSG_USERAUTH_REQUEST = 50;
const SSH_MSG_GLOBAL_REQUEST = 80;
const SSH_MSG_REQUEST_FAILURE = 82;

describe("what OpenSSH's server says before the first program", () => {
  const scope = useScope();

  /** The messages that a server has got of a client that has logged in, been told its host keys, and pings. */
  async function heard(options: FaultServerOptions): Promise<number[]> {
    const messages: number[] = [];
    const server = scope.add(
      await startFaultServer({
        ...options,
        onConnection: ({ client }) => {
          const note = ([type]: Buffer) => messages.push(type as number);
          client.once("handshake", () => seePayloads(client, note));
        },
      }),
    );
    const { connection } = await connectRaw(scope, server);
    const { send } = await server.connection(0).then((each) => ({ send: each.send.bind(each) }));
    send(byte(SSH_MSG_GLOBAL_REQUEST), string("hostkeys-00@openssh.com"), boolean(false));
    send(byte(SSH_MSG_GLOBAL_REQUEST), string("x"), boolean(true));
    await until(() => messages.includes(SSH_MSG_REQUEST_FAILURE), "the second request is answered");
    connection.ping();
    await until(() => messages.includes(SSH_MSG_GLOBAL_REQUEST), "the ping has come");
    return messages;
  }

  it("is acknowledged by a message that says nothing", async () => {
    const messages = await heard({
      ident: "OpenSSH_9.2p1",
      // As OpenSSH does it, from where the client stands.
      authenticate: (request) => void setTimeout(() => request.accept(), 50),
    });
    const request = messages.indexOf(SSH_MSG_USERAUTH_REQUEST);
    assert.equal(messages[request + 1], SSH_MSG_IGNORE);
    assert.equal(messages.filter((type) => type === SSH_MSG_IGNORE).length, 2);
  });

  it("said by another server isn't", async () => {
    assert.deepEqual(
      (await heard({})).filter((type) => type === SSH_MSG_IGNORE),
      [],
    );
  });
});
