import { Cancelled } from "../errors/errors.ts";
import type { FsEntriesParams } from "../rpc/contract.ts";
import { textParams } from "../rpc/bytes.ts";
import type { Bytes } from "../rpc/bytes.ts";
import { patienceFor } from "../daemon/daemon.ts";
import type { BoundedCall, CallableSession } from "../daemon/session-call.ts";
import { RemoteDirent, textName } from "./stats.ts";

type Entry = FsEntriesParams["entries"][number];

/** Entries that the daemon may send ahead of what has been read. */
const window = 2000;

/**
 * A directory that is being read, in the shape of Node's Dir. At most a few thousand entries are in
 * memory, however large it is. Leaving a loop over it closes it; otherwise read it to its end, or close
 * it.
 */
export class RemoteDir implements AsyncIterable<RemoteDirent>, AsyncDisposable {
  readonly path: string;
  readonly #session: CallableSession;
  readonly #token: number;
  readonly #closing = new AbortController();
  readonly #entries: Entry[] = [];
  readonly #ended: Promise<void>;
  #ungranted = 0;
  #isOver = false;
  #failure: Error | undefined;
  readonly #waiting: (() => void)[] = [];

  private constructor(session: CallableSession, path: Bytes, options: BoundedCall) {
    this.path = String(path);
    this.#session = session;
    this.#token = session.daemon.newToken();
    this.#ended = this.#list(path, options);
  }

  /** @internal Opens one; rejects if that fails before the first entry has come. */
  static async open(
    session: CallableSession,
    path: Bytes,
    options: BoundedCall,
  ): Promise<RemoteDir> {
    const dir = new RemoteDir(session, path, options);
    await dir.#something();
    if (dir.#failure && dir.#entries.length === 0) throw dir.#failure;
    return dir;
  }

  /**
   * The next entry, or null at the end.
   *
   * @throws {NotUtf8} its name isn't UTF-8; the next read gives the entry after it
   * @throws {SshError} the rest can't be read, as RemoteFileError
   */
  async read(): Promise<RemoteDirent | null> {
    await this.#something();
    const entry = this.#entries.shift();
    if (!entry) {
      if (this.#failure) throw this.#failure;
      return null;
    }
    this.#ungranted += 1;
    if (this.#ungranted * 2 >= window && !this.#isOver) {
      const params = { token: this.#token, bytes: this.#ungranted };
      this.#session.daemon.notify("session.windowAdjust", params);
      this.#ungranted = 0;
    }
    return new RemoteDirent(textName(entry), this.path, entry);
  }

  /** Stops reading; to close it again is no error. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ended;
    this.#entries.length = 0;
    if (this.#failure instanceof Cancelled) this.#failure = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RemoteDirent, void> {
    try {
      for (let entry = await this.read(); entry; entry = await this.read()) yield entry;
    } finally {
      await this.close();
    }
  }

  /** Resolves when there is an entry, or no more will come. */
  async #something(): Promise<void> {
    while (this.#entries.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #list(path: Bytes, { signal, timeout }: BoundedCall): Promise<void> {
    try {
      const params = {
        session: this.#session.usableHandle(),
        ...textParams("path", path),
        timeout,
      };
      const call = { ...params, stream: true, window, token: this.#token };
      const { signal: ours } = this.#closing;
      await this.#session.daemon.call("fs.readdir", call, {
        id: this.#token,
        patience: patienceFor(timeout),
        signal: signal ? AbortSignal.any([signal, ours]) : ours,
        onNotification: (_, output) => {
          this.#entries.push(...(output as unknown as FsEntriesParams).entries);
          this.#wake();
        },
      });
    } catch (error) {
      this.#failure = error as Error;
    }
    this.#isOver = true;
    this.#wake();
  }
}
