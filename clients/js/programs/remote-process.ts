import type { Readable, Writable } from "node:stream";
import { CommandFailed } from "./command-failed.ts";
import type { Exit } from "./command-failed.ts";
import type {
  SessionExecResult,
  SessionOutputParams,
  SessionSignalParams,
} from "../rpc/contract.ts";
import { Credit, defaultWindow } from "./credit.ts";
import { Cancelled, CommandNotFound, invalidParam } from "../errors/errors.ts";
import { InputStream } from "./input-stream.ts";
import { linesOf } from "../rpc/lines.ts";
import { OutputStream } from "./output-stream.ts";
import { readBytes } from "../rpc/bytes.ts";
import type { Bytes, Payload } from "../rpc/bytes.ts";
import type { TerminalSize } from "./remote-duplex.ts";
import type { CallableSession } from "../daemon/session-call.ts";

/** A signal by its name (RFC 4254 §6.9), with or without `SIG`. */
export type SignalName = SessionSignalParams["signal"] | `SIG${SessionSignalParams["signal"]}`;

/** What a program is started with. */
export interface ProgramStart {
  readonly method: string;
  readonly params: object;
  readonly payload?: Payload | undefined;
  readonly patience?: number | undefined;
  readonly command: Bytes;
  readonly hasInput: boolean;
  /** It is no program, but a connection: a stream in any case, without an exit code. */
  readonly isConnection?: boolean | undefined;
  readonly window?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly reject?: boolean | undefined;
}

/**
 * A command that runs on the remote side, in the manner of Node's ChildProcess.
 *
 * Its output comes as it is read: where nobody reads, the command is held up when it has written a
 * window more. The two streams don't hold up each other. Destroying `stdout` before its end cancels
 * the command, as a broken pipe would.
 *
 * It is an iterator over the lines of its stdout:
 *
 *     for await (const line of session.spawn("journalctl -f")) …
 *
 * Leaving the loop cancels the command. A loop that ends by itself throws what `wait` would.
 */
