import { connect } from "node:net";
import type { Socket } from "node:net";
import { homePath } from "../support/home-path.ts";
import type { Address } from "./address.ts";
import { buffered } from "./relay.ts";

/** Connects from this machine. @throws {Error} of the system */
export function dial(to: Address): Promise<Socket> {
  const where = "path" in to ? { path: homePath(to.path) } : { ...to, noDelay: true };
  const options = { ...where, allowHalfOpen: true, highWaterMark: buffered };
  const socket = connect(options);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
