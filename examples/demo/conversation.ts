import type { Daemon, Json } from "../../test/fixtures/daemon.ts";
import { RpcError } from "../../test/fixtures/daemon.ts";
import { bold, cyan, dim, green, red, yellow } from "./colors.ts";

/** Longer strings are shortened: this is to be read. */
const longest = 76;

/** Talks to the daemon and prints what goes over the wire, in both directions. */
export class Conversation {
  readonly #daemon: Daemon;
  #requests = 0;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** A heading for what comes. */
  say(text: string): void {
    console.log(`\n${bold(text)}`);
  }

  /** Sends a request and waits for its reply; an error reply is returned as an RpcError. */
  async ask(method: string, params: Record<string, unknown> = {}): Promise<Json> {
    const id = ++this.#requests;
    console.log(`${cyan("→")} ${dim(`${id}`)} ${cyan(method)} ${show(params)}`);
    const begin = performance.now();
    let answer: Json;
    try {
      answer = await this.#daemon.request(method, params);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      answer = error;
    }
    const took = dim(`${(performance.now() - begin).toFixed(1)} ms`);
    const failed = answer instanceof RpcError;
    const text = failed
      ? `${red(`${answer.code}`)} ${answer.message} ${show(answer.data)}`
      : show(answer);
    console.log(`${failed ? red("←") : green("←")} ${dim(`${id}`)} ${text} ${took}`);
    return answer;
  }

  /** The same, with a line that shows how far a transfer of `size` bytes has got. */
  async transfer(method: string, params: Record<string, unknown>, size: number): Promise<Json> {
    const before = await this.#moved();
    const draw = async () => {
      const moved = Math.min(size, (await this.#moved()) - before);
      const width = Math.round((30 * moved) / size);
      const bar = "█".repeat(width) + "░".repeat(30 - width);
      const line = `  ${yellow(bar)} ${megabytes(moved)} of ${megabytes(size)} MB`;
      process.stdout.write(`\r${line}\r`);
    };
    const timer = process.stdout.isTTY ? setInterval(() => void draw(), 50) : undefined;
    try {
      return await this.ask(method, params);
    } finally {
      clearInterval(timer);
    }
  }

  /** What all sessions have moved so far, in bytes. */
  async #moved(): Promise<number> {
    const { sessions } = await this.#daemon.request("daemon.status");
    return sessions.reduce((sum: number, s: Json) => sum + s.bytesSent + s.bytesReceived, 0);
  }
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1).padStart(5);

function show(value: unknown): string {
  return JSON.stringify(value, (key, field: unknown) => {
    if (key === "password") return "(not shown)";
    if (typeof field !== "string" || field.length <= longest) return field;
    return `${field.slice(0, longest)}… (${field.length} characters)`;
  });
}
