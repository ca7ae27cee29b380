import { defaultConnectTimeout } from "../protocol/limits.ts";
import type { Params } from "../protocol/methods.ts";
import { hostConfig } from "../ssh/config/host-config.ts";
import { weaknesses } from "../ssh/login/weaknesses.ts";
import type { Way } from "../ssh/route/way.ts";
import { configuredWay, connectTo } from "../ssh/route/configured-way.ts";
import { isStillTrusted, samenessOf } from "../ssh/route/sameness.ts";
import { sessionOptions } from "../ssh/login/connect.ts";
import type { Call } from "../ssh/support/call.ts";
import { connectOptions } from "../ssh/route/connect-options.ts";
import type { LoginClient } from "../ssh/route/connect-options.ts";
import type { ClientScope } from "./support/client-scope.ts";
import type { Client } from "./support/client.ts";
import { handler } from "./support/handler.ts";
import { invalidParam } from "../protocol/invalid-param.ts";

/** The port that SSH has (RFC 4253 §4.1). */
const sshPort = 22;

export default handler(
  "ssh.new",
  async (params, { daemon, scope, client, call }) => {
    const { host, idleTimeout } = params;
    const config = params.config === false ? undefined : params.config;
    if (idleTimeout !== undefined) call.startIdle(idleTimeout);
    let onAsked = () => {};
    const asking = named(client, params, () => onAsked());
    const given = givenWay(params, scope);
    const found = config === undefined ? undefined : await hostConfig({ ...params, config }, call);
    if (found?.connectTimeout !== undefined) call.replaceDefault(found.connectTimeout);
    const username = params.username ?? found?.username;
    if (username === undefined) throw invalidParam("username", "is missing");
    const port = params.port ?? found?.port ?? sshPort;
    const account = { host: found?.host ?? host, port, username };
    const options = connectOptions(account, params, found, asking);
    const ignored = [...(found?.ignored ?? [])];
    const way =
      found && config !== undefined && !given
        ? await configuredWay(found, host, { config, client: asking, call, ignored })
        : (given ?? { by: "tcp" as const });
    const destination = { options, way };
    const login = (onBehalf: Call) => connectTo(destination, onBehalf, daemon.handshakes);
    const { persist } = params;
    const sameness =
      persist === undefined ? undefined : await samenessOf(destination, config, call);
    const session =
      persist === undefined || sameness === undefined
        ? await login(call)
        : await daemon.sharedLinks.session(
            {
              sameness,
              owner: scope,
              persist,
              options: sessionOptions(options),
              isTrusted: (link, onBehalf) => isStillTrusted(destination, link, onBehalf),
              login: (onBehalf, told) => {
                onAsked = told;
                return login(onBehalf);
              },
            },
            call,
          );
    const { serverIdent, hostKey, authMethod, kex, cipher, mac, postQuantum } = session.info;
    const warnings = options.warnWeakCrypto ? weaknesses(session.info) : [];
    const handle = await scope.sessions.add(session, call);
    daemon.noteSession();
    session.lost
      .then((reason) => client.notify("session/closed", { session: handle, reason }))
      // A client that is gone ends the daemon by other ways.
      .catch(() => {});
    return {
      session: handle,
      ...account,
      serverIdent,
      hostKey,
      authMethod,
      kex,
      cipher,
      mac,
      postQuantum,
      ...(warnings.length > 0 && { warnings }),
      ...(found && { ignored }),
    };
  },
  { timeout: defaultConnectTimeout },
);

/** The way that the call itself names, if it does. */
function givenWay(params: Params<"ssh.new">, { sessions }: ClientScope): Way | undefined {
  const { via, proxyCommand, socketPath } = params;
  if (proxyCommand !== undefined) {
    if (via !== undefined) throw invalidParam("proxyCommand", "can't go together with via");
    if (socketPath !== undefined) {
      throw invalidParam("socketPath", "can't go together with proxyCommand");
    }
    return { by: "command", command: proxyCommand };
  }
  if (via === undefined)
    return socketPath === undefined ? undefined : { by: "unix", path: socketPath };
  const session = sessions.get(via);
  session.check();
  return { by: "session", carrier: { session, owned: false }, path: socketPath };
}

/** The client, asked with the login's name, so that it can tell several at once apart. */
function named(
  client: Client,
  { token, prompt }: Params<"ssh.new">,
  onAsked: () => void,
): LoginClient {
  const ask = prompt === false ? undefined : client.ask;
  return {
    ask:
      ask &&
      ((question, signal) => {
        onAsked();
        return ask(token === undefined ? question : { ...question, token }, signal);
      }),
    warn: (text) => client.warn(text),
  };
}
