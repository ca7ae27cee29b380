import { existsSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { dirname } from "node:path";
import { Failure } from "../../protocol/errors.ts";
import { homePath } from "../support/home-path.ts";
import { shown } from "./address.ts";
import type { Address } from "./address.ts";
import { buffered } from "./relay.ts";

/** The umask for a Unix socket: OpenSSH's default (ssh_config(5), StreamLocalBindMask). */
const onlyOwner = 0o177;

/** Listens on this machine, for a forward. */
export class Listener {
  readonly address: Address;
  readonly #server: Server;

  private constructor(server: Server, address: Address) {
    this.#server = server;
    this.address = address;
  }

  /**
   * @param onConnection takes each connection, which it has to end
   * @param onFailure told once when it can listen no longer
   * @throws {Failure} ForwardRefused where the address is in use, or isn't ours to take
   */
  static async open(
    bind: Address,
    limit: number,
    onConnection: (socket: Socket) => void,
    onFailure: (error: Error) => void,
  ): Promise<Listener> {
    const options = { allowHalfOpen: true, noDelay: true, highWaterMark: buffered };
    const server = createServer(options, onConnection);
    server.maxConnections = limit;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => reject(refused(bind, error)));
      if ("path" in bind) listenAtPath(server, homePath(bind.path), resolve);
      else server.listen({ host: bind.host, port: bind.port }, resolve);
    });
    server.removeAllListeners("error").on("error", onFailure);
    const { port } = "path" in bind ? { port: 0 } : (server.address() as AddressInfo);
    return new Listener(server, "path" in bind ? bind : { host: bind.host, port });
  }

  /** Listens no longer; connections go on. Node removes a Unix socket. */
  close(): void {
    this.#server.close();
  }
}

/** Node makes the socket before listen() returns: with this umask, for its owner alone to connect to. */
function listenAtPath(server: Server, path: string, done: () => void): void {
  const umask = process.umask(onlyOwner);
  try {
    server.listen({ path }, done);
  } finally {
    process.umask(umask);
  }
}

function refused(bind: Address, error: NodeJS.ErrnoException): Failure {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: "the address is in use",
    EACCES: "permission denied (ports below 1024 are the system's)",
    EADDRNOTAVAIL: "this machine has no such address",
    ENOENT: "there is no such folder",
  };
  const reason = why[codeOf(bind, error)] ?? error.message;
  return new Failure("ForwardRefused", `can't listen at ${shown(bind)}: ${reason}`, {
    errno: codeOf(bind, error),
  });
}

/** libuv gives EACCES for a socket whose folder isn't there, as Windows does. */
function codeOf(bind: Address, { code = "" }: NodeJS.ErrnoException): string {
  const isMissing =
    code === "EACCES" && "path" in bind && !existsSync(dirname(homePath(bind.path)));
  return isMissing ? "ENOENT" : code;
}
