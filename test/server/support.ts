import { PassThrough } from "node:stream";
import { ClientScope } from "../../src/handlers/support/client-scope.ts";
import { Daemon } from "../../src/handlers/support/daemon.ts";
import { loadHandler } from "../../src/handlers/load.ts";
import type { Context, Handler } from "../../src/handlers/support/handler.ts";
import { Call } from "../../src/ssh/support/call.ts";
import { Connection } from "../../src/server/peer/connection.ts";
import type { ConnectionEnd } from "../../src/server/peer/connection.ts";
import { Log } from "../../src/server/log.ts";
import { Decoder, encode } from "../fixtures/framing.ts";
import type { Framing } from "../fixtures/framing.ts";
import type { Message } from "../fixtures/daemon.ts";
import { until } from "../fixtures/until.ts";

export interface Options {
  framing?: Framing;
  /** Handlers that stand in for the real ones, by their methods. */
  handlers?: Record<string, (params: any, context: Context) => unknown>;
}

/** The client's side of a connection in this process. */
export class Client {
  /** Every message received, in order. */
  readonly messages: Message[] = [];
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly ends: ConnectionEnd[] = [];
  readonly logged: string[] = [];
  readonly connection: Connection;
  readonly #framing: Framing;

  constructor({ framing = "content-length", handlers = {} }: Options = {}) {
    this.#framing = framing;
    this.connection = new Connection({
      streams: { input: this.input, output: this.output },
      scope: new ClientScope({ number: 1, followProcess: () => {} }),
      daemon: new Daemon({ version: "1.2.3", scopes: () => [] }),
      load: async (method) => standIn(handlers[method]) ?? loadHandler(method),
      onEnd: (why) => this.ends.push(why),
      log: new Log((line) => this.logged.push(line), "debug"),
    });
    const decoder = new Decoder(framing, (json, binary) => {
      const message = JSON.parse(json.toString()) as Message;
      this.messages.push(binary ? { ...message, binary } : message);
    });
    this.output.on("data", (chunk: Buffer) => decoder.push(chunk));
  }

  write(bytes: Buffer | string): void {
    this.input.write(bytes);
  }

  /** Sends messages in one chunk, "jsonrpc" put in front of each. */
  send(...messages: object[]): void {
    const frames = messages.map((each) => encode({ jsonrpc: "2.0", ...each }, this.#framing));
    this.write(Buffer.concat(frames));
  }

  /** The first `count` messages received, when so many are there. */
  async received(count: number): Promise<Message[]> {
    await until(() => this.messages.length >= count, `${count} messages`);
    return this.messages.slice(0, count);
  }

  /** The reply to a request, received already or to come. */
  async reply(id: number | string | null): Promise<Message> {
    await until(() => this.messages.some((each) => each.id === id), `a reply to ${id}`);
    return this.messages.find((each) => each.id === id) as Message;
  }
}

function standIn(work: ((params: any, context: Context) => unknown) | undefined) {
  if (work === undefined) return undefined;
  const handler: Handler = {
    async run({ params, binary, daemon, scope, client, cancellation, receivedAt }) {
      const call = new Call(cancellation, (params as { timeout?: number }).timeout, receivedAt);
      try {
        return await work(params, { binary, daemon, scope, client, call });
      } finally {
        call.dispose();
      }
    },
  };
  return handler;
}

/** A promise with its resolve function beside it. */
export function gate<T = void>(): { promise: Promise<T>; open: (value: T) => void } {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open };
}
