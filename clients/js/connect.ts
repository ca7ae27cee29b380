import { homedir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { splitAddress } from "./address.ts";
import { localPaths } from "./rpc/contract.ts";
import type { SshNewParams, SshNewResult } from "./rpc/contract.ts";
import { acquire } from "./daemon/acquire.ts";
import { patienceFor } from "./daemon/daemon.ts";
import type { CallOptions, Daemon } from "./daemon/daemon.ts";
import { cancelled, invalidParam } from "./errors/errors.ts";
import type { DaemonCommand } from "./daemon/find-daemon.ts";
import { answerTo } from "./daemon/prompt.ts";
import type { OnPrompt, Prompt } from "./daemon/prompt.ts";
import { Session } from "./session.ts";

/**
 * What `connect` takes: the options of `ssh.new` (PROTOCOL.md). Times are in seconds. Paths are of
 * this machine, count from our working directory, and may begin with `~/`.
 */
export interface ConnectOptions extends Omit<
  SshNewParams,
  "host" | "via" | "token" | "prompt" | "privateKey"
> {
  /**
   * A host name or an IP address; or all in one, `"user@host:port"`, where an IPv6 address stands in
   * brackets.
   */
  host: string;
  /** A private key's text, or its file's bytes: OpenSSH's format, PEM, or PuTTY's. */
  privateKey?: string | Uint8Array | undefined;
  /** A session to connect through, as `ssh -J` does. The new one ends with it. */
  via?: Session | undefined;
  /**
   * Asked for a password, a passphrase, the server's questions, or whether to trust a host key; with
   * `reconnect` also when the session is connected to again.
   */
  onPrompt?: OnPrompt | undefined;
  /** When aborted, the login is given up. */
  signal?: AbortSignal | undefined;
  /**
   * The daemon's program, or a {@link Daemon} that was started before. Default: what the environment
   * variable SSHRPC_DAEMON names, else that of this package. Sessions with the same program share one.
   */
  daemon?: DaemonCommand | Daemon | undefined;
  /**
   * Has the daemon keep the session that all of the user's programs share, which is started where
   * there is none; with `persist` the login stays there for whoever connects alike. Default: false.
   */
  shared?: boolean | undefined;
}

/**
 * Connects to an SSH server, checks its host key, logs in.
 *
 *     await using session = await connect({ host: "example.org", username: "alice" });
 *
 * Without a password, a key or an agent among the options, the user's agent and default keys are
 * used, as `ssh` does. `username` is by default what `config` says, else the user of this process.
 *
 * @throws {ConnectFailed} there is no connection to the host
 * @throws {HandshakeFailed} it isn't an SSH server, or has no algorithm in common with us
 * @throws {HostKeyRejected} the host key isn't trusted
 * @throws {AuthenticationFailed} the server refused every login
 * @throws {Timeout} the deadline passed
 * @throws {Cancelled} `signal` was aborted
 * @throws {InvalidParams} an option is unknown or ill-typed
 * @throws {DaemonError} the daemon was not found, or ended
 * @throws {TypeError} the bytes of `privateKey` are no text
 */
export async function connect(options: ConnectOptions): Promise<Session> {
  const { via, onPrompt, signal, daemon: command, shared = false, ...given } = options;
  if (signal?.aborted) throw cancelled(signal.reason, "no");
  const rest = withAddress(given);
  // The jump host's session exists only in its own daemon.
  const daemon = await acquire(via?.daemon ?? command, shared);
  try {
    const params = {
      ...paramsOf(rest, via !== undefined),
      ...(!rest.config && rest.username === undefined && { username: userInfo().username }),
      ...(via && { via: via.usableHandle() }),
      prompt: onPrompt !== undefined,
    };
    const result = await login(daemon, params, rest.timeout, signal, onPrompt);
    return new Session(daemon, result, via);
  } catch (error) {
    await daemon.release();
    throw error;
  }
}

/** The options with what `host` says of the user and the port. */
function withAddress<T extends Pick<ConnectOptions, "host" | "port" | "username">>(options: T): T {
  // What is no text the daemon refuses.
  if (typeof options.host !== "string") return options;
  const { host, ...said } = splitAddress(options.host);
  const all = { ...options, host };
  for (const name of ["port", "username"] as const) {
    if (said[name] === undefined) continue;
    const other = options[name] ?? said[name];
    if (other !== said[name]) {
      const what = `says ${said[name]}, and ${name} is ${other}: one of them is enough`;
      throw invalidParam("host", what);
    }
    Object.assign(all, { [name]: said[name] });
  }
  return all;
}

async function login(
  daemon: Daemon,
  params: object,
  timeout: number | undefined,
  signal: AbortSignal | undefined,
  onPrompt: OnPrompt | undefined,
): Promise<SshNewResult> {
  const id = daemon.newToken();
  // If the callback throws, the login is given up, and connect rejects with that error.
  const refusal = new AbortController();
  const options: CallOptions = {
    id,
    patience: patienceFor(timeout),
    signal: signal ? AbortSignal.any([signal, refusal.signal]) : refusal.signal,
    onLate: (result) => {
      const { session } = result as SshNewResult;
      daemon.notify("session.free", { session });
    },
    ...(onPrompt && {
      async onQuestion(question: Record<string, unknown>, aborted: AbortSignal) {
        const prompt = question as unknown as Prompt;
        try {
          return answerTo(prompt, await onPrompt(prompt, { signal: aborted }));
        } catch (error) {
          // If the question is over already, the error is ignored.
          if (!aborted.aborted) refusal.abort(new Refusal(error));
          return null;
        }
      },
    }),
  };
  try {
    const { result } = await daemon.call("ssh.new", { ...params, token: id }, options);
    const told = result as SshNewResult;
    const { reconnect } = params as SshNewParams;
    if (reconnect && options.onQuestion) daemon.askAgain(told.session, id, options.onQuestion);
    return told;
  } catch (error) {
    if (refusal.signal.reason instanceof Refusal) throw refusal.signal.reason.error;
    throw error;
  }
}

/** What a callback threw. */
class Refusal {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

function paramsOf(options: object, isVia: boolean): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]: [string, unknown]) => {
      // Over a session, `socketPath` is a path on that server.
      const isLocal = localPaths.has(name) && !(name === "socketPath" && isVia);
      return [name, isLocal ? localPath(value) : name === "privateKey" ? keyText(value) : value];
    }),
  );
}

function keyText(value: unknown): unknown {
  return value instanceof Uint8Array
    ? new TextDecoder("utf-8", { fatal: true }).decode(value)
    : value;
}

/** Made absolute, as the daemon's working directory may differ from ours. */
function localPath(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(localPath);
  if (typeof value !== "string" || value === "") return value;
  return /^~(?=$|[/\\])/.test(value) ? join(homedir(), value.slice(1)) : resolve(value);
}