export class RemoteProcess implements AsyncDisposable, AsyncIterable<string> {
  /** Its input. To end it is needed where the command reads up to there. */
  readonly stdin: Writable;
  /** Its output: Buffers, or text after `setEncoding`. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #outputs: { readonly stdout: OutputStream; readonly stderr: OutputStream };
  readonly #session: CallableSession;
  readonly #start: ProgramStart;
  readonly #token: number;
  readonly #credit: Credit;
  readonly #cancellation = new AbortController();
  readonly #ended: Promise<Exit>;
  #waiters = 0;
  #exit: Exit | undefined;
  #isOver = false;
  #failure: Error | undefined;

  /** @internal */
  constructor(session: CallableSession, start: ProgramStart) {
    const { window = defaultWindow } = start;
    if (!(window >= 1)) throw invalidParam("window", "must be at least 1");
    this.#session = session;
    this.#start = start;
    this.#token = session.daemon.newToken();
    this.stdin = new InputStream({
      write: (bytes) => this.#write(bytes),
      close: () => this.#closeInput(),
      // Half an input must not pass for a whole one.
      onBroken: (error) => this.#cancel("its stdin was destroyed", error),
    });
    const onRead = () => {
      if (!this.#isOver) this.#credit.update();
    };
    const stdout = new OutputStream({
      onRead,
      onDiscarded: () => this.#cancel("its stdout was destroyed"),
    });
    const stderr = new OutputStream({ onRead, onDiscarded: onRead });
    this.#outputs = { stdout, stderr };
    this.stdout = stdout;
    this.stderr = stderr;
    this.#credit = new Credit(
      window,
      [stdout, stderr],
      (bytes) => session.daemon.notify("session.windowAdjust", { token: this.#token, bytes }),
      (error) => this.#fail(error),
    );
    this.#ended = this.#run(window);
    // Whoever waits is told.
    this.#ended.catch(() => {});
  }

  /** Null until it has ended, then as of {@link Exit}. */
  get exitCode(): number | null {
    return this.#exit?.exitCode ?? null;
  }

  /** Likewise. */
  get exitSignal(): string | null {
    return this.#exit?.exitSignal ?? null;
  }

  /**
   * Waits for its end. What hasn't been read by then can still be read.
   *
   * @throws {CommandFailed} its exit code isn't 0, unless `reject` is false
   * @throws {SshError} what `run` throws
   */
  async wait(): Promise<Exit> {
    this.#waiters += 1;
    try {
      if (!this.#isOver) this.#credit.update();
      return await this.#ended;
    } finally {
      this.#waiters -= 1;
    }
  }

  /** The lines of a stream, without their ends, which must be UTF-8. Leaving them early closes it. */
  lines(stream: "stdout" | "stderr" = "stdout"): AsyncGenerator<string, void> {
    return linesOf(this[stream]);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void> {
    yield* this.lines();
    await this.wait();
  }

  /**
   * Signals it. Servers don't say what came of it; OpenSSH delivers none to commands of a root login.
   *
   * @throws {CommandNotFound} it has ended
   */
  async kill(signal: SignalName = "TERM"): Promise<void> {
    const params = { token: this.#token, signal: signal.replace(/^SIG/, "") };
    await this.#session.daemon.call("session.signal", params);
  }

  /**
   * Tells its terminal of another size (RFC 4254 §6.7).
   *
   * @throws {CommandNotFound} it has ended
   */
  async resize(size: TerminalSize): Promise<void> {
    await this.#session.daemon.call("session.resize", { token: this.#token, ...size });
  }

  /** Cancels it, unless it has ended, and waits until that is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancel("the program was disposed of");
    await this.#ended.catch(() => {});
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream.destroy();
  }

  /** @internal Resolves when it has started, and says whether it has. */
  async started(): Promise<boolean> {
    try {
      // Nothing is written, behind whatever it takes until something can be.
      await this.#write(Buffer.alloc(0));
      return true;
    } catch {
      return false;
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    const payload = { param: "data", encodingParam: "encoding", bytes };
    await this.#session.daemon.call("session.write", { token: this.#token }, { payload });
  }

  async #closeInput(): Promise<void> {
    if (!this.#isOver)
      await this.#session.daemon.call("session.closeStdin", { token: this.#token });
  }

  async #run(window: number): Promise<Exit> {
    const { method, params, payload, patience, signal, command, hasInput, reject } = this.#start;
    const streaming = this.#start.isConnection ? {} : { stream: true, openStdin: hasInput };
    const { daemon } = this.#session;
    const { signal: ours } = this.#cancellation;
    try {
      const { result } = await daemon.call(
        method,
        { ...params, ...streaming, window, token: this.#token },
        {
          id: this.#token,
          payload,
          patience,
          signal: signal ? AbortSignal.any([signal, ours]) : ours,
          onNotification: (_, output, binary) => this.#onOutput(output, binary),
        },
      );
      const { exitCode = 0, exitSignal = null } = result as Partial<SessionExecResult>;
      this.#exit = { command, exitCode, exitSignal };
    } catch (error) {
      this.#failure ??= error as Error;
    }
    this.#isOver = true;
    if (!this.stdin.writableEnded) {
      const data = { dispatched: "no" };
      this.stdin.destroy(
        new CommandNotFound("the command has ended", { data, cause: this.#failure }),
      );
    }
    for (const stream of Object.values(this.#outputs)) {
      if (this.#failure) stream.fail(this.#failure);
      else stream.end();
    }
    if (this.#failure) throw this.#failure;
    const exit = this.#exit as Exit;
    if (exit.exitCode !== 0 && reject !== false) throw new CommandFailed(exit);
    return exit;
  }

  #onOutput(params: Record<string, unknown>, binary: Buffer): void {
    const { stream, data, encoding } = params as unknown as SessionOutputParams;
    const bytes = readBytes(data, encoding, binary);
    // Of a connection, that no more comes; that both directions have ended is the reply.
    if (bytes.length === 0) this.#outputs[stream].end();
    else this.#outputs[stream].add(bytes);
    this.#credit.arrived(bytes.length, this.#waiters > 0);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#cancellation.abort(error);
  }

  #cancel(reason: string, cause?: Error): void {
    if (this.#isOver) return;
    const data = { dispatched: "maybe" };
    this.#fail(new Cancelled(`the command was cancelled: ${reason}`, { data, cause }));
  }
}
