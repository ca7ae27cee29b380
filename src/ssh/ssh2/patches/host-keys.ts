/**
 * The server's other host keys, which OpenSSH's tells after each login (PROTOCOL §2.5): ssh2 has it prove
 * every one, whether or not anybody listens: a signature there, a check here.
 *
 * test/ssh/ssh2/patches/host-keys.test.ts
 */
import type { Client } from "ssh2";
import { protocolOf } from "../internals/protocol.ts";

/** Passes over what the server tells of its host keys. */
export function ignoreHostKeys(client: Client): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.GLOBAL_REQUEST.bind(handlers);
  handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
    if (name !== "hostkeys-00@openssh.com") original(protocol, name, wantReply, data);
    else if (wantReply) protocol.requestFailure();
  };
}
