import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { debuglog } from "node:util";
import { BatchedWriter } from "./batched-writer.ts";
import { daemonError } from "../errors/errors.ts";
import type { Program } from "./find-daemon.ts";
import type { Link, LinkEvents } from "./link.ts";

/** `NODE_DEBUG=sshrpc` shows the daemon's log. */
const debug = debuglog("sshrpc");

/** What is kept of its stderr, to say why it ended. */
const tailLength = 4096;

/** A socket, or what else another runtime has for a pipe. */
interface Referable {
  ref?(): unknown;
  unref?(): unknown;
}

/**
 * A daemon, and our ends of its pipes. Nothing has to be done for it to end with us: the system
 * closes them however we end.
 */
export class DaemonProcess implements Link {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #writer: BatchedWriter;
  readonly #ended: Promise<void>;
  #tail = "";
  #isEnded = false;

  /** @throws {DaemonError} where it can't be started at all; where it is found out later, `onEnd` says it */
  constructor({ file, args, env }: Program, environment: NodeJS.ProcessEnv, events: LinkEvents) {
    try {
      this.#process = spawn(file, args, {
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...environment, ...env },
        windowsHide: true,
      });
    } catch (error) {
      throw daemonError(`${file} could not be started: ${String(error)}`, "no", error);
    }
    const { stdin, stdout, stderr } = this.#process;
    this.#writer = new BatchedWriter(stdin);
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

  write(data: string | Buffer): void {
    this.#writer.write(data);
  }

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
