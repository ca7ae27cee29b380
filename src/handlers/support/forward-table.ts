import type { HeldSession } from "../../ssh/connection/held-session.ts";
import type { Address } from "../../ssh/forwarding/address.ts";
import type { Forward, ForwardEvents } from "../../ssh/forwarding/forward.ts";
import type { Client } from "./client.ts";

/** The forwards by their handles, which count up from 1 and are never used again. */
export class ForwardTable {
  readonly #forwards = new Map<number, Forward>();
  #last = 0;

  /** Opens a forward. Its handle is in all notifications about it. */
  async add(
    client: Client,
    open: (events: ForwardEvents) => Promise<Forward>,
  ): Promise<{ forward: number } & Address> {
    this.#last += 1;
    const handle = this.#last;
    // If the client is gone, that is noticed elsewhere.
    const lost = () => {};
    const forward = await open({
      onEnd: (end) => {
        // If it ends before it is in the table, the call fails and says so.
        if (!this.#forwards.delete(handle)) return;
        client.notify("forward/closed", { forward: handle, ...end }).catch(lost);
      },
      onFailed: ({ to, failure }) => {
        const { kind, message, data } = failure;
        const { reason, errno } = data as { reason?: number; errno?: string };
        const why = {
          kind,
          message,
          ...(reason !== undefined && { reason }),
          ...(errno && { errno }),
        };
        return client.notify("forward/failed", { forward: handle, to, ...why }).catch(lost);
      },
    });
    // Its session may have ended meanwhile.
    forward.session.check();
    this.#forwards.set(handle, forward);
    return { forward: handle, ...forward.bind };
  }

  /** Forgets a handle; undefined where there is none. */
  take(handle: number): Forward | undefined {
    const forward = this.#forwards.get(handle);
    this.#forwards.delete(handle);
    return forward;
  }

  /** Every forward, for `daemon.status`. */
  status(handleOf: (session: HeldSession) => number | undefined) {
    return [...this.#forwards].map(([handle, { kind, session, bind, to, status }]) => ({
      forward: handle,
      session: handleOf(session),
      kind,
      bind,
      to,
      ...status,
    }));
  }
}
