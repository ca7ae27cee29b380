import assert from "node:assert/strict";
import { startFaultServer } from "../../../fixtures/fault-server.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { connectRaw } from "../../../fixtures/ssh-connection.ts";

describe("a server's disconnect", () => {
  const scope = useScope();

  for (const reason of [2, 11]) {
    it(`is an error with its reason, ${reason}, and its words on one line`, async () => {
      const server = scope.add(await startFaultServer());
      const { connection } = await connectRaw(scope, server);
      const failed = new Promise<Error & { code?: unknown }>((resolve) =>
        connection.onError(resolve),
      );
      (await server.connection(0)).disconnect(reason, "maintenance\nsee you");
      const { code, message } = await failed;
      assert.equal(code, reason);
      assert.equal(message, "maintenance see you");
    });
  }
});
