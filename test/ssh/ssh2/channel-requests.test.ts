import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { requestExec } from "../../../src/ssh/ssh2/channel-requests.ts";
import type { ChannelState, Protocol } from "../../../src/ssh/ssh2/internals/protocol.ts";

describe("requests on a channel", () => {
  for (const state of ["closing", "closed"]) {
    it(`nothing is sent on one that is ${state}: a server would end the connection for it`, async () => {
      // Sending anything would throw.
      const protocol = {} as Protocol;
      const channel = { _callbacks: [], incoming: {}, outgoing: { state, id: 0 } };
      const answer = requestExec(protocol, channel as unknown as ChannelState, Buffer.from("true"));
      assert.equal(await answer, "closed");
      assert.deepEqual(channel._callbacks, []);
    });
  }
});
