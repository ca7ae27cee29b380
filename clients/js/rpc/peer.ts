import { daemonError, errorOf, invalidParam } from "../errors/errors.ts";
import type { DaemonError, SshError } from "../errors/errors.ts";
import { carry, readBytes } from "./bytes.ts";
import type { Payload } from "./bytes.ts";
import { header } from "./frame.ts";
import type { Frame, Message } from "./frame-decoder.ts";

/** The one answer to a request. An error is made where it is waited for: its stack leads there. */
export interface Reply {
  readonly result?: unknown;
  readonly error?: () => SshError;
  readonly binary: Buffer;
}

/** What belongs to a call beside its reply. */
export interface CallEvents {
  /** `session/output`, `$/progress` and whatever else bears the call's token. */
  onNotification?(method: string, params: Record<string, unknown>, binary: Buffer): void;
  /**
   * `client/prompt`, with what is aborted when the daemon doesn't wait for the answer any more. It
   * must not throw.
   */
  onQuestion?: OnQuestion;
}

export type OnQuestion = (params: Record<string, unknown>, signal: AbortSignal) => Promise<unknown>;

export interface Request {
  readonly method: string;
  readonly params: object;
  readonly payload?: Payload | undefined;
  readonly events?: CallEvents | undefined;
  /** Given a result that comes after the request was given up. */
  readonly onLate?: ((result: unknown) => void) | undefined;
}

interface Call extends Request {
  readonly settle: (reply: Reply) => void;
}

/** How the peer reaches the daemon. */
export interface Wire {
  write(data: string | Buffer): void;
  /** Says whether anything is waited for: only then is the event loop to be kept alive. */
  setBusy(isBusy: boolean): void;
}

const none = Buffer.alloc(0);

/**
 * JSON-RPC over frames: requests in flight, and what was agreed. It does no I/O of its own. A call
 * has its request's id for a token too, so that all that belongs to it finds it.
 */
export class Peer {
  /** Whether binary frames were granted. */
  isBinary = false;
  /** The longest message that the daemon takes. */
  maxMessageBytes = 256 * 1024 * 1024;
  /** Told of notifications that belong to no call. */
  onNotification: (method: string, params: Record<string, unknown>) => void = () => {};
  readonly #wire: Wire;
  readonly #calls = new Map<number, Call>();
  /** Who answers when a session is connected to again, by its login's token. */
  readonly #answering = new Map<number, OnQuestion>();
  readonly #late = new Map<number, (result: unknown) => void>();
  readonly #questions = new Map<number | string, AbortController>();
  #failure: DaemonError | undefined;
  #lastId = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Why there is no connection any more. */
  get failure(): DaemonError | undefined {
    return this.#failure;
  }

