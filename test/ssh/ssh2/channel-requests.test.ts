import assert from "node:assert/strict";
import type { Client, ClientChannel } from "ssh2";
import { describe, it } from "mocha";
import { requestExec } from "../../../src/ssh/ssh2/channel-requests.ts";

describe("requests on a channel", () => {
  for (const state of ["closing", "closed"]) {
    it(`nothing is sent on one that is ${state}: a server would end the connection for it`, async () => {
      // No protocol: sending anything would throw.
      const client = {} as Client;
      const channel = { _callbacks: [], incoming: {}, outgoing: { state, id: 0 } };
      const answer = requestExec(client, channel as unknown as ClientChannel, Buffer.from("true"));
      assert.equal(await answer, "closed");
      assert.deepEqual(channel._callbacks, []);
    });
  }
});
