import type {
  DaemonStatusResult,
  InitializeParams,
  InitializeResult,
  Methods,
} from "../rpc/contract.ts";
import { DaemonProcess } from "./daemon-process.ts";
import { Cancelled, DaemonError, Timeout, cancelled, daemonError } from "../errors/errors.ts";
import type { SshError } from "../errors/errors.ts";
import { findDaemon } from "./find-daemon.ts";
import type { DaemonCommand } from "./find-daemon.ts";
import type { Link, LinkEvents } from "./link.ts";
import { SharedSocket, whereWeRun } from "./shared-socket.ts";
import type { Payload } from "../rpc/bytes.ts";
import { FrameDecoder } from "../rpc/frame-decoder.ts";
import { Peer } from "../rpc/peer.ts";
import type { CallEvents, OnQuestion, Reply } from "../rpc/peer.ts";

export interface DaemonOptions {
  /**
   * The daemon's program: a path, or a command with its arguments. Default: what the environment
   * variable SSHRPC_DAEMON names, else that of this package.
   */
  command?: DaemonCommand | undefined;
  /** Its environment, instead of ours. */
  env?: NodeJS.ProcessEnv | undefined;
  /**
   * Whether it is the daemon that all of the user's programs share, which is started where there is
   * none, and outlives us. What we have of it is ours alone, and ends with us. Default: false.
   */
  shared?: boolean | undefined;
}

/** A call: its request, and what limits it. */
export interface CallOptions extends CallEvents {
  readonly payload?: Payload | undefined;
  /** When aborted, the call is cancelled, on the remote side too. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds until a daemon that has said nothing is taken to be stuck. Default: no limit. */
  readonly patience?: number | undefined;
  /** The request's id, from {@link Daemon.newToken}, if the caller needs to know it. */
  readonly id?: number | undefined;
  /** Given a result that comes after the call was given up. */
  readonly onLate?: ((result: unknown) => void) | undefined;
}

/** Seconds in which a daemon has to answer `initialize`. Node itself starts in a tenth of one. */
const startPatience = 30;

/** Seconds that a daemon has to free a session, and to end after its input has; it promises one. */
const endPatience = 3;

/** Seconds to wait for an answer that shows that a daemon is alive; silence doesn't show that it is dead. */
const lifePatience = 1;

/** Seconds after a call's own deadline at which the daemon itself is taken to be stuck. */
const grace = 10;

/** Called with each notification about a session or a forward. */
type Watcher = (method: string, params: Record<string, unknown>) => void;

/** The patience for a call with a deadline, which the daemon itself keeps. */
export function patienceFor(timeout: number | undefined): number | undefined {
  return timeout === undefined ? undefined : Math.max(0, timeout) + grace;
}

/**
 * A daemon process. `connect` starts, shares and ends one by itself; start one yourself to keep it
 * between sessions, to choose its program or environment, or to call the protocol's methods.
 *
 * It ends with `close`, with `await using`, and with this program, however that ends.
 */
export class Daemon implements AsyncDisposable {
  #link: Link | undefined;
  #peer = this.#newPeer();
  #decoder = new FrameDecoder();
  /** Whether the link ended by itself, and not after a malformed message. */
  #hasEnded = false;
  #hasStarted = true;
  /** By session: the token of its login, whose `onPrompt` is asked again when it reconnects. */
  readonly #logins = new Map<number, number>();
  readonly #watchers = new Map<string, Watcher>();
  readonly #ready: Promise<void>;
  #users = 0;
  #endsWithUsers = false;
  #closing: Promise<void> | undefined;

  private constructor(options: DaemonOptions) {
    this.#ready = this.#begin(options);
    // Whoever waits for it gets the error.
    this.#ready.catch(() => (this.#hasStarted = false));
  }

  /**
   * Starts a daemon, or with `shared` connects to the user's.
   *
   * @throws {DaemonError} its program wasn't found or didn't start, or is another program
   */
  static async start(options: DaemonOptions = {}): Promise<Daemon> {
    const daemon = new Daemon(options);
    await daemon.#ready;
    return daemon;
  }

