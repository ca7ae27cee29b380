import { lstatSync, readFileSync } from "node:fs";
import type { Stats } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { version } from "../rpc/contract.ts";
import type { InitializeParams } from "../rpc/contract.ts";
import { BatchedWriter } from "./batched-writer.ts";
import type { Link, LinkEvents } from "./link.ts";

/**
 * A connection to the user's shared daemon, whose socket we found. Nothing has to be done for it to
 * end with us, as with a daemon of our own.
 */
export class SharedSocket implements Link {
  readonly pid = undefined;
  readonly #socket: Socket;
  readonly #writer: BatchedWriter;
  readonly #ended: Promise<void>;

  private constructor(socket: Socket, events: LinkEvents) {
    this.#socket = socket;
    this.#writer = new BatchedWriter(socket);
    // That it is reset is told by its end.
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => events.onData(chunk));
    this.#ended = new Promise((resolve) => {
      socket.once("close", () => {
        resolve();
        events.onEnd("the shared sshrpc daemon ended");
      });
    });
    this.setBusy(false);
  }

  /**
   * Connects to it.
   *
   * @returns undefined where nobody listens, or where it may be another user's
   */
  static async open(
    environment: NodeJS.ProcessEnv,
    events: LinkEvents,
  ): Promise<SharedSocket | undefined> {
    const path = ownSocket(environment);
    if (path === undefined) return undefined;
    const socket = connect({ path });
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    return isConnected ? new SharedSocket(socket, events) : undefined;
  }

  write(data: string | Buffer): void {
    this.#writer.write(data);
  }

  setBusy(isBusy: boolean): void {
    if (isBusy) this.#socket.ref();
    else this.#socket.unref();
  }

  kill(): void {
    this.#socket.destroy();
  }

  async end(patienceMs: number): Promise<void> {
    this.setBusy(true);
    this.#socket.end();
    const late = setTimeout(() => this.kill(), patienceMs);
    await this.#ended;
    clearTimeout(late);
  }
}

/** Where we run, for a daemon that runs elsewhere: as `initialize` tells it. */
export function whereWeRun(
  environment: NodeJS.ProcessEnv,
): NonNullable<InitializeParams["environment"]> {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined);
  const variables = Object.fromEntries(set) as Record<string, string>;
  return { cwd: process.cwd(), umask: ownUmask(), variables };
}

/** Linux tells it; elsewhere it can only be seen by setting it, for other threads too. */
function ownUmask(): number {
  try {
    const found = /^Umask:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
    if (found) return parseInt(found[1] as string, 8);
  } catch {}
  return process.umask();
}

/** The socket's path; undefined where it, or its folder, isn't there, or isn't the user's alone. */
function ownSocket(environment: NodeJS.ProcessEnv): string | undefined {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  const { XDG_RUNTIME_DIR: runtime } = environment;
  const folder =
    runtime && isAbsolute(runtime) ? join(runtime, "sshrpc") : join(tmpdir(), `sshrpc-${uid}`);
  const path = join(folder, `${version}.sock`);
  const isPrivate = (stats: Stats | undefined) => stats?.uid === uid && (stats.mode & 0o077) === 0;
  try {
    const [directory, socket] = [lstatSync(folder), lstatSync(path)];
    const isOwn = directory.isDirectory() && isPrivate(directory);
    return isOwn && socket.isSocket() && isPrivate(socket) ? path : undefined;
  } catch {
    return undefined;
  }
}
