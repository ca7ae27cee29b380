import type { Worker } from "node:worker_threads";
import type { Outcome, Task, Works } from "./file-thread-shared.ts";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Threads at once; each takes some megabytes. A disk that hangs holds up those who share one. */
const mostThreads = 8;
/**
 * Milliseconds for which one stays that nobody uses: to start it, and to have V8 compile its code anew,
 * takes as long as some hundred files do.
 */
const restsFor = 30_000;

const threads: SharedThread[] = [];

/** A thread of {@link ./file-thread-worker.ts}, and who uses it. */
export class SharedThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #users = 0;
  #outgoing: Task[] = [];
  #lastId = 0;
  #failure: Error | undefined;
  #rest: NodeJS.Timeout | undefined;

  /** One of its own as long as there are few, else the one with the fewest users; to be {@link leave left}. */
  static join(): SharedThread {
    const areAllUsed = threads.every((each) => each.#users > 0);
    if (areAllUsed && threads.length < mostThreads) threads.push(new SharedThread());
    const thread = threads.reduce((best, each) => (each.#users < best.#users ? each : best));
    thread.#users += 1;
    clearTimeout(thread.#rest);
    return thread;
  }

  private constructor() {
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    this.#worker = new Worker(new URL("./file-thread-worker.js", import.meta.url), {
      execArgv: [],
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.on("message", (outcomes: readonly Outcome[]) =>
      outcomes.forEach((each) => this.#settle(each)),
    );
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("the thread for files has ended")));
    this.#worker.unref();
  }

  /**
   * @param stopped not 0 where it is not to be begun any more
   * @throws what fs throws, as far as its `code`
   */
  run<Work extends keyof Works>(
    work: Work,
    params: Parameters<Works[Work]>[0],
    stopped: Int32Array,
  ): Promise<ReturnType<Works[Work]>> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      // While it is at something, the daemon must not wait for it as it ends: exit() would.
      this.#worker.ref();
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve, reject });
      if (this.#outgoing.length === 0) setImmediate(() => this.#send());
      this.#outgoing.push({ id: this.#lastId, work, params, stopped });
    });
  }

  /** Ends it a while after its last user. */
  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    const end = () => {
      this.#forget();
      void this.#worker.terminate();
    };
    this.#rest = setTimeout(end, restsFor).unref();
  }

  #send(): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
    this.#worker.postMessage(this.#outgoing);
    this.#outgoing = [];
  }

  #settle({ id, result, code }: Outcome): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (code === undefined) waiting?.resolve(result as never);
    else waiting?.reject(Object.assign(new Error(code), { code }));
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#forget();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#worker.unref();
  }

  /** Nobody is to join it any more. */
  #forget(): void {
    const at = threads.indexOf(this);
    if (at !== -1) threads.splice(at, 1);
  }
}
