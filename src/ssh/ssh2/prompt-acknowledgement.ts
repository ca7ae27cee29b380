/**
 * What OpenSSH's server says before the first program runs, answered so that it is acknowledged at once.
 * Until then it leaves Nagle's algorithm on: a message waits until the one before has been acknowledged,
 * and a system that has nothing to send puts that off for some 40 ms. The answer to the login, and to the
 * first channel's open, would come so much later.
 *
 * test/ssh/ssh2/prompt-acknowledgement.test.ts
 */
import type { Client } from "ssh2";
import { serverIdent } from "./ident.ts";
import { sendIgnore } from "./internals/messages.ts";
import { protocolOf } from "./internals/protocol.ts";

/** To be called when all others have put their handlers in place. */
export function acknowledgePromptly(client: Client): void {
  const handlers = protocolOf(client)._handlers;
  const onAccept = handlers.SERVICE_ACCEPT.bind(handlers);
  const onGlobalRequest = handlers.GLOBAL_REQUEST.bind(handlers);
  // Each is followed by an answer that is asked for already, or may be by then.
  handlers.SERVICE_ACCEPT = (...message) => {
    onAccept(...message);
    acknowledge(client);
  };
  handlers.GLOBAL_REQUEST = (...message) => {
    onGlobalRequest(...message);
    if (message[1] === "hostkeys-00@openssh.com") acknowledge(client);
  };
}

/** By a message that says nothing: some servers of others' don't bear that. */
function acknowledge(client: Client): void {
  if (/^SSH-(?:2\.0|1\.99)-OpenSSH_/.test(serverIdent(client))) sendIgnore(client);
}
