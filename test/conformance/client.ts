import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { encode, encodeBinary } from "../fixtures/framing.ts";
import type { Framing } from "../fixtures/framing.ts";
import { exited, hasExited, track } from "../fixtures/processes.ts";
import { projectRoot } from "../fixtures/project.ts";
import { tempDir } from "../fixtures/temp.ts";

/** A frame as it was received. */
export interface Frame {
  message: unknown;
  binary: Buffer | undefined;
}

/** Speaks with a daemon of its own in bytes, and takes the daemon's one after the other. */
export class Client implements AsyncDisposable {
  readonly #home = tempDir("home");
  readonly #framing: Framing;
  readonly #process;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  constructor(framing: Framing) {
    this.#framing = framing;
    const env: NodeJS.ProcessEnv = { ...process.env, HOME: this.#home.path };
    delete env["SSH_AUTH_SOCK"];
    this.#process = track(
      spawn(process.execPath, [join(projectRoot, "bin/sshrpc.js"), "--stdio"], {
        stdio: ["pipe", "pipe", "ignore"],
        env,
      }),
    );
    this.#process.stdout.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    this.#process.stdout.once("end", () => {
      this.#ended = true;
      this.#wake();
    });
    this.#process.stdin.on("error", () => {});
  }

  send(bytes: Buffer): void {
    this.#process.stdin.write(bytes);
  }

  endInput(): void {
    this.#process.stdin.end();
  }

  /** The next bytes, fewer only where the daemon's output is at its end. */
  async bytes(length: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= length);
    return this.#take(length);
  }

  /** The next frame. */
  async frame(): Promise<Frame> {
    if (this.#framing === "lines") {
      return { message: JSON.parse(await this.#through("\n")), binary: undefined };
    }
    const header = await this.#through("\r\n\r\n");
    const length = Number(/^Content-Length: (\d+)\r\n/m.exec(header)?.[1]);
    const jsonLength = /^Content-Type: application\/vnd\.sshrpc; json=(\d+)\r\n/m.exec(header)?.[1];
    const body = await this.bytes(length);
    if (body.length !== length) throw new Error("the daemon's output ended inside a message");
    const end = jsonLength === undefined ? length : Number(jsonLength);
    return {
      message: JSON.parse(body.toString("utf8", 0, end)),
      binary: jsonLength === undefined ? undefined : body.subarray(end),
    };
  }

  /** What is left of its output, up to its end. */
  async rest(): Promise<string> {
    await this.#until(() => false);
    return this.#take(this.#received.length).toString();
  }

  /** The exit code of the daemon, when it has exited. */
  async exit(): Promise<number | null> {
    await exited(this.#process);
    return this.#process.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!hasExited(this.#process)) {
      this.#process.kill("SIGKILL");
      await once(this.#process, "exit");
    }
    await this.#home[Symbol.asyncDispose]();
  }

  async #through(end: string): Promise<string> {
    await this.#until(() => this.#received.includes(end));
    const at = this.#received.indexOf(end);
    if (at === -1) throw new Error(`the daemon's output ended: ${this.#received.toString()}`);
    return this.#take(at + end.length).toString();
  }

  async #until(enough: () => boolean): Promise<void> {
    while (!enough() && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #take(length: number): Buffer {
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }
}

/** The bytes of messages as the client frames them. */
export function framed(messages: unknown[], framing: Framing, binary?: Buffer): Buffer {
  return Buffer.concat(
    messages.map((each) => (binary ? encodeBinary(each, binary) : encode(each, framing))),
  );
}
