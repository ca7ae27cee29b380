import { EventEmitter } from "node:events";
import type { Writable, Readable } from "node:stream";
import { command } from "./programs/command.ts";
import type { Word } from "./programs/command.ts";
import type { Result } from "./programs/command-failed.ts";
import type { SessionClosedParams, SessionLostParams, SshNewResult } from "./rpc/contract.ts";
import { patienceFor } from "./daemon/daemon.ts";
import type { Daemon } from "./daemon/daemon.ts";
import { SessionNotFound } from "./errors/errors.ts";
import { execRequest, programRequest } from "./programs/exec-options.ts";
import type { ExecOptions } from "./programs/exec-options.ts";
import { Forwards } from "./forward.ts";
import { RemoteFs } from "./fs/remote-fs.ts";
import { RemoteDuplex } from "./programs/remote-duplex.ts";
import { RemoteProcess } from "./programs/remote-process.ts";
import { RemoteShell } from "./programs/remote-shell.ts";
import type { Bytes } from "./rpc/bytes.ts";
import { RemoteSocket } from "./programs/remote-socket.ts";
import type { Destination } from "./programs/remote-socket.ts";
import { run } from "./programs/run.ts";
import type { OutputEncoding, RunOptions } from "./programs/run.ts";
import { get, put, readFile } from "./fs/transfer.ts";
import type { LocalPath, PutOptions, ReadOptions, TransferOptions } from "./fs/transfer.ts";

export interface SpawnOptions extends ExecOptions {
  /** What the command reads; then its input is at its end. Default: it stays open as `stdin`. */
  input?: Bytes | undefined;
  /** Bytes of output that may come ahead of what has been read, at least 1. Default: 1048576. */
  window?: number | undefined;
}

/** What `shell` and `subsystem` take. */
export type ShellOptions = Omit<SpawnOptions, "input" | "reject">;

/** Why a session has ended. */
export type CloseReason = SessionClosedParams["reason"];

/** Why a session with `reconnect` is connected to again. */
export type LossReason = SessionLostParams["reason"];

/** Whether a session is logged in, is being connected to again (`reconnect`), or has ended. */
export type SessionState = "open" | "lost" | "closed";

/** What `session.$` is: a tag, and what makes one with other options. */
export interface Shell<T extends string | Buffer = string> {
  /** Runs a command in which each `${…}` is quoted: see {@link command}. */
  (parts: TemplateStringsArray, ...values: (Word | readonly Word[])[]): Promise<Result<T>>;
  /** The same, with options of `run`. */
  <E extends OutputEncoding = "utf8">(options: RunOptions<E>): Shell<Output<E>>;
}

type Output<E extends OutputEncoding> = E extends "buffer" ? Buffer : string;

/** Frees what nobody closed, and nobody can close any more. */
const collected = new FinalizationRegistry<{ daemon: Daemon; handle: number }>(
  ({ daemon, handle }) => daemon.dropSession(handle),
);

/**
 * A session on a server, from `connect`. Any number of calls may run on it at once.
 *
 * It emits `close` with the reason when its connection is lost; without a listener nobody is told
 * but by the error of the next call. With `reconnect` that is `lost`, and `restored` or `close`
 * follows. It is ended by `close`, by `await using`, and with the program.
 */