  /** @internal One that is about to start, and ends with its last user. */
  static forUsers(options: DaemonOptions): Daemon {
    const daemon = new Daemon(options);
    daemon.#endsWithUsers = true;
    return daemon;
  }

  /** Its process id; 0 for a shared one, whose `status()` has it. */
  get pid(): number {
    return this.#link?.pid ?? 0;
  }

  /** The daemon's memory in bytes, its sessions and forwards, and their counters. */
  status(): Promise<DaemonStatusResult> {
    return this.request("daemon.status", {});
  }

  /**
   * Calls any method of PROTOCOL.md.
   *
   * @param options.signal when aborted, the call is cancelled
   * @throws {SshError} the error that it was answered with
   */
  async request<M extends keyof Methods>(
    method: M,
    params: Methods[M]["params"],
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<Methods[M]["result"]> {
    return (await this.call(method, params, options)).result as Methods[M]["result"];
  }

  /** Ends it, and its sessions with it, within three seconds. Calls under way get DaemonError. */
  close(): Promise<void> {
    this.#closing ??= this.#end(endPatience);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal Makes a call and waits for its reply. */
  async call(method: string, params: object, options: CallOptions = {}): Promise<Reply> {
    const { signal, patience } = options;
    if (signal?.aborted) throw cancelled(signal.reason, "no");
    const id = options.id ?? this.newToken();
    const { payload, onLate } = options;
    const waiting = this.#peer.request(id, { method, params, payload, events: options, onLate });
    let timer: NodeJS.Timeout | undefined;
    const giveUpIn = (seconds: number, error: () => SshError) => {
      clearTimeout(timer);
      // setTimeout can't wait longer: no timer at all then.
      if (seconds * 1000 < 2 ** 31) {
        timer = setTimeout(() => this.#peer.abandon(id, error), seconds * 1000).unref();
      }
    };
    const onAbort = () => {
      this.#peer.cancel(id);
      giveUpIn(endPatience, () => cancelled(signal?.reason, "maybe"));
    };
    if (patience !== undefined) giveUpIn(patience, stuck);
    signal?.addEventListener("abort", onAbort, { once: true });
    const reply = await waiting;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    if (!reply.error) return reply;
    const error = reply.error();
    if (!(error instanceof Cancelled) || !signal?.aborted || error.cause !== undefined) throw error;
    const { data, stdout, stderr } = error;
    throw new Cancelled(error.message, { data, cause: signal.reason, stdout, stderr });
  }

  /** @internal The id for a request, and token for what belongs to it. */
  newToken(): number {
    return this.#peer.newId();
  }

  /** @internal Sends a notification. */
  notify(method: string, params: object): void {
    this.#peer.notify(method, params);
  }

  /** @internal Calls `watcher` with notifications about a session or a forward. */
  watch(kind: "session" | "forward", handle: number, watcher: Watcher): void {
    this.#watchers.set(`${kind} ${handle}`, watcher);
  }

  /** @internal */
  unwatch(kind: "session" | "forward", handle: number): void {
    this.#watchers.delete(`${kind} ${handle}`);
  }

  /** @internal Has `onQuestion` asked when the session is connected to again. @param token its login's */
  askAgain(session: number, token: number, onQuestion: OnQuestion): void {
    this.#logins.set(session, token);
    this.#peer.answerLater(token, onQuestion);
  }

  #forget(session: number): void {
    this.unwatch("session", session);
    const token = this.#logins.get(session);
    if (token !== undefined) this.#peer.answerLater(token);
    this.#logins.delete(session);
  }

  /** @internal Counts one more user, and waits until it can be used. */
  async retain(): Promise<this> {
    this.#users += 1;
    try {
      await this.#ready;
      return this;
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /** @internal Counts one less; the last one of a shared daemon ends it. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#endsWithUsers && this.#users === 0) await this.close();
  }

  /** @internal Frees a session, whose user is one less. Never fails. */
  async endSession(session: number): Promise<void> {
    this.#forget(session);
    try {
      await this.call("session.free", { session }, { patience: endPatience });
    } catch (error) {
      // A daemon that doesn't answer is killed with its last session.
      const isStuck = error instanceof Timeout && this.#endsWithUsers && this.#users === 1;
      if (isStuck) this.#link?.kill();
    }
    await this.release();
  }

  /** @internal Frees a session that was garbage-collected. */
  dropSession(session: number): void {
    this.#forget(session);
    this.notify("session.free", { session });
    void this.release();
  }

  /** @internal Whether another session may use it. */
  get isUsable(): boolean {
    return this.#hasStarted && !this.#closing && !this.#peer.failure;
  }

  /** @internal Whether it has ended, even if that hasn't been noticed yet. */
  async hasDied(): Promise<boolean> {
    try {
      // No such method exists, and every daemon answers that at once.
      await this.call("$/alive", {}, { patience: lifePatience });
    } catch (error) {
      return error instanceof DaemonError;
    }
    return false;
  }

  async #begin({ command, env, shared: isShared }: DaemonOptions): Promise<void> {
    // NODE_OPTIONS is meant for this program: the daemon must not preload its modules or start its debugger.
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const environment = env ?? inherited;
    if (isShared && (await this.#beginBySocket(environment))) return;
    const { args, ...program } = findDaemon(command);
    const words = isShared ? [...args, "--attach"] : args;
    this.#link = new DaemonProcess({ ...program, args: words }, environment, this.#events());
    await this.#initialize({});
  }

  /** @returns false if there is no shared daemon, or it is just ending */
  async #beginBySocket(environment: NodeJS.ProcessEnv): Promise<boolean> {
    const socket = await SharedSocket.open(environment, this.#events());
    if (!socket) return false;
    this.#link = socket;
    try {
      await this.#initialize({ environment: whereWeRun(environment) });
      return true;
    } catch (error) {
      if (!this.#hasEnded) throw error;
      this.#peer = this.#newPeer();
      this.#decoder = new FrameDecoder();
      return false;
    }
  }

  #events(): LinkEvents {
    return {
      onData: (chunk) => this.#receive(chunk),
      onEnd: (how) => {
        this.#hasEnded = !this.#peer.failure;
        this.#peer.fail(daemonError(how, "maybe"));
      },
    };
  }

  #newPeer(): Peer {
    const peer = new Peer({
      write: (data) => this.#link?.write(data),
      setBusy: (isBusy) => this.#link?.setBusy(isBusy),
    });
    peer.onNotification = (method, params) => this.#onNotification(method, params);
    return peer;
  }

  async #initialize(more: Pick<InitializeParams, "environment">): Promise<void> {
    const params = {
      processId: process.pid,
      capabilities: { binaryFrames: true, prompt: true },
      ...more,
    };
    try {
      const { result } = await this.call("initialize", params, { patience: startPatience });
      const { capabilities, limits } = result as InitializeResult;
      this.#peer.isBinary = capabilities.binaryFrames;
      this.#peer.maxMessageBytes = limits["maxMessageBytes"] ?? this.#peer.maxMessageBytes;
    } catch (error) {
      this.#link?.kill();
      // Nothing was requested yet.
      if (error instanceof DaemonError) throw daemonError(error.message, "no", error.cause);
      const message = error instanceof Error ? error.message : String(error);
      throw daemonError(`this is no sshrpc daemon: ${message}`, "no", error);
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#peer.failure) return;
    try {
      for (const frame of this.#decoder.push(chunk)) this.#peer.receive(frame);
    } catch (error) {
      this.#link?.kill();
      if (!(error instanceof DaemonError)) throw error;
      this.#peer.fail(error);
    }
  }

  #onNotification(method: string, params: Record<string, unknown>): void {
    const [kind = ""] = method.split("/");
    this.#watchers.get(`${kind} ${String(params[kind])}`)?.(method, params);
  }

  async #end(patience: number): Promise<void> {
    this.#peer.notify("exit", {});
    this.#peer.fail(daemonError("the daemon was closed", "maybe"));
    if (!this.#link) await this.#ready.catch(() => {});
    await this.#link?.end(patience * 1000);
  }
}

function stuck(): Timeout {
  return new Timeout("the daemon is silent, long after the time-out", {
    data: { phase: "daemon", dispatched: "maybe" },
  });
}
