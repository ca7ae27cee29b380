import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { Scope } from "../../fixtures/scope.ts";

export interface RawServer {
  host: string;
  port: number;
  /** The open connections. */
  sockets: ReadonlySet<Socket>;
  /** What the latest client has sent. */
  received(): Buffer;
}

/** Listens for plain TCP; `serve` plays the server. */
export async function startRawServer(
  scope: Scope,
  serve: (socket: Socket) => void = () => {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let received = Buffer.alloc(0);
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    received = Buffer.alloc(0);
    socket
      .on("data", (chunk) => (received = Buffer.concat([received, chunk])))
      .on("error", () => {})
      .once("close", () => sockets.delete(socket));
    serve(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  scope.defer(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { address: host, port } = server.address() as AddressInfo;
  return { host, port, sockets, received: () => received };
}

/** A server that says `greeting` first and is then the one at `target`. */
export function startPreface(
  scope: Scope,
  target: { host: string; port: number },
  greeting: string,
): Promise<RawServer> {
  return startRawServer(scope, (socket) => {
    socket.write(greeting);
    const onward = connect(target);
    onward.on("error", () => socket.destroy());
    socket.once("close", () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
}
