import type { Call } from "../../support/call.ts";
import type { Works } from "./file-thread-shared.ts";
import { SharedThread } from "./shared-thread.ts";

/**
 * A thread for a tree's many small pieces of work on the daemon's disk. Node does each by a thread
 * that it wakes, and is woken by, five or six times a file: for small files that costs ten times what
 * the work itself does. Here a file is one task, and what is asked for in one turn goes together.
 *
 * Each transfer of a tree has one of its own, as long as they are few: what a disk holds up is that
 * transfer.
 */
export class FileThread {
  readonly #call: Call;
  readonly #stopped = new Int32Array(new SharedArrayBuffer(4));
  #thread: SharedThread | undefined;
  #underWay = 0;
  #onIdle = () => {};

  /** @param call nothing is waited for when it has ended */
  constructor(call: Call) {
    this.#call = call;
  }

  /** Whether there is one. */
  get isStarted(): boolean {
    return this.#thread !== undefined;
  }

  /** What has to be done soon won't wait for it then; none is begun once this has ended. */
  start(): void {
    if (!this.#isStopped) this.#thread ??= SharedThread.join();
  }

  /** @throws what fs throws, as far as its `code`; the call's end */
  run<Work extends keyof Works>(
    work: Work,
    params: Parameters<Works[Work]>[0],
  ): Promise<ReturnType<Works[Work]>> {
    this.start();
    if (!this.#thread) return Promise.reject(stopped());
    const done = this.#thread.run(work, params, this.#stopped);
    this.#underWay += 1;
    const over = () => {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#onIdle();
    };
    done.then(over, over);
    return this.#call.race(done);
  }

  /** Ends it when what it is at is done; what it hasn't begun fails. */
  async end(): Promise<void> {
    if (Atomics.exchange(this.#stopped, 0, 1) !== 0 || !this.#thread) return;
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#thread.leave();
  }

  get #isStopped(): boolean {
    return Atomics.load(this.#stopped, 0) !== 0;
  }
}

/** As for what the thread isn't to begin any more. */
function stopped(): Error {
  return Object.assign(new Error("ECANCELED"), { code: "ECANCELED" });
}
