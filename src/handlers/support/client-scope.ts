import { Failure } from "../../protocol/errors.ts";
import type { ClientBounds } from "./client-bounds.ts";
import { SessionTable } from "../../ssh/connection/session-table.ts";
import type { ClientEnvironment } from "../../ssh/support/client-environment.ts";
import { CallTable } from "./call-table.ts";
import { FileTable } from "./file-table.ts";
import { ForwardTable } from "./forward-table.ts";

/**
 * The process's umask. Reading it sets it for a moment, in which another thread may make a file: so
 * it is read once, at the start.
 */
const processUmask = process.umask();

/** All that belongs to one client: no other client sees it, and it ends with its client. */
export class ClientScope {
  readonly sessions = new SessionTable();
  /** The calls that were given a token. */
  readonly calls = new CallTable();
  readonly files = new FileTable();
  readonly forwards = new ForwardTable();
  #logins = 0;
  /** Counts up from 1 over the daemon's clients. */
  readonly number: number;
  /** On performance.now()'s clock. */
  readonly since = performance.now();
  /** Has the client's scope end when the process `pid` ends. */
  readonly followProcess: (pid: number) => void;
  /** Its limits, if it is one of several clients. */
  readonly bounds: ClientBounds | undefined;
  /** The client's working directory, umask and variables; undefined if they are the daemon's own. */
  environment: ClientEnvironment | undefined;

  constructor(options: {
    number: number;
    followProcess: (pid: number) => void;
    environment?: ClientEnvironment | undefined;
    bounds?: ClientBounds;
  }) {
    this.number = options.number;
    this.followProcess = options.followProcess;
    this.environment = options.environment;
    this.bounds = options.bounds;
  }

  /**
   * Makes a session, unless the client has as many as it may have.
   *
   * @throws {Failure} ConnectFailed; what `make` throws
   */
  async newSession<T>(make: () => Promise<T>): Promise<T> {
    const { maxSessions = Infinity } = this.bounds ?? {};
    if (this.sessions.size + this.#logins >= maxSessions) {
      const message = `there is no room for another session: this client has ${maxSessions}, as many as one of several may have; free some, or use a daemon of its own`;
      throw new Failure("ConnectFailed", message, { errno: "EMFILE" });
    }
    this.#logins += 1;
    try {
      return await make();
    } finally {
      this.#logins -= 1;
    }
  }

  /** The client's umask(2), for the files that are made for it. */
  get umask(): number {
    return this.environment?.umask ?? processUmask;
  }

  /** Ends every session: its programs are signalled, its server is sent a disconnect. */
  async close(): Promise<void> {
    await this.sessions.close();
  }
}
