/**
 * A server's disconnect "by application" (RFC 4253 §11.1), of which ssh2 tells nobody.
 *
 * test/ssh/ssh2/patches/disconnects.test.ts
 */
import type { Client } from "ssh2";
import { protocolOf, words } from "../internals/protocol.ts";

/** RFC 4253 §11.1. */
const byApplication = 11;

/** Makes a disconnect "by application" an `error` as every other is. */
export function tellDisconnects(client: Client): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.DISCONNECT.bind(handlers);
  handlers.DISCONNECT = (protocol, reason, text) => {
    const description = words(text);
    if (reason === byApplication) {
      client.emit("error", Object.assign(new Error(description), { code: reason }));
    }
    original(protocol, reason, description);
  };
}
