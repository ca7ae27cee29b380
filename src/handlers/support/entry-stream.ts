import type { Entry } from "../../ssh/files/support/remote-files.ts";
import type { Client } from "./client.ts";
import type { Token } from "./call-table.ts";
import { entryFields } from "./name-fields.ts";

/** Entries in one notification, at most. */
const atOnce = 1000;

/** Sends a directory's entries on as they come, as far as the client has granted. */
export class EntryStream {
  /** Sent so far. */
  count = 0;
  readonly #token: Token;
  readonly #client: Client;
  #granted: number;
  #seq = 0;
  #wake = () => {};

  /** @param window entries granted at first */
  constructor(token: Token, window: number, client: Client) {
    this.#token = token;
    this.#granted = window;
    this.#client = client;
  }

  grant(entries: number): void {
    this.#granted += entries;
    this.#wake();
  }

  /** Resolves when all of them are on their way. */
  async send(entries: readonly Entry[]): Promise<void> {
    for (let at = 0; at < entries.length;) {
      while (this.#granted === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const piece = entries.slice(at, at + Math.min(atOnce, this.#granted));
      at += piece.length;
      this.#granted -= piece.length;
      this.count += piece.length;
      const params = { token: this.#token, seq: this.#seq++, entries: piece.map(entryFields) };
      await this.#client.notify("fs/entries", params);
    }
  }
}
