import { beatsAt, closingAt, firstPidAt, sharedLength } from "./loop-guard-shared.ts";

/** Milliseconds between two signs of life. */
const beatInterval = 250;

/**
 * Ends the daemon where its event loop stands still although its client is gone: by a thread of its
 * own, as nothing on that loop could. See {@link ./loop-guard-worker.ts}.
 */
export class LoopGuard {
  readonly #shared = new Int32Array(new SharedArrayBuffer(sharedLength * 4));
  readonly #parent = process.ppid;
  #followed = 0;
  #started = false;

  /**
   * Starts the thread. To be called after the first session: before that the loop has nothing to hang at,
   * and a thread takes some megabytes.
   */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    setInterval(() => this.#beat(), beatInterval).unref();
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    // If the thread fails, or there can be none more, the daemon goes on without it.
    try {
      const worker = new Worker(new URL("./loop-guard-worker.js", import.meta.url), {
        workerData: { shared: this.#shared, parent: this.#parent },
        execArgv: [],
        env: {},
      });
      worker.on("error", () => {});
      worker.unref();
    } catch {
      // As above.
    }
  }

  /** Also treats the end of the process `pid` as the client's; a few processes at most. */
  follow(pid: number): void {
    const at = firstPidAt + this.#followed;
    if (at >= sharedLength) return;
    this.#followed += 1;
    Atomics.store(this.#shared, at, pid);
  }

  /** The client is done or gone, as the loop has seen itself. */
  closing(): void {
    Atomics.store(this.#shared, closingAt, 1);
  }

  #beat(): void {
    Atomics.add(this.#shared, beatsAt, 1);
  }
}
