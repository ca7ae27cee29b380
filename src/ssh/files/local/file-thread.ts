import type { Worker } from "node:worker_threads";
import type { Outcome, Task, Works } from "./file-thread-worker.ts";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread for a tree's many small pieces of work on the daemon's disk. Node does each by a thread
 * that it wakes, and is woken by, five or six times a file: for small files that costs ten times what
 * the work itself does. Here a file is one task, and what is asked for in one turn goes together.
 *
 * Each transfer of a tree has one of its own: what a disk holds up is that transfer.
 */
export class FileThread {
  #worker: Worker | undefined;
  readonly #stopped = new Int32Array(new SharedArrayBuffer(4));
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: Task[] = [];
  #lastId = 0;
  #failure: Error | undefined;
  #onIdle = () => {};

  /** Whether there is one. */
  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  start(): void {
    if (this.#worker) return;
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    const worker = new Worker(new URL("./file-thread-worker.js", import.meta.url), {
      workerData: this.#stopped,
      execArgv: [],
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    worker.on("message", (outcomes: readonly Outcome[]) =>
      outcomes.forEach((each) => this.#settle(each)),
    );
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => this.#fail(new Error("the thread for files has ended")));
    worker.unref();
    this.#worker = worker;
  }

  /** @throws what fs throws, as far as its `code` */
  run<Work extends keyof Works>(
    work: Work,
    params: Parameters<Works[Work]>[0],
  ): Promise<ReturnType<Works[Work]>> {
    this.start();
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      // While it is at something, the daemon must not wait for it as it ends: exit() would.
      this.#worker?.ref();
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve, reject });
      if (this.#outgoing.length === 0) setImmediate(() => this.#send());
      this.#outgoing.push({ id: this.#lastId, work, params });
    });
  }

  /** Ends it when what it is at is done; what it hasn't begun fails. */
  async end(): Promise<void> {
    if (!this.#worker) return;
    Atomics.store(this.#stopped, 0, 1);
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    void this.#worker.terminate();
  }

  #send(): void {
    this.#worker?.postMessage(this.#outgoing);
    this.#outgoing = [];
  }

  #settle({ id, result, code }: Outcome): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (code === undefined) waiting?.resolve(result as never);
    else waiting?.reject(Object.assign(new Error(code), { code }));
    if (this.#waiting.size === 0) this.#idle();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#idle();
  }

  #idle(): void {
    this.#worker?.unref();
    this.#onIdle();
  }
}
