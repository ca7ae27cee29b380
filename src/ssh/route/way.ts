import type { TcpOptions } from "../config/tcp-options.ts";
import type { Carrier } from "../connection/link.ts";
import type { OpenRoute, Route } from "../login/connect.ts";
import type { Account } from "../login/prompts/prompter.ts";
import type { Call } from "../support/call.ts";
import { homePath } from "../support/home-path.ts";
import { startProxyCommand } from "./proxy-command.ts";
import { connectTcp, connectUnix } from "./socket.ts";

/** How a server is reached. */
export type Way =
  /** By TCP from this machine. */
  | { readonly by: "tcp"; readonly options?: TcpOptions | undefined }
  /** By a Unix socket of this machine. */
  | { readonly by: "unix"; readonly path: string }
  /** ssh_config(5), ProxyCommand; `alias` is the host as it was named before any configuration. */
  | { readonly by: "command"; readonly command: string; readonly alias?: string | undefined }
  /** Through a jump host's session; `path` is a Unix socket on the jump host. */
  | { readonly by: "session"; readonly carrier: Carrier; readonly path?: string | undefined };

/** The route to an account's server, which goes that way. */
export function routeOver(way: Way, account: Account): Route {
  return {
    name: nameOf(way, account),
    carrier: way.by === "session" ? way.carrier : undefined,
    open: (call) => open(way, account, call),
  };
}

/** Names the server that a way leads to, so that the same one has the same name. */
function nameOf(way: Way, { host, port }: Account): string {
  const there = `${host.toLowerCase()} ${port}`;
  switch (way.by) {
    case "tcp":
      return there;
    case "unix":
      return way.path;
    case "command":
      return `${way.command} | ${there}`;
    case "session":
      return `${way.carrier.session.info.route} > ${way.path ?? there}`;
  }
}

async function open(way: Way, account: Account, call: Call): Promise<OpenRoute> {
  const { host, port } = account;
  switch (way.by) {
    case "tcp":
      return { transport: await connectTcp({ ...way.options, host, port }, call) };
    case "unix":
      return { transport: await connectUnix(homePath(way.path), call) };
    case "command":
      return startProxyCommand(way.command, account, way.alias);
    case "session": {
      const { session } = way.carrier;
      const target = way.path === undefined ? { host, port } : { path: way.path };
      return { transport: await session.connect(target, call) };
    }
  }
}
