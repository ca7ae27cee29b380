import { defaultConnectTimeout, defaultKeepalive } from "../protocol/limits.ts";
import type { Params } from "../protocol/methods.ts";
import { connect } from "../ssh/connect.ts";
import type { HostKeyPolicy } from "../ssh/host-keys.ts";
import type { Ask } from "../protocol/prompt.ts";
import type { Client } from "./client.ts";
import type { Token } from "./command-table.ts";
import { handler } from "./handler.ts";
import { invalidParam } from "./invalid-param.ts";

export default handler(
  "ssh.new",
  async (params, { daemon, client, call }) => {
    const { host, port, username } = params;
    const options = {
      account: { host, port, username },
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
      ask: asking(client, params.token),
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

/** Asks with the login's name, so that a client with several at once can tell them apart. */
function asking({ ask }: Client, token: Token | undefined): Ask | undefined {
  if (ask === undefined || token === undefined) return ask;
  return (question, signal) => ask({ ...question, token }, signal);
}
