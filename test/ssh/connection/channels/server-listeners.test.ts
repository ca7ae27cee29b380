import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { Failure } from "../../../../src/protocol/errors.ts";
import { ServerListeners } from "../../../../src/ssh/connection/channels/server-listeners.ts";
import type { Incoming } from "../../../../src/ssh/connection/channels/server-listeners.ts";
import { Tunnels } from "../../../../src/ssh/connection/channels/tunnels.ts";
import type { SshConnection } from "../../../../src/ssh/ssh2/ssh-connection.ts";
import { Call } from "../../../../src/ssh/support/call.ts";

describe("ServerListeners", () => {
  it("give one answer where the session ends before a connection is taken: OpenSSH disconnects for two", async () => {
    let offer!: Parameters<SshConnection["onForwarded"]>[0];
    const connection: Partial<SshConnection> = {
      onForwarded: (told) => (offer = told),
      requestForward: async (_, granted) => granted(undefined),
    };
    const unused = () => assert.fail("no tunnel is made");
    const tunnels = new Tunnels(connection as SshConnection, unused);
    const listeners = new ServerListeners(connection as SshConnection, tunnels);
    let incoming!: Incoming;
    const onConnection = (each: Incoming) => void (incoming = each);
    const where = { host: "127.0.0.1", port: 1 };
    await listeners.listen(where, { onConnection, tunnels }, new Call(new Cancellation()));
    const answers: string[] = [];
    offer(where, {
      accept: () => {
        answers.push("accepted");
        return assert.fail("it can't be taken any more");
      },
      refuse: () => void answers.push("refused"),
    });
    // As a session of several on a connection ends.
    const closed = new Failure("SessionClosed", "the session was disconnected");
    tunnels.fail(closed);
    assert.throws(incoming.accept, (error) => error === closed);
    incoming.refuse();
    assert.deepEqual(answers, ["refused"]);
  });
});
