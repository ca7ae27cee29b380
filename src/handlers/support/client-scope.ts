import { Failure } from "../../protocol/errors.ts";
import { placesHeld } from "../../ssh/support/places.ts";
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
  readonly sessions: SessionTable;
  /** The calls that were given a token. */
  readonly calls = new CallTable();
  readonly files = new FileTable();
  readonly forwards: ForwardTable;
  /** Counts up from 1 over the daemon's clients. */
  readonly number: number;
  /** The client's pid, where it is known. */
  process: number | undefined;
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
    process?: number | undefined;
    followProcess: (pid: number) => void;
    environment?: ClientEnvironment | undefined;
    bounds?: ClientBounds;
  }) {
    this.number = options.number;
    this.process = options.process;
    this.followProcess = options.followProcess;
    this.environment = options.environment;
    this.bounds = options.bounds;
    const places = this.bounds?.places;
    this.sessions = new SessionTable(() => places?.give(1));
    this.forwards = new ForwardTable(places);
  }

  /**
   * Makes a session, unless the client has as many as it may have.
   *
   * @param make adds it to the table, as its last step
   * @throws {Failure} ConnectFailed; what `make` throws
   */
  async newSession<T>(make: () => Promise<T>): Promise<T> {
    const places = this.bounds?.places;
    if (places && !places.take(1)) {
      const message = `there is no room for another session: ${placesHeld(places)}; free some, or use a daemon of its own`;
      throw new Failure("ConnectFailed", message, { errno: "EMFILE" });
    }
    try {
      return await make();
    } catch (error) {
      places?.give(1);
      throw error;
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
