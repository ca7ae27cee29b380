import type { AcceptedHostKey } from "../connection/accepted-host-key.ts";
import type { Session } from "../connection/session.ts";

/** The host keys of the first connection, the server's and its jump hosts', to compare when reconnecting. */
export class FirstHostKeys {
  /** The server's. */
  readonly target: AcceptedHostKey;
  readonly #jumps = new Map<string, AcceptedHostKey>();

  constructor(session: Session) {
    this.target = session.info.hostKey;
    for (let hop = session.via; hop; hop = hop.via) {
      this.#jumps.set(nameOf(hop.info), hop.info.hostKey);
    }
  }

  /** A jump host's; undefined for one that the first connection didn't use. */
  of(jump: { host: string; port: number }): AcceptedHostKey | undefined {
    return this.#jumps.get(nameOf(jump));
  }
}

const nameOf = ({ host, port }: { host: string; port: number }) => `${host.toLowerCase()} ${port}`;