export class Session
  extends EventEmitter<{ close: [CloseReason]; lost: [LossReason]; restored: [] }>
  implements AsyncDisposable
{
  /** Its handle in the protocol. */
  readonly handle: number;
  /** The server's name or address: with `config` the HostName that this says. */
  readonly host: string;
  readonly port: number;
  /** Whom it is logged in as. */
  readonly username: string;
  /** The server's identification string (RFC 4253 §4.2). */
  readonly serverIdent: string;
  /** The key by which the server has shown who it is, and what was known of it. */
  readonly hostKey: SshNewResult["hostKey"];
  /** The authentication method that succeeded; several as `"publickey,password"`. */
  readonly authMethod: string;
  /** The key exchange method (RFC 4253 §7.1), as `"mlkem768x25519-sha256"`. */
  readonly kex: string;
  /** The cipher that is sent with, as `"aes128-gcm@openssh.com"`. */
  readonly cipher: string;
  /** The MAC that goes with it; `"<implicit>"` where the cipher is one itself. */
  readonly mac: string;
  /** Whether the key exchange is safe from quantum computers. */
  readonly postQuantum: boolean;
  /** What `warnWeakCrypto` has found, if anything. */
  readonly warnings: readonly string[];
  /** With `config`: what it says and is not honoured. */
  readonly ignored: readonly string[];
  /** The daemon that has it. */
  readonly daemon: Daemon;
  /** The session that it runs over, and ends with. */
  readonly via: Session | undefined;
  #state: SessionState = "open";
  #fs: RemoteFs | undefined;
  #forwards: Forwards | undefined;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(daemon: Daemon, result: SshNewResult, via: Session | undefined) {
    super();
    this.daemon = daemon;
    this.handle = result.session;
    this.serverIdent = result.serverIdent;
    this.hostKey = result.hostKey;
    this.authMethod = result.authMethod;
    this.kex = result.kex;
    this.cipher = result.cipher;
    this.mac = result.mac;
    this.postQuantum = result.postQuantum;
    this.warnings = result.warnings ?? [];
    this.ignored = result.ignored ?? [];
    this.host = result.host;
    this.port = result.port;
    this.username = result.username;
    this.via = via;
    const { handle } = this;
    const self = new WeakRef(this);
    daemon.watch("session", handle, (method, params) => {
      const session = self.deref();
      if (!session) return;
      if (method === "session/closed") {
        session.#state = "closed";
        session.emit("close", (params as unknown as SessionClosedParams).reason);
      } else if (method === "session/lost") {
        session.#state = "lost";
        session.emit("lost", (params as unknown as SessionLostParams).reason);
      } else if (method === "session/restored") {
        session.#state = "open";
        session.emit("restored");
      }
    });
    collected.register(this, { daemon, handle }, this);
  }

  /**
   * `"open"`; `"lost"` while it is connected to again (`reconnect`); `"closed"` when it has ended, by
   * `close`, with its daemon, or because its connection was lost for good.
   */
  get state(): SessionState {
    return this.#closing || !this.daemon.isUsable ? "closed" : this.#state;
  }

  /**
   * Runs a command and waits for it. Its input is at its end unless `input` is given.
   *
   *     const { stdout } = await session.run("uname -s");
   *
   * @param line a command for the account's shell, sent as it is; {@link $} quotes
   * @throws {CommandFailed} it ended otherwise than with exit code 0, unless `reject` is false
   * @throws {Timeout} `timeout` seconds have passed; like the following it has what had arrived in
   *   `stdout` and `stderr`, in the form of the result; bytes that are no text stay bytes
   * @throws {Cancelled} `signal` was aborted
   * @throws {OutputTooLarge} more than `maxOutput`
   * @throws {ConnectionLost} the connection ended meanwhile
   * @throws {NotUtf8} its output isn't text: take `encoding: "buffer"`
   * @throws {ChannelRequestDenied} the server refuses the command, a variable of `env`, or the `pty`
   * @throws {SessionClosed} the connection was lost before
   * @throws {DaemonError} the daemon has ended
   */
  run<E extends OutputEncoding = "utf8">(
    line: Bytes,
    options: RunOptions<E> = {},
  ): Promise<Result<Output<E>>> {
    return run(this, line, options) as Promise<Result<Output<E>>>;
  }

  /**
   * Runs a command in which each `${…}` is quoted for the remote shell, whichever it is:
   *
   *     await session.$`mkdir -p ${folder} && ls ${files}`;
   *     await session.$({ timeout: 5, reject: false })`grep ${pattern} ${file}`;
   */
  get $(): Shell {
    return this.#shell({});
  }

  /**
   * Starts a command whose output is read as it comes, and whose input is written to.
   *
   *     await pipeline(createReadStream(file), session.spawn("gzip").stdin)
   *
   * If it can't be started, its streams emit the error, and `wait` rejects with it.
   *
   * @param line a command for the account's shell, sent as it is
   * @throws {SessionNotFound} the session was closed
   */
  spawn(line: Bytes, options: SpawnOptions = {}): RemoteProcess {
    const { input, window, signal, reject, ...exec } = options;
    return new RemoteProcess(this, {
      method: "session.exec",
      ...execRequest(this.usableHandle(), line, exec, input),
      command: line,
      hasInput: input === undefined,
      window,
      signal,
      reject,
    });
  }

  /**
   * Starts the account's login shell, on a terminal of its own unless `pty` is false: a stream that
   * what is typed is written to, and what is shown is read from.
   *
   *     const shell = session.shell({ pty: { columns: process.stdout.columns, rows: 24 } });
   *     process.stdin.pipe(shell).pipe(process.stdout);
   *
   * A program talks to it by `expect` and `command`:
   *
   *     console.log(await shell.command("show version"));
   *
   * @throws {SessionNotFound} the session was closed; other errors are the stream's
   */
  shell(options: ShellOptions = {}): RemoteShell {
    const process = this.#talk("session.shell", {}, "the login shell", options);
    return new RemoteShell(process);
  }

  /**
   * Starts a subsystem of the server (RFC 4254 §6.5), as a stream.
   *
   * @param name as `"netconf"`
   * @throws {SessionNotFound} the session was closed; other errors are the stream's
   */
  subsystem(name: string, options: ShellOptions = {}): RemoteDuplex {
    return new RemoteDuplex(this.#talk("session.subsystem", { name }, name, options));
  }

  /**
   * Has the server connect to a host and port, or to a Unix socket of its own: a stream in the shape
   * of `net.Socket`, for the clients of databases and the like. It can be written to at once; if the
   * server can't connect, it emits ConnectFailed.
   *
   *     const client = new pg.Client({ stream: () => session.connect({ host: "db", port: 5432 }) });
   *
   * @param destination as the server sees it
   * @throws {SessionNotFound} the session was closed
   */
  connect(
    destination: Destination,
    { window, signal, timeout }: Pick<SpawnOptions, "window" | "signal" | "timeout"> = {},
  ): RemoteSocket {
    const start = {
      method: "session.connect",
      params: { session: this.usableHandle(), ...destination, timeout },
      patience: patienceFor(timeout),
      command: "host" in destination ? destination.host : destination.socketPath,
      hasInput: true,
      isConnection: true,
      window,
      signal,
      reject: false,
    };
    return new RemoteSocket(new RemoteProcess(this, start), destination);
  }

  /** Forwards of ports and Unix sockets through the session. */
  get forward(): Forwards {
    this.#forwards ??= new Forwards(this);
    return this.#forwards;
  }

  /** The remote files, in the shape of `node:fs/promises`. */
  get fs(): RemoteFs {
    this.#fs ??= new RemoteFs(this);
    return this.#fs;
  }

  /**
   * Receives a file by SCP, into a local one or a stream. A local file is written beside its
   * destination and renamed when it is whole: a transfer that fails leaves the one that was there.
   *
   * @param remote its path, taken literally: no glob, no `~`
   * @param local a path or file URL of this machine, or a stream, which is ended
   * @returns its size in bytes
   * @throws {ScpRemoteError} what the remote scp reports, as a file that isn't there
   * @throws {LocalFileError} the local file can't be written
   */
  get(
    remote: Bytes,
    local: LocalPath | Writable,
    options: TransferOptions = {},
  ): Promise<{ bytes: number }> {
    return get(this, remote, local, options);
  }

  /**
   * Sends a local file, bytes, or what a stream gives, by SCP.
   *
   * @param remote its path with the file's name, taken literally; where it is a folder, the file is
   *   written inside it under the folder's own name (`/tmp` gives `/tmp/tmp`)
   * @throws {ScpRemoteError} what the remote scp reports, as a folder that isn't there
   * @throws {LocalFileError} the local file can't be read
   */
  put(
    local: LocalPath | Uint8Array | Readable,
    remote: Bytes,
    options: PutOptions = {},
  ): Promise<void> {
    return put(this, local, remote, options);
  }

  /**
   * Receives a file by SCP into memory: a Buffer, or text with `encoding: "utf8"`.
   *
   * @throws {OutputTooLarge} it is larger than `maxOutput`
   * @throws {ScpRemoteError} what the remote scp reports, as a file that isn't there
   */
  readFile(remote: Bytes, options?: ReadOptions<undefined>): Promise<Buffer>;
  readFile(remote: Bytes, options: ReadOptions<"utf8">): Promise<string>;
  readFile(remote: Bytes, options: ReadOptions = {}): Promise<Buffer | string> {
    return readFile(this, remote, options);
  }

  /**
   * Writes text or bytes to a remote file by SCP; up to 256 MiB, which `put` isn't bound to.
   *
   * @throws {ScpRemoteError} what the remote scp reports, as a folder that isn't there
   */
  writeFile(remote: Bytes, data: Bytes, options: PutOptions = {}): Promise<void> {
    return put(this, Buffer.from(data as string), remote, options);
  }

  /**
   * Ends the session (`session.free`): commands that run are signalled, and with the last session of
   * a shared daemon that ends, too. It never fails, and closing again is no error.
   */
  close(): Promise<void> {
    if (!this.#closing) {
      collected.unregister(this);
      this.#closing = this.daemon.endSession(this.handle);
    }
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * @internal The handle of a session that is open.
   * @throws {SessionNotFound} it was closed
   */
  usableHandle(): number {
    if (!this.#closing) return this.handle;
    throw new SessionNotFound("the session was closed", { data: { dispatched: "no" } });
  }

  #talk(method: string, program: object, what: string, options: ShellOptions): RemoteProcess {
    const { window, signal, ...exec } = options;
    const params = { session: this.usableHandle(), ...program };
    const request = programRequest(params, exec, undefined);
    const start = {
      method,
      ...request,
      command: what,
      hasInput: true,
      window,
      signal,
      reject: false,
    };
    return new RemoteProcess(this, start);
  }

  #shell(options: RunOptions): Shell {
    const shell = (
      first: TemplateStringsArray | RunOptions,
      ...values: (Word | readonly Word[])[]
    ) =>
      Array.isArray(first)
        ? run(this, command(first as unknown as TemplateStringsArray, ...values), options)
        : this.#shell({ ...options, ...(first as RunOptions) });
    return shell as Shell;
  }
}
