import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { track } from "../test/fixtures/processes.ts";

export interface Program {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** A program that is asked a line at a time on stdin and answers each with a line on stdout. */
export class LineProcess implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;
  #stderr = "";

  constructor({ command, args, env = {} }: Program) {
    this.#process = track(
      spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } }),
    );
    this.#ended = once(this.#process, "close").catch((error: Error) => {
      this.#stderr += error.message;
    });
    this.#process.stdin.on("error", () => {});
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The next line that it prints. */
  async read(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done !== true) return value;
    await this.#ended;
    throw new Error(`ended: ${this.#stderr.trim().split("\n").at(-1) ?? ""}`);
  }

  ask(line: string): Promise<string> {
    this.#process.stdin.write(`${line}\n`);
    return this.read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }
}
