import net from "node:net";
import { errnoText } from "../../codecs/text/errno.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import type { TcpOptions } from "../config/tcp-options.ts";
import { gatherWrites } from "../flow/gather-writes.ts";

/**
 * Connects to a host by name or address; of several addresses the first that answers (RFC 8305).
 *
 * @throws {Failure} ConnectFailed, or the call's end; the socket is closed then
 */
export function connectTcp(
  { host, port, family, localAddress }: TcpOptions & { host: string; port: number },
  call: Call,
): Promise<net.Socket> {
  const socket = net.connect({
    host,
    port,
    ...(family && { family }),
    ...(localAddress !== undefined && { localAddress }),
    noDelay: true,
    // Node gives up an address after this many milliseconds to try the next; its 250 are too few
    // for a host at the other end of the world.
    autoSelectFamilyAttemptTimeout: 1000,
  });
  return connected(socket, `${host} port ${port}`, call);
}

/**
 * Connects to a Unix socket.
 *
 * @throws {Failure} ConnectFailed, or the call's end; the socket is closed then
 */
export function connectUnix(path: string, call: Call): Promise<net.Socket> {
  return connected(net.connect({ path }), path, call);
}

async function connected(socket: net.Socket, target: string, call: Call): Promise<net.Socket> {
  // For ever: without a listener, an `error` event would end the process.
  socket.on("error", () => {});
  const done = new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  try {
    await call.race(done);
    gatherWrites(socket);
    return socket;
  } catch (error) {
    socket.destroy();
    if (error instanceof Failure) throw error;
    throw connectFailed(target, error as NodeJS.ErrnoException);
  }
}

/** Texts for errors of the network, as `ssh` has them. */
const texts: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: "Cannot assign requested address",
  EAI_AGAIN: "Temporary failure in name resolution",
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  EHOSTDOWN: "Host is down",
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
  ENOTFOUND: "Name or service not known",
  ETIMEDOUT: "Connection timed out",
};

/** If all addresses failed, Node gives an AggregateError; its first error is reported. */
function connectFailed(target: string, error: NodeJS.ErrnoException): Failure {
  const first: NodeJS.ErrnoException =
    error instanceof AggregateError && error.errors[0] ? error.errors[0] : error;
  const errno = first.code ?? "UNKNOWN";
  const text = texts[errno] ?? errnoText(errno);
  const why = text === errno ? errno : `${text} (${errno})`;
  return new Failure("ConnectFailed", `can't connect to ${target}: ${why}`, { errno });
}
