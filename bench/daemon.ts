import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { Decoder, encode } from "../test/fixtures/framing.ts";
import { track } from "../test/fixtures/processes.ts";

export type Json = any;

interface Waiter {
  resolve: (result: Json) => void;
  reject: (error: Error) => void;
}

/** The daemon on pipes, with the least that a client needs: what it costs is the daemon's cost. */
export class Daemon implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiters = new Map<number, Waiter>();
  #nextId = 1;

  readonly #onNotification: (notification: Json) => void;

  /** `program` is the path of bin/sshrpc.js. */
  constructor(program: string, onNotification: (notification: Json) => void = () => {}) {
    this.#onNotification = onNotification;
    this.#process = track(
      spawn(process.execPath, [program, "--stdio", "--log-level", "error"], {
        stdio: ["pipe", "pipe", "inherit"],
      }),
    );
    const decoder = new Decoder("content-length", (json) => this.#receive(json));
    this.#process.stdout.on("data", (chunk: Buffer) => decoder.push(chunk));
    this.#process.once("exit", (code) => {
      for (const { reject } of this.#waiters.values()) {
        reject(new Error(`the daemon ended (${code})`));
      }
    });
  }

  request(method: string, params: object = {}): Promise<Json> {
    const id = this.#nextId++;
    this.#process.stdin.write(encode({ jsonrpc: "2.0", id, method, params }, "content-length"));
    return new Promise((resolve, reject) => this.#waiters.set(id, { resolve, reject }));
  }

  /** Its resident memory in bytes; Linux only. */
  rss(): number {
    return this.#status("VmRSS");
  }

  /** The most that it has had since the start, or since {@link resetPeak}; Linux only. */
  peakRss(): number {
    return this.#status("VmHWM");
  }

  resetPeak(): void {
    writeFileSync(`/proc/${this.#process.pid}/clear_refs`, "5");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, "exit");
  }

  #status(field: string): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  }

  #receive(json: Buffer): void {
    const message: Json = JSON.parse(json.toString("utf8"));
    const { id, result, error } = message;
    if (id === undefined) return this.#onNotification(message);
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (error === undefined) waiter?.resolve(result);
    else waiter?.reject(new Error(error.message));
  }
}
