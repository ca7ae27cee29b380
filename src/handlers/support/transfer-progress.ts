import type { NotificationParams } from "../../protocol/notifications.ts";
import type { Progress } from "../../ssh/files/support/progress.ts";
import type { Client } from "./client.ts";
import type { Token } from "./call-table.ts";

type Value = NotificationParams<"$/progress">["value"];
type Title = (Value & { kind: "begin" })["title"];

/** Milliseconds from one report to the next, at least: ten a second. */
const interval = 100;

/** Tells the client of a transfer's progress, in `$/progress` notifications. */
export class TransferProgress implements Progress {
  readonly #title: Title;
  readonly #token: Token;
  readonly #client: Pick<Client, "notify">;
  readonly #now: () => number;
  #total: number | undefined;
  #bytes = 0;
  #reportedAt = 0;
  #unsent = 0;

  /** @param now milliseconds on a clock that never goes back */
  constructor(
    title: Title,
    token: Token,
    client: Pick<Client, "notify">,
    now: () => number = () => performance.now(),
  ) {
    this.#title = title;
    this.#token = token;
    this.#client = client;
    this.#now = now;
  }

  begin(total: number): void {
    this.#total = total;
    this.#reportedAt = this.#now();
    this.#send({ kind: "begin", title: this.#title, total });
  }

  moved(bytes: number): void {
    this.#bytes += bytes;
    const now = this.#now();
    // If the client doesn't read, reports would only pile up.
    if (now - this.#reportedAt < interval || this.#unsent > 0) return;
    this.#reportedAt = now;
    const total = this.#total as number;
    const percentage = Math.floor((this.#bytes / total) * 100);
    this.#send({ kind: "report", bytes: this.#bytes, total, percentage });
  }

  /** The transfer is over, well or not. Before {@link begin} there is nothing to tell. */
  end(): void {
    if (this.#total !== undefined) {
      this.#send({ kind: "end", bytes: this.#bytes, total: this.#total });
    }
  }

  /** In order; a reply that is sent afterwards arrives afterwards. */
  #send(value: Value): void {
    this.#unsent += 1;
    const sent = this.#client.notify("$/progress", { token: this.#token, value });
    // If the client is gone, that is noticed elsewhere.
    void sent.catch(() => {}).finally(() => (this.#unsent -= 1));
  }
}

/**
 * Runs a transfer, and tells the client of its progress where that is wanted.
 *
 * @param token the client's name for it, if it gave one
 */
export async function withProgress<T>(
  title: Title,
  token: Token | undefined,
  client: Client,
  transfer: (progress: Progress | undefined) => Promise<T>,
): Promise<T> {
  if (token === undefined) return transfer(undefined);
  const progress = new TransferProgress(title, token, client);
  try {
    return await transfer(progress);
  } finally {
    progress.end();
  }
}
