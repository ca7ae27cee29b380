import { Pool } from "../../ssh/support/pool.ts";
import type { Share } from "../../ssh/support/pool.ts";

/** What one client may have of what all clients share. */
export interface ClientBounds {
  /** Places: one for each session, forward, and connection of a forward. Each may be a descriptor. */
  readonly places: Share;
  /** Bytes of output in memory, until they are written. */
  readonly output: Share;
}

/** What the process has for all its clients. */
export interface Machine {
  /** How many files and connections the process may have open (RLIMIT_NOFILE). */
  readonly openFiles: number;
  /** Bytes of memory. */
  readonly memory: number;
}

/** Bytes of output for each client, whatever the others hold: more than most commands write. */
const outputReserve = 256 * 1024;

/** Places for each client, whatever the others have. */
const placeReserve = 4;

const mostOutput = 1024 * 1024 * 1024;

/** A session takes some 200 KB of memory. */
const mostPlaces = 4096;

/**
 * Limits of a shared daemon, for all clients together and for each. They are settled at its start: the
 * clients' own connections, all places and the connections that nobody uses are at most eleven sixteenths
 * of the descriptors. The rest is for what comes and goes: files, agents, proxy commands. Output takes a
 * quarter of the memory, and the reserves.
 */
export class SharedBounds {
  /** Clients at the same time. */
  readonly clients: number;
  readonly places: Pool;
  readonly output: Pool;
  /** Connections that stay although nobody uses them. */
  readonly unused: number;

  constructor({ openFiles, memory }: Machine) {
    this.clients = Math.min(1024, Math.floor(openFiles / 16));
    this.places = new Pool(Math.min(mostPlaces, Math.floor(openFiles / 4)), placeReserve);
    this.unused = Math.min(1024, Math.floor(openFiles / 8));
    this.output = new Pool(Math.min(mostOutput, Math.floor(memory / 4)), outputReserve);
  }

  /** Those of one more client. */
  forClient(): ClientBounds {
    return { places: this.places.share(), output: this.output.share() };
  }
}
