import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { Transport } from "./cli.ts";

/** The two directions of the way to the client. */
export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
}

/** There is no client where there should be one. */
export class NoClient extends Error {
  override name = "NoClient";
}

/**
 * Opens the way to the client.
 *
 * @throws {NoClient} where it can't be connected to
 */
export async function openTransport(transport: Transport): Promise<Streams> {
  if (transport.type === "stdio") return { input: process.stdin, output: process.stdout };
  const address =
    transport.type === "pipe"
      ? { path: transport.path }
      : { host: "127.0.0.1", port: transport.port };
  // Half-open, for the replies that are still to be written when the client has sent its last.
  const socket = connect({ ...address, allowHalfOpen: true });
  await connected(socket);
  return { input: socket, output: socket };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      reject(new NoClient(`can't connect to the client: ${error.message}`, { cause: error }));
    });
    socket.once("connect", () => {
      socket.setNoDelay();
      resolve();
    });
  });
}
