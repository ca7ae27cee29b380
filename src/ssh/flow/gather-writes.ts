import type { Socket } from "node:net";
import { atTurnEnd } from "./turn-end.ts";

/** With as many bytes it writes at once. */
const enough = 32 * 1024;

/**
 * Has a socket send in one piece what is written to it in one turn of the event loop: ssh2 writes
 * each packet by itself, and each piece costs a system call here and wakes the server.
 *
 * @param socket one that is connected: net.Socket's `connect` sets `write` anew
 */
export function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket) as (...written: unknown[]) => boolean;
  const destroy = socket.destroy.bind(socket);
  let isGathering = false;
  const release = () => {
    if (!isGathering) return;
    isGathering = false;
    socket.uncork();
  };
  socket.write = (...written: unknown[]) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      atTurnEnd(release);
    }
    const hasRoom = write(...written);
    if (socket.writableLength >= enough) release();
    return hasRoom;
  };
  // What was written before is still sent.
  socket.destroy = (error) => {
    release();
    return destroy(error);
  };
}