  /** An id for a request, and token for what belongs to it. */
  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /**
   * Sends a request at once.
   *
   * @param id from {@link newId}
   * @throws {InvalidParams} where it is no JSON, or longer than the daemon takes
   * @throws {DaemonError} where there is no connection any more
   */
  request(id: number, request: Request): Promise<Reply> {
    if (this.#failure) {
      throw daemonError(this.#failure.message, "no", this.#failure.cause);
    }
    const carried = request.payload && carry(request.payload, this.isBinary);
    const params = carried ? { ...request.params, ...carried.params } : request.params;
    const message = { jsonrpc: "2.0", id, method: request.method, params } as Message;
    this.#send(message, { binary: carried?.binary, isBounded: true });
    return new Promise((settle) => {
      this.#calls.set(id, { ...request, settle });
      if (this.#calls.size === 1) this.#wire.setBusy(true);
    });
  }

  /** Sends what nobody answers; that it can't be sent any more is told by other means. */
  notify(method: string, params: object): void {
    if (!this.#failure) this.#send({ jsonrpc: "2.0", method, params } as Message);
  }

  /** Has a login's questions answered that come when it is over; none without `onQuestion`. */
  answerLater(token: number, onQuestion?: OnQuestion): void {
    if (onQuestion) this.#answering.set(token, onQuestion);
    else this.#answering.delete(token);
  }

  /** Asks the daemon to end a call, whose reply still comes. */
  cancel(id: number): void {
    if (this.#calls.has(id)) this.notify("$/cancelRequest", { id });
  }

  /** Waits no more for a call: it is settled with this error, unless it has been. */
  abandon(id: number, error: () => SshError): void {
    const call = this.#take(id);
    if (call?.onLate) this.#late.set(id, call.onLate);
    call?.settle({ error, binary: none });
  }

  /**
   * Takes a message from the daemon.
   *
   * @throws {DaemonError} where it is none that we can go on from
   */
  receive({ message, binary }: Frame): void {
    const { method, id, params = {} } = message;
    if (method === undefined) this.#receiveReply(message, binary);
    else if (id !== undefined && id !== null) void this.#answer(id, method, params);
    else if (method === "$/cancelRequest") this.#questions.get(params["id"] as number)?.abort();
    else {
      const call = this.#calls.get(params["token"] as number);
      if (call?.events?.onNotification) call.events.onNotification(method, params, binary);
      else this.onNotification(method, params);
    }
  }

  /** Ends the connection: every call that waits gets the error at once. */
  fail(failure: DaemonError): void {
    this.#failure ??= failure;
    const { message, cause } = this.#failure;
    for (const id of this.#calls.keys()) {
      this.#take(id)?.settle({ error: () => daemonError(message, "maybe", cause), binary: none });
    }
    for (const question of this.#questions.values()) question.abort();
    this.#late.clear();
  }

  #receiveReply({ id, result, error }: Message, binary: Buffer): void {
    if (typeof id !== "number") {
      // It could read none of ours; whose, nobody knows, and somebody would wait for ever.
      throw daemonError(`the daemon could not read a message: ${error?.message}`, "maybe");
    }
    const late = this.#late.get(id);
    this.#late.delete(id);
    const reply = error ? { error: () => readError(error, binary), binary } : { result, binary };
    const call = this.#take(id);
    if (call) call.settle(reply);
    else if (!error) late?.(result);
  }

  async #answer(
    id: number | string,
    method: string,
    params: Record<string, unknown>,
  ): Promise<void> {
    if (method !== "client/prompt") {
      const error = { code: -32601, message: `there is no method ${method}` };
      this.#send({ jsonrpc: "2.0", id, error });
      return;
    }
    const token = params["token"] as number;
    const onQuestion = this.#calls.get(token)?.events?.onQuestion ?? this.#answering.get(token);
    const question = new AbortController();
    this.#questions.set(id, question);
    const result = (await onQuestion?.(params, question.signal)) ?? null;
    this.#questions.delete(id);
    if (!this.#failure) this.#send({ jsonrpc: "2.0", id, result });
  }

  #take(id: number): Call | undefined {
    const call = this.#calls.get(id);
    if (this.#calls.delete(id) && this.#calls.size === 0) this.#wire.setBusy(false);
    return call;
  }

  #send(message: Message, { binary, isBounded = false }: SendOptions = {}): void {
    const text = JSON.stringify(message);
    const length = Buffer.byteLength(text);
    const size = length + (binary?.length ?? 0);
    if (isBounded && size > this.maxMessageBytes) {
      const most = this.maxMessageBytes;
      const reason = `${size} bytes are more than one message takes (${most}); put() sends files of any size`;
      throw invalidParam("data", reason);
    }
    this.#wire.write(header(length, binary) + text);
    if (binary !== undefined && binary.length > 0) this.#wire.write(binary);
  }
}

interface SendOptions {
  binary?: Buffer | undefined;
  isBounded?: boolean;
}

/** Fields of remote bytes, the fields that say how they are carried, and the streams they are of. */
const outputFields = [
  ["stdout", "stdoutEncoding", "stdout"],
  ["stderr", "stderrEncoding", "stderr"],
  ["output", "encoding", "stdout"],
  ["data", "encoding", "stdout"],
] as const;

/** The error of a reply; bytes in its data become bytes. */
function readError({ message, data = {} }: NonNullable<Message["error"]>, binary: Buffer) {
  const fields: Record<string, unknown> = { ...data };
  const streams: { stdout?: Buffer; stderr?: Buffer } = {};
  for (const [field, encodingField, stream] of outputFields) {
    if (!(field in fields) || !(encodingField in fields)) continue;
    streams[stream] = readBytes(fields[field], fields[encodingField], binary);
    fields[field] = streams[stream];
    delete fields[encodingField];
  }
  return errorOf(message, { data: fields, ...streams });
}
