import { invalidParam } from "../../protocol/invalid-param.ts";
import type { Params, Result } from "../../protocol/methods.ts";
import { hostConfig } from "../../ssh/config/host-config.ts";
import type { HeldSession } from "../../ssh/connection/held-session.ts";
import type { Session } from "../../ssh/connection/session.ts";
import { sessionOptions } from "../../ssh/login/connect.ts";
import { weaknesses } from "../../ssh/login/weaknesses.ts";
import { configuredWay, connectTo } from "../../ssh/route/configured-way.ts";
import type { PlannedWay } from "../../ssh/route/configured-way.ts";
import { connectOptions } from "../../ssh/route/connect-options.ts";
import type { LoginClient } from "../../ssh/route/connect-options.ts";
import type { FirstHostKeys } from "../../ssh/route/first-host-keys.ts";
import { isStillTrusted, samenessOf } from "../../ssh/route/sameness.ts";
import type { Way } from "../../ssh/route/way.ts";
import type { Call } from "../../ssh/support/call.ts";
import type { Context } from "./handler.ts";

/** The port that SSH has (RFC 4253 §4.1). */
const sshPort = 22;

/** At the top level, so that it doesn't keep a call's params, with its secrets, in memory. */
const nobody = () => {};

/** What a login works with. */
export interface LoginContext extends Pick<Context, "daemon" | "scope" | "call"> {
  readonly client: LoginClient;
}

export interface LoggedIn {
  readonly session: Session;
  /** The session that it runs over, if any. */
  readonly via: HeldSession | undefined;
  /** The fields of the result. */
  readonly told: Omit<Result<"ssh.new">, "session">;
}

/**
 * Connects and logs in as a call of `ssh.new` says.
 *
 * @param firstKeys the host keys of the first login, when this one reconnects
 * @throws {Failure} what `connect` does; SessionNotFound; InvalidParams
 */
export async function logIn(
  params: Params<"ssh.new">,
  { daemon, scope, client, call }: LoginContext,
  firstKeys?: FirstHostKeys,
): Promise<LoggedIn> {
  const { host, via, idleTimeout, persist } = params;
  const config = params.config === false ? undefined : params.config;
  if (idleTimeout !== undefined) call.startIdle(idleTimeout);
  const notice = { onAsked: nobody };
  const asking = noticing(named(client, params), notice);
  const given = givenWay(params);
  const carrier = via === undefined ? undefined : scope.sessions.get(via);
  carrier?.check();
  const found = config === undefined ? undefined : await hostConfig({ ...params, config }, call);
  if (found?.connectTimeout !== undefined) call.replaceDefault(found.connectTimeout);
  const username = params.username ?? found?.username;
  if (username === undefined) throw invalidParam("username", "is missing");
  const port = params.port ?? found?.port ?? sshPort;
  const account = { host: found?.host ?? host, port, username };
  const options = connectOptions(account, params, found, asking, firstKeys?.target);
  const ignored = [...(found?.ignored ?? [])];
  const connect = (way: PlannedWay, onBehalf: Call) =>
    connectTo({ options, way }, onBehalf, daemon.handshakes);
  const planned =
    found && config !== undefined && !given
      ? await configuredWay(found, host, { config, client: asking, call, ignored, firstKeys })
      : (given ?? { by: "tcp" as const });
  const session = carrier
    ? await throughSession(carrier, params, connect, call)
    : persist === undefined
      ? await connect(planned, call)
      : await daemon.sharedLinks.session(
          {
            sameness: await samenessOf({ options, way: planned }, config, call),
            firstKey: firstKeys?.target.fingerprint,
            owner: scope,
            persist,
            options: sessionOptions(options),
            isTrusted: (link, onBehalf) =>
              isStillTrusted({ options, way: planned }, link, onBehalf),
            login: (onBehalf, told) => {
              notice.onAsked = told;
              return connect(planned, onBehalf);
            },
          },
          call,
        );
  const { serverIdent, hostKey, authMethod, kex, cipher, mac, postQuantum } = session.info;
  const warnings = options.warnWeakCrypto ? weaknesses(session.info) : [];
  return {
    session,
    via: carrier,
    told: {
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
    },
  };
}

/** The way that the params name, unless it is over a session. */
function givenWay({ via, proxyCommand, socketPath }: Params<"ssh.new">): Way | undefined {
  if (proxyCommand !== undefined) {
    if (via !== undefined) throw invalidParam("proxyCommand", "can't go together with via");
    if (socketPath !== undefined) {
      throw invalidParam("socketPath", "can't go together with proxyCommand");
    }
    return { by: "command", command: proxyCommand };
  }
  return socketPath === undefined ? undefined : { by: "unix", path: socketPath };
}

function throughSession(
  carrier: HeldSession,
  { socketPath }: Params<"ssh.new">,
  connect: (way: PlannedWay, call: Call) => Promise<Session>,
  call: Call,
): Promise<Session> {
  return carrier.use(call, async (session) => {
    session.check();
    const way = { by: "session", carrier: { session, owned: false }, path: socketPath } as const;
    return connect(way, call);
  });
}

/** The client, asked with the login's token, so that it can tell apart several logins at once. */
function named(client: LoginClient, { token, prompt }: Params<"ssh.new">): LoginClient {
  const { ask } = client;
  const warn = (text: string) => client.warn(text);
  if (prompt === false || !ask) return { ask: undefined, warn };
  return {
    ask: (question, signal) => ask(token === undefined ? question : { ...question, token }, signal),
    warn,
  };
}

/** The same client; `onAsked` is called whenever it is asked something. */
export function noticing(client: LoginClient, notice: { onAsked: () => void }): LoginClient {
  const { ask } = client;
  return {
    ask:
      ask &&
      ((question, signal) => {
        notice.onAsked();
        return ask(question, signal);
      }),
    warn: (text) => client.warn(text),
  };
}
