import { getHeapStatistics } from "node:v8";
import type { SharedLinks } from "../ssh/connection/shared-links.ts";
import type { Pool } from "../ssh/support/pool.ts";
import type { SharedBounds } from "./support/client-bounds.ts";
import type { ClientScope } from "./support/client-scope.ts";
import { handler } from "./support/handler.ts";

export default handler("daemon.status", ({ all }, { daemon, scope }) => {
  const { rss, heapUsed, external } = memory();
  const scopes = all ? [...daemon.scopes()] : [scope];
  const { sharedLinks, handshakes } = daemon;
  const held = scopes.map((each) => heldBy(each, all, sharedLinks));
  return {
    pid: process.pid,
    version: daemon.version,
    uptime: process.uptime(),
    memory: { rss, heapUsed, external },
    ...(all && {
      clients: scopes.map(({ number, process: pid, since, bounds }) => ({
        client: number,
        process: pid,
        age: (performance.now() - since) / 1000,
        places: bounds?.places.held,
        output: bounds?.output.held,
      })),
      limits: daemon.bounds && limitsOf(daemon.bounds),
    }),
    sessions: held.flatMap(({ sessions }) => sessions),
    forwards: held.flatMap(({ forwards }) => forwards),
    connections: sharedLinks.status(all ? undefined : scope),
    connecting: handshakes.status,
  };
});

function limitsOf({ clients, places, output }: SharedBounds) {
  const of = ({ most, taken, reserve }: Pool) => ({ most, taken, reserve });
  return { clients, places: of(places), output: of(output) };
}

/** If no more files can be opened, process.memoryUsage() fails: then `rss` is the highest so far. */
function memory() {
  try {
    return process.memoryUsage();
  } catch {
    const heap = getHeapStatistics();
    return {
      rss: process.resourceUsage().maxRSS * 1024,
      heapUsed: heap.used_heap_size,
      external: heap.external_memory,
    };
  }
}

/** A client's sessions and forwards; with `all`, each says which client's it is. */
function heldBy({ number, sessions, forwards }: ClientScope, all: boolean, shared: SharedLinks) {
  const whose = all ? { client: number } : {};
  const entries = [...sessions.entries()];
  const handles = new Map(entries.map(([handle, session]) => [session, handle]));
  return {
    sessions: entries.map(([handle, session]) => ({
      ...whose,
      session: handle,
      ...session.status,
      // The session of a jump host from ssh_config(5) has no handle.
      via: session.via && handles.get(session.via),
      connection: shared.numberOf(session.session),
    })),
    forwards: forwards
      .status((session) => handles.get(session))
      .map((forward) => ({ ...whose, ...forward })),
  };
}
