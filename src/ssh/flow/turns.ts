import type { Duplex } from "node:stream";
import { Recent } from "./recent.ts";
import { TurnSum } from "./turn-end.ts";

/** Bytes of one connection that are taken before the others get their turn: well below a millisecond. */
export const turnSize = 256 * 1024;

/** The same limit in packets, for each direction of a connection, as they may be tiny. */
export const packetsPerTurn = 256;

/** Commands, for as many milliseconds after their beginning and their end. */
const commands = new Recent(20);

/** Milliseconds that a busy connection sleeps for another's command. */
const nap = 1;

/** A command begins or ends on a connection: for a moment busy ones make room for it. */
export function noteCommand(connection: object): void {
  commands.note(connection, performance.now());
}

/**
 * Ends the turn of a busy connection.
 *
 * While another connection runs commands, the next turn begins after a short sleep: if all processors
 * are busy, the operating system's scheduler puts a process that never sleeps behind others, for longer
 * than a command may take.
 *
 * @param next begins its next turn
 */
export function endTurn(connection: object, next: () => void): void {
  if (commands.isByOther(connection, performance.now())) setTimeout(next, nap);
  else setImmediate(next);
}

/** For each connection that {@link takeTurns} reads from: gives the bytes that may wait to be sent. */
const bounds = new WeakMap<Duplex, () => number>();

/** Goes on reading from a connection that was paused, once its server has read our answers. */
export function readOn(connection: Duplex): void {
  const mostUnsent = bounds.get(connection)?.() ?? Infinity;
  if (connection.writableLength > mostUnsent) connection.once("drain", () => connection.resume());
  else connection.resume();
}

/**
 * Reads from a connection with regard for others, and for memory.
 *
 * A busy one waits for the others after each {@link turnSize} bytes. Node goes on reading from a
 * socket while it has anything, up to 2 MiB at once, and the reply of another session's command
 * would wait behind it each time.
 *
 * One whose server asks and doesn't read the answers isn't read either, until they have left: they
 * would pile up here. What may be unsent before that must have room for all that is sent without
 * being asked, or two sides that both wait for the other to read would wait for ever.
 *
 * @param mostUnsent bytes that may wait to be sent
 * @returns what ends it
 */
export function takeTurns(connection: Duplex, mostUnsent: () => number): () => void {
  const taken = new TurnSum();
  const resume = () => readOn(connection);
  bounds.set(connection, mostUnsent);
  const take = (chunk: Buffer) => {
    const inTurn = taken.add(chunk.length);
    if (connection.isPaused()) return;
    if (connection.writableLength > mostUnsent()) {
      connection.pause();
      resume();
    } else if (inTurn >= turnSize) {
      connection.pause();
      endTurn(connection, resume);
    }
  };
  connection.on("data", take);
  return () => {
    connection.off("data", take);
    if (bounds.get(connection) === mostUnsent) bounds.delete(connection);
  };
}
