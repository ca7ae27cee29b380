import type { Readable } from "node:stream";
import { AbstractMessageReader } from "vscode-jsonrpc";
import type { DataCallback, Disposable, Message, MessageReader } from "vscode-jsonrpc";
import { Failure } from "../../protocol/errors.ts";
import { invalidRequest } from "../../protocol/invalid-request.ts";
import { Backlog } from "./backlog.ts";
import { readEnvelope } from "./envelope.ts";
import type { Envelope, Id, RawParams } from "./envelope.ts";
import type { Body, Frame, FrameSplitter } from "./frame.ts";
import type { Received } from "./received.ts";
import type { RequestIds } from "./request-ids.ts";

/** Bytes of memory that a request takes besides its body, about: its call, timers, place in a queue. */
const requestCost = 4096;

/** Bytes read while it pauses: more than a pipe or a socket holds. */
const maxAhead = 4 * 1024 * 1024;

/** Milliseconds between two looks for the end of the input, while it isn't read. */
const peekInterval = 50;

/**
 * Reads the client's messages. What isn't one is answered here; requests go on with a number of
 * our own for an id, and so do cancellations. See {@link RequestIds}.
 */
export class Reader extends AbstractMessageReader implements MessageReader {
  readonly #input: Readable;
  readonly #frames: FrameSplitter;
  readonly #ids: RequestIds;
  readonly #takesBinary: () => boolean;
  readonly #refuse: (id: Id, failure: Failure) => void;
  readonly #cancelledId: (params: RawParams | undefined) => Id | undefined;
  readonly #debug: (text: string) => void;
  /** The messages that were read and haven't been answered. */
  readonly #pending: Backlog;
  #callback: DataCallback = () => {};
  #ended = false;
  #stopped = false;
  #pauses = 0;
  /** Chunks that came while it was paused. */
  readonly #ahead: Buffer[] = [];
  #aheadSize = 0;
  #peeking: NodeJS.Timeout | undefined;

  /**
   * @param parts.takesBinary whether binary frames have been granted
   * @param parts.refuse answers what is no request, or a request that can't be taken
   * @param parts.cancelledId reads the params of a `$/cancelRequest`; undefined where they aren't well-formed
   * @param parts.maxPending bytes that requests which are worked on may hold before it pauses
   */
  constructor(parts: {
    input: Readable;
    frames: FrameSplitter;
    ids: RequestIds;
    takesBinary: () => boolean;
    refuse: (id: Id, failure: Failure) => void;
    cancelledId: (params: RawParams | undefined) => Id | undefined;
    maxPending: number;
    debug: (text: string) => void;
  }) {
    super();
    this.#input = parts.input;
    this.#frames = parts.frames;
    this.#ids = parts.ids;
    this.#takesBinary = parts.takesBinary;
    this.#refuse = parts.refuse;
    this.#cancelledId = parts.cancelledId;
    this.#debug = parts.debug;
    this.#pending = new Backlog(parts.maxPending, (full) => (full ? this.pause() : this.resume()));
  }

  /** Fires `onClose` once, when the stream ends, fails or is closed. */
  override listen(callback: DataCallback): Disposable {
    this.#callback = callback;
    this.#input.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#input.on("error", (error) => this.fireError(error));
    this.#input.once("end", () => {
      if (this.#pauses === 0) this.#take(this.#frames.end());
      this.#end();
    });
    this.#input.once("close", () => this.#end());
    return { dispose: () => this.stop() };
  }

  /** Reads no further until {@link resume} was called as often as this; only looks for the end. */
  pause(): void {
    this.#pauses += 1;
    this.#input.pause();
    this.#peeking ??= setInterval(() => this.#peek(), peekInterval).unref();
  }

  resume(): void {
    this.#pauses -= 1;
    while (this.#pauses === 0 && !this.#stopped) {
      const chunk = this.#ahead.shift();
      if (!chunk) break;
      this.#aheadSize -= chunk.length;
      this.#take(this.#frames.push(chunk));
    }
    if (this.#pauses > 0) return;
    this.#stopPeeking();
    if (!this.#ended) this.#input.resume();
  }

  /** Reads no further. */
  stop(): void {
    this.#ended = true;
    this.#stopped = true;
    this.#input.pause();
    this.#stopPeeking();
  }

  #receive(chunk: Buffer): void {
    if (this.#pauses === 0) return this.#take(this.#frames.push(chunk));
    this.#ahead.push(chunk);
    this.#aheadSize += chunk.length;
  }

  /** A stream tells its end only when all before it has been read: so, while paused, a little is read. */
  #peek(): void {
    if (this.#aheadSize < maxAhead) this.#input.read();
  }

  #stopPeeking(): void {
    clearInterval(this.#peeking);
    this.#peeking = undefined;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopPeeking();
    this.fireClose();
  }

  #take(frames: Frame[]): void {
    const receivedAt = performance.now();
    for (const frame of frames) {
      if (frame instanceof Failure) this.#refuse(null, frame);
      else this.#pass(this.#read(frame), frame, receivedAt);
    }
  }

  #read({ json, binary }: Body): Envelope {
    const envelope = readEnvelope(json);
    if (!binary || envelope.type === "invalid" || this.#takesBinary()) return envelope;
    const id = envelope.type === "request" ? envelope.id : null;
    const failure = invalidRequest("binary frames have not been granted");
    return { type: "invalid", id, failure };
  }

  #pass(envelope: Envelope, { json, binary }: Body, receivedAt: number): void {
    const size = json.length + (binary?.length ?? 0);
    switch (envelope.type) {
      case "request": {
        const { id, method, params } = envelope;
        const number = this.#ids.open(id);
        if (number === undefined) {
          this.#refuse(id, invalidRequest("the id is in use by another request"));
        } else {
          this.#emit({ id: number, method }, { params, binary, receivedAt, number, id }, size);
        }
        break;
      }
      case "notification": {
        const { method, params } = envelope;
        this.#emit({ method }, { params, binary, receivedAt }, size);
        break;
      }
      case "cancel": {
        const id = this.#ids.numberOf(this.#cancelledId(envelope.params));
        if (id === undefined) this.#debug("a $/cancelRequest names no request in flight");
        else
          this.#callback({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } } as Message);
        break;
      }
      case "response":
        this.#callback(envelope.message as unknown as Message);
        break;
      case "invalid":
        this.#refuse(envelope.id, envelope.failure);
        break;
    }
  }

  /** @param size of its body, in bytes */
  #emit(
    message: { id?: number; method: string },
    received: Omit<Received, "done">,
    size: number,
  ): void {
    const held = size + requestCost;
    this.#pending.add(held);
    const params: Received = { ...received, done: () => this.#pending.remove(held) };
    this.#callback({ jsonrpc: "2.0", ...message, params } as Message);
  }
}
