import { defaultConnectTimeout, defaultKeepalive } from "../protocol/limits.ts";
import type { Params } from "../protocol/methods.ts";
import { connect } from "../ssh/connect.ts";
import type { HostKeyPolicy } from "../ssh/host-keys.ts";
import type { Way } from "../ssh/way.ts";
import type { Daemon } from "./daemon.ts";
import { handler } from "./handler.ts";
import { invalidParam } from "./invalid-param.ts";

export default handler(
  "ssh.new",
  async (params, { daemon, client, call }) => {
    const { host, port, username } = params;
    const options = {
      account: { host, port, username },
      way: wayOf(params, daemon),
      credentials: params,
      trust: {
        policy: policyOf(params),
        fingerprints: params.hostKeyFingerprints ?? [],
        knownHosts: params.knownHosts,
        warn: (text: string) => client.warn(text),
      },
      keepalive: {
        interval: params.keepaliveInterval ?? defaultKeepalive.interval,
        countMax: params.keepaliveCountMax ?? defaultKeepalive.countMax,
      },
      ask: client.ask,
    };
    const session = await connect(options, call);
    const { serverIdent, hostKey, authMethod } = session.info;
    const handle = await daemon.sessions.add(session);
    session.lost
      .then((reason) => client.notify("session/closed", { session: handle, reason }))
      // A client that is gone ends the daemon by other ways.
      .catch(() => {});
    return { session: handle, serverIdent, hostKey, authMethod };
  },
  { timeout: defaultConnectTimeout },
);

function wayOf(params: Params<"ssh.new">, { sessions }: Daemon): Way {
  const { via, proxyCommand, socketPath } = params;
  const [first, second] = (["via", "proxyCommand", "socketPath"] as const).filter(
    (name) => params[name] !== undefined,
  );
  if (second !== undefined) throw invalidParam(second, `can't go together with ${first}`);
  if (via === undefined) return { proxyCommand, socketPath };
  const session = sessions.get(via);
  session.check();
  return { carrier: { session, owned: false } };
}

function policyOf({ hostKeyPolicy, hostKeyFingerprints }: Params<"ssh.new">): HostKeyPolicy {
  const pinned = hostKeyFingerprints !== undefined;
  const policy = hostKeyPolicy ?? (pinned ? "pin" : "accept-new");
  if (policy === "pin" && !pinned) {
    throw invalidParam("hostKeyFingerprints", "is missing: pin needs them");
  }
  if (policy !== "pin" && pinned) {
    throw invalidParam("hostKeyFingerprints", "go with the policy pin only");
  }
  return policy;
}
