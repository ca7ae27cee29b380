import { readFileSync } from "node:fs";
import type { Daemon, Json } from "../../fixtures/daemon.ts";
import type { Scope } from "../../fixtures/scope.ts";
import type { SshServer } from "../../fixtures/ssh-server.ts";
import { startSshd } from "../../fixtures/sshd.ts";
import { TcpProxy } from "../../fixtures/tcp-proxy.ts";
import { Session } from "./session.ts";

/** Logs in to a session that reconnects, by key, of which the file goes with the server. */
export async function openLasting(
  daemon: Daemon,
  server: Pick<SshServer, "host" | "port" | "username" | "privateKeyPath">,
  params: object = {},
) {
  const { host, port, username } = server;
  const privateKey = readFileSync(server.privateKeyPath, "utf8");
  const account = { host, port, username, privateKey, reconnect: true };
  const result = await daemon.request("ssh.new", { ...account, ...params });
  const session = result.session as number;
  return { session: new Session(daemon, session), handle: session, result };
}

/** The same to sshd behind a proxy. */
export async function throughProxy(scope: Scope, daemon: Daemon, params: object) {
  const server = scope.add(await startSshd());
  const proxy = scope.add(await TcpProxy.start({ target: server }));
  const lasting = await openLasting(daemon, { ...server, port: proxy.port }, params);
  return { server, proxy, ...lasting };
}

/** What is told of a session, in order: the methods of its notifications. */
export function toldOf(daemon: Daemon, session: number): string[] {
  return daemon.messages.flatMap(({ method, params }) =>
    method?.startsWith("session/") && params.session === session ? [method] : [],
  );
}

/** The params of the `count`th notification of a kind about a session. */
export async function told(
  daemon: Daemon,
  kind: "lost" | "restored" | "closed",
  session: number,
  count = 1,
): Promise<Json> {
  const seen = new Set<unknown>();
  const message = await daemon.waitFor((each) => {
    if (each.method !== `session/${kind}` || each.params.session !== session) return false;
    seen.add(each);
    return seen.size === count;
  });
  return message.params;
}
