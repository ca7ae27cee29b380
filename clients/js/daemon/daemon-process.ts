import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { debuglog } from "node:util";
import { daemonError } from "../errors/errors.ts";
import type { Program } from "./find-daemon.ts";

/** `NODE_DEBUG=sshrpc` shows the daemon's log. */
const debug = debuglog("sshrpc");

/** What is kept of its stderr, to say why it ended. */
const tailLength = 4096;

/** A socket, or what else another runtime has for a pipe. */
interface Referable {
  ref?(): unknown;
  unref?(): unknown;
}

/** What is done with what comes of a daemon's process. */
export interface DaemonProcessEvents {
  onData(chunk: Buffer): void;
  /** Once, when all that it wrote has been read. */
  onEnd(how: string): void;
}

/**
 * A daemon, and our ends of its pipes. They keep the event loop alive only while it is busy, and
 * nothing has to be done for it to end with us: the system closes them however we end.
 */
export class DaemonProcess {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<void>;
  #tail = "";
  #isCorked = false;
  #isEnded = false;

  /** @throws {DaemonError} where it can't be started at all; where it is found out later, `onEnd` says it */
  constructor(
    { file, args, env }: Program,
    environment: NodeJS.ProcessEnv | undefined,
    events: DaemonProcessEvents,
  ) {
    // Node's own options are for this program: what it preloads, or its debugger, isn't the daemon's.
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    try {
      this.#process = spawn(file, args, {
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...(environment ?? inherited), ...env },
        windowsHide: true,
      });
    } catch (error) {
      throw daemonError(`${file} could not be started: ${String(error)}`, "no", error);
    }
    const { stdin, stdout, stderr } = this.#process;
    stdout.on("data", (chunk: Buffer) => events.onData(chunk));
    stderr.setEncoding("utf8").on("data", (text: string) => {
      debug("%s", text.trimEnd());
      this.#tail = (this.#tail + text).slice(-tailLength);
    });
    // That it reads no more is told by its end.
    for (const stream of [stdin, stdout, stderr]) stream.on("error", () => {});
    let failure: string | undefined;
    this.#process.once("error", (error) => (failure = `could not be started: ${error.message}`));
    this.#ended = once(this.#process, "close").then(
      () => {},
      () => {},
    );
    void this.#ended.then(() => {
      this.#isEnded = true;
      events.onEnd(
        `${failure === undefined ? "the sshrpc daemon" : file} ${failure ?? this.#how()}`,
      );
    });
    this.setBusy(false);
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Writes; what is written in one turn of the event loop goes together. */
  write(data: string | Buffer): void {
    const { stdin } = this.#process;
    if (!this.#isCorked) {
      this.#isCorked = true;
      stdin.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        stdin.uncork();
      });
    }
    stdin.write(data);
  }

  /** Whether the event loop is to be kept alive for what it will say. */
  setBusy(isBusy: boolean): void {
    const { stdin, stdout, stderr } = this.#process;
    for (const each of [this.#process, stdin, stdout, stderr] as Referable[]) {
      if (isBusy) each.ref?.();
      else each.unref?.();
    }
  }

  kill(): void {
    if (!this.#isEnded) this.#process.kill("SIGKILL");
  }

  /** Ends its input, and waits for its end; kills it where it doesn't end. */
  async end(patienceMs: number): Promise<void> {
    if (this.#isEnded) return;
    this.setBusy(true);
    this.#process.stdin.end();
    const late = setTimeout(() => this.kill(), patienceMs);
    await this.#ended;
    clearTimeout(late);
  }

  #how(): string {
    const { exitCode, signalCode } = this.#process;
    const how =
      signalCode === null ? `ended with exit code ${exitCode}` : `was killed by ${signalCode}`;
    const words = this.#tail.trim();
    return words === "" ? how : `${how}: ${words}`;
  }
}
