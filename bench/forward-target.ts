/**
 * What forwards lead to, in a process of its own: prints its port. The first byte of a connection says
 * what for: `d` and eight digits, so many MB are sent; `u`, all is taken, and then one byte answers; `e`,
 * it and all behind it is echoed.
 */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

const piece = Buffer.alloc(256 * 1024, "x");

function send(socket: Socket, bytes: number): void {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const next = piece.subarray(0, Math.min(left, piece.length));
      left -= next.length;
      if (!socket.write(next)) return;
    }
    socket.off("drain", more).end();
  };
  socket.on("drain", more);
  more();
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on("error", () => {});
  socket.once("data", (first: Buffer) => {
    const what = String.fromCharCode(first[0] ?? 0);
    if (what === "d") send(socket.resume(), Number(first.toString("latin1", 1, 9)) * 1e6);
    else if (what === "u") socket.once("end", () => socket.end("k")).resume();
    else {
      socket.write(first);
      socket.pipe(socket);
    }
  });
});
server.listen(0, "127.0.0.1", 512, () => console.log((server.address() as AddressInfo).port));
// Its end is that of who started it.
process.stdin.resume().once("end", () => process.exit());
