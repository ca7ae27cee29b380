import type { Client } from "ssh2";
import { protocolOf, words } from "./internals/protocol.ts";

/** The server's identification string, whole; ssh2 gives the software's name only. */
export const serverIdent = (client: Client) =>
  words(protocolOf(client)._remoteIdentRaw?.toString("latin1") ?? "");
