import type { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import { homePath } from "../support/home-path.ts";
import type { Account } from "../login/prompts/prompter.ts";
import { startProxyCommand } from "./proxy-command.ts";
import type { Carrier } from "../connection/session.ts";
import { connectTcp, connectUnix } from "./socket.ts";
import type { TcpOptions } from "./socket.ts";
import type { Transport } from "../flow/transport.ts";

/** How the server is reached: by one of these, or by TCP from this machine where none is set. */
export interface Way {
  /** A jump host's session, that connects from there. */
  readonly carrier?: Carrier | undefined;
  /** ssh_config(5), ProxyCommand. */
  readonly proxyCommand?: string | undefined;
  /** The host as it was named before any configuration, for the command's `%n`. */
  readonly alias?: string | undefined;
  /** A Unix socket: on this machine, or on the jump host where there is one. */
  readonly socketPath?: string | undefined;
  readonly tcp?: TcpOptions | undefined;
}

/** Names the server that a way leads to, so that the same one has the same name. */
export function routeOf(
  { carrier, proxyCommand, socketPath }: Way,
  { host, port }: Account,
): string {
  const there = `${host.toLowerCase()} ${port}`;
  if (carrier) return `${carrier.session.info.route} > ${there}`;
  if (proxyCommand !== undefined) return `${proxyCommand} | ${there}`;
  return socketPath ?? there;
}

/** A way that is open. */
export interface OpenWay {
  readonly transport: Transport;
  /** What the way itself says, for when the connection is lost. */
  readonly told?: () => Record<string, unknown>;
  /** Adds to a failure what is known of the way; for when the transport is destroyed. */
  readonly explain?: (failure: Failure) => Promise<Failure>;
}

/**
 * Goes the way to the server.
 *
 * @throws {Failure} ConnectFailed, SessionClosed or ConnectionLost of the jump host, InvalidParams,
 *   or the call's end; nothing stays open then
 */
export async function openWay(way: Way, account: Account, call: Call): Promise<OpenWay> {
  const { carrier, proxyCommand, alias, socketPath, tcp } = way;
  const { host, port } = account;
  call.enter("connect");
  if (carrier) {
    const { session } = carrier;
    const reached =
      socketPath === undefined
        ? session.connectTcp(host, port, call)
        : session.connectUnix(socketPath, call);
    return { transport: await reached };
  }
  if (proxyCommand !== undefined) return startProxyCommand(proxyCommand, account, alias);
  if (socketPath !== undefined) return { transport: await connectUnix(homePath(socketPath), call) };
  return { transport: await connectTcp({ ...tcp, host, port }, call) };
}
