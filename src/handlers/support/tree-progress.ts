import type { NotificationParams } from "../../protocol/notifications.ts";
import type { TreeProgress } from "../../ssh/files/tree/options.ts";
import type { Client } from "./client.ts";
import type { Token } from "./call-table.ts";

type Value = NotificationParams<"$/progress">["value"];

/** Milliseconds from one report to the next, at least: ten a second. */
const interval = 100;

/** Tells the client how far a transfer of many files is, in `$/progress` notifications. */
export class TreeReports implements TreeProgress {
  readonly #title: "get" | "put";
  readonly #token: Token;
  readonly #client: Pick<Client, "notify">;
  #total = 0;
  #bytes = 0;
  #files = 0;
  #totalFiles = 0;
  #begun = false;
  #reportedAt = 0;
  #unsent = 0;

  constructor(title: "get" | "put", token: Token, client: Pick<Client, "notify">) {
    this.#title = title;
    this.#token = token;
    this.#client = client;
  }

  found(bytes: number): void {
    this.#total += bytes;
    this.#totalFiles += 1;
    if (this.#begun) return;
    this.#begun = true;
    this.#reportedAt = performance.now();
    this.#send({ kind: "begin", title: this.#title, total: this.#total, ...this.#counts });
  }

  moved(bytes: number): void {
    this.#bytes += bytes;
    this.#report();
  }

  finished(): void {
    this.#files += 1;
    this.#report();
  }

  /** It is over, well or not. */
  end(): void {
    if (!this.#begun) return;
    this.#send({ kind: "end", bytes: this.#bytes, total: this.#total, ...this.#counts });
  }

  get #counts() {
    return { files: this.#files, totalFiles: this.#totalFiles };
  }

  #report(): void {
    const now = performance.now();
    // If the client doesn't read, reports would only pile up.
    if (now - this.#reportedAt < interval || this.#unsent > 0) return;
    this.#reportedAt = now;
    const [bytes, total] = [this.#bytes, this.#total];
    const percentage = total === 0 ? 100 : Math.min(100, Math.floor((bytes / total) * 100));
    this.#send({ kind: "report", bytes, total, percentage, ...this.#counts });
  }

  /** In order; a reply that is sent afterwards arrives afterwards. */
  #send(value: Value): void {
    this.#unsent += 1;
    const sent = this.#client.notify("$/progress", { token: this.#token, value });
    // If the client is gone, that is noticed elsewhere.
    void sent.catch(() => {}).finally(() => (this.#unsent -= 1));
  }
}

const nobody: TreeProgress = { found() {}, moved() {}, finished() {} };

/** Runs a transfer, and tells the client of its progress where it gave a token for that. */
export async function withTreeProgress<T>(
  title: "get" | "put",
  token: Token | undefined,
  client: Client,
  transfer: (progress: TreeProgress) => Promise<T>,
): Promise<T> {
  if (token === undefined) return transfer(nobody);
  const progress = new TreeReports(title, token, client);
  try {
    return await transfer(progress);
  } finally {
    progress.end();
  }
}
