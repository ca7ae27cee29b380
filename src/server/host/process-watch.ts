/**
 * Milliseconds between two looks. Mostly EOF tells that a client has ended; this is for the case that
 * another process has inherited the client's end of our stdin.
 */
const interval = 250;

/** Tells when one of the processes that the daemon must not outlive has ended. */
export class ProcessWatch {
  readonly #parent = process.ppid;
  readonly #followed = new Set<number>();

  /** @param onEnd told which process has ended, more than once */
  constructor(onEnd: (which: string) => void) {
    const look = (): void => {
      // When its parent ends, the system gives a process another parent.
      if (process.ppid !== this.#parent) onEnd("the parent process");
      for (const pid of this.#followed) if (!exists(pid)) onEnd(`process ${pid}`);
    };
    setInterval(look, interval).unref();
  }

  /** Also watches the process `pid`, which may be any. */
  follow(pid: number): void {
    this.#followed.add(pid);
  }
}

/** Tells when one of a client's processes has ended. */
export class ProcessesWatch {
  readonly #onEnd: (pid: number) => void;
  readonly #followed = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onEnd told which one has ended, more than once */
  constructor(onEnd: (pid: number) => void) {
    this.#onEnd = onEnd;
  }

  /** Also watches the process `pid`, which may be any. */
  follow(pid: number): void {
    this.#followed.add(pid);
    this.#timer ??= setInterval(() => {
      for (const each of this.#followed) if (!exists(each)) this.#onEnd(each);
    }, interval).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Whether there is such a process, whoever's it is. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM says that it is there, and another user's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
