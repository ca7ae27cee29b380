import assert from "node:assert/strict";
import { startFaultServer } from "../../../fixtures/fault-server.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { connectRaw } from "../../../fixtures/ssh-connection.ts";
import { seePayloads } from "../../../fixtures/ssh2-internals.ts";
import { until } from "../../../fixtures/until.ts";
import { boolean, byte, string } from "../../../fixtures/wire.ts";

const SSH_MSG_GLOBAL_REQUEST = 80;
const SSH_MSG_REQUEST_FAILURE = 82;

describe("the server's other host keys", () => {
  const scope = useScope();

  for (const wantReply of [false, true]) {
    it(`need not be proved, ${wantReply ? "and are refused where an answer is asked for" : "and are not answered"}`, async () => {
      const server = scope.add(await startFaultServer());
      const { connection } = await connectRaw(scope, server);
      const { client, send } = await server.connection(0).then((each) => ({
        client: each.client,
        send: each.send.bind(each),
      }));
      const answers: number[] = [];
      seePayloads(client, (payload) => answers.push(payload[0] as number));
      const name = string("hostkeys-00@openssh.com");
      const key = Buffer.from(server.hostKeys[0]?.blob ?? "", "base64");
      send(byte(SSH_MSG_GLOBAL_REQUEST), name, boolean(wantReply), string(key));
      send(byte(SSH_MSG_GLOBAL_REQUEST), string("x"), boolean(true));
      // Behind all that the first request can lead to.
      await until(() => answers.includes(SSH_MSG_REQUEST_FAILURE), "the second is answered");
      connection.ping();
      await until(() => answers.includes(SSH_MSG_GLOBAL_REQUEST), "the ping has come");
      const failures = Array.from({ length: wantReply ? 2 : 1 }, () => SSH_MSG_REQUEST_FAILURE);
      assert.deepEqual(answers, [...failures, SSH_MSG_GLOBAL_REQUEST]);
    });
  }
});
