import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Streams } from "../peer/connection.ts";
import type { Endpoint } from "./cli.ts";
import { NoClient } from "./no-client.ts";

/**
 * Opens the way to the client.
 *
 * @throws {NoClient} where it can't be connected to
 */
export async function openClientStreams(endpoint: Endpoint): Promise<Streams> {
  if (endpoint.type === "stdio") return { input: process.stdin, output: process.stdout };
  const address =
    endpoint.type === "pipe" ? { path: endpoint.path } : { host: "127.0.0.1", port: endpoint.port };
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
