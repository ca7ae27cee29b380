import type { Client, ClientChannel } from "ssh2";
import { inPlaceOf } from "./own-channels.ts";
import type { TunnelChannel } from "./tunnel-channel.ts";

/** A connection that the server wants to hand over (RFC 4254 §7.2); exactly one of the two is called. */
export interface Offered {
  /** Takes it. */
  readonly accept: () => TunnelChannel;
  /** Refuses it, as one that can't be made (SSH_OPEN_CONNECT_FAILED). */
  readonly refuse: () => void;
}

/** Where the server listens for us. */
export type Listening =
  { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Has the server listen (RFC 4254 §7.1; for a path streamlocal-forward@openssh.com, OpenSSH's
 * PROTOCOL, 2.4).
 *
 * @param granted called at once when the server agrees, since a connection may be right behind that; its
 *   port is the server's choice where 0 was asked for, and undefined for a path
 * @returns what `granted` gives
 * @throws {Error} where it refuses
 */
export function requestForward<T>(
  client: Client,
  where: Listening,
  granted: (port: number | undefined) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const answered = (error: Error | null | undefined, port?: number) => {
      if (error) return reject(error);
      try {
        resolve(granted(port));
      } catch (failure) {
        // Else ssh2 would take the exception for an error of its own.
        reject(failure);
      }
    };
    if ("path" in where) client.openssh_forwardInStreamLocal(where.path, answered);
    else client.forwardIn(where.host, where.port, answered);
  });
}

/** Has the server listen no longer; rejects where it says that it didn't. */
export function cancelForward(client: Client, where: Listening): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    if ("path" in where) client.openssh_unforwardInStreamLocal(where.path, done);
    else client.unforwardIn(where.host, where.port, done);
  });
}

/**
 * Tells of the connections that the server hands over. ssh2 refuses those that were not asked for,
 * and knows them by what the server says of its end: an address as we gave it.
 */
export function onForwarded(
  client: Client,
  told: (where: Listening, offered: Offered) => void,
): void {
  client.on("tcp connection", ({ destIP, destPort }, accept, refuse) =>
    told({ host: destIP, port: destPort }, { accept: () => inPlaceOf(client, accept()), refuse }),
  );
  client.on("unix connection", ({ socketPath }, accept, refuse) =>
    told(
      { path: socketPath },
      { accept: () => inPlaceOf(client, accept() as ClientChannel), refuse },
    ),
  );
}
