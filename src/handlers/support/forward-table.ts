import type { HeldSession } from "../../ssh/connection/held-session.ts";
import type { Address } from "../../ssh/forwarding/address.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Forward, ForwardOwner } from "../../ssh/forwarding/forward.ts";
import { placesHeld } from "../../ssh/support/places.ts";
import type { Share } from "../../ssh/support/pool.ts";
import type { Client } from "./client.ts";

/** The forwards by their handles, which count up from 1 and are never used again. */
export class ForwardTable {
  readonly #forwards = new Map<number, Forward>();
  readonly #places: Share | undefined;
  #last = 0;

  /** @param places what the client may have of them, for each forward and each of its connections */
  constructor(places: Share | undefined) {
    this.#places = places;
  }

  /**
   * Opens a forward. Its handle is in all notifications about it.
   *
   * @throws {Failure} ForwardRefused where the client has as many as it may have; what `open` throws
   */
  async add(
    client: Client,
    open: (owner: ForwardOwner) => Promise<Forward>,
  ): Promise<{ forward: number } & Address> {
    const places = this.#places;
    if (places && !places.take(1)) throw noPlace(places);
    try {
      return await this.#open(client, open);
    } catch (error) {
      places?.give(1);
      throw error;
    }
  }

  async #open(
    client: Client,
    open: (owner: ForwardOwner) => Promise<Forward>,
  ): Promise<{ forward: number } & Address> {
    this.#last += 1;
    const handle = this.#last;
    // If the client is gone, that is noticed elsewhere.
    const lost = () => {};
    const forward = await open({
      places: this.#places,
      onEnd: (end) => {
        // If it ends before it is in the table, the call fails and says so.
        if (!this.#forget(handle)) return;
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
    this.#forget(handle);
    return forward;
  }

  /** @returns whether it was there */
  #forget(handle: number): boolean {
    const wasThere = this.#forwards.delete(handle);
    if (wasThere) this.#places?.give(1);
    return wasThere;
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

function noPlace(places: Share): Failure {
  const message = `there is no room for another forward: ${placesHeld(places)}; close some, or use a daemon of its own`;
  return new Failure("ForwardRefused", message, { errno: "EMFILE" });
}
