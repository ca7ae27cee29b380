import { invalidParam } from "../../protocol/invalid-param.ts";
import type { Call } from "../support/call.ts";
import { connect } from "../login/connect.ts";
import type { ConnectOptions } from "../login/connect.ts";
import { hostConfig } from "../config/host-config.ts";
import type { HostConfig } from "../config/host-config.ts";
import { parseJumpSpec } from "../config/jump-spec.ts";
import type { Handshakes } from "../login/handshakes.ts";
import type { FirstHostKeys } from "./first-host-keys.ts";
import type { Session } from "../connection/session.ts";
import { routeOver } from "./way.ts";
import type { Way } from "./way.ts";
import { connectOptions } from "./connect-options.ts";
import type { LoginClient } from "./connect-options.ts";

/** Jump hosts on one way: with more, the configuration probably leads in a circle. */
const maxJumps = 16;

/** What all hosts on a configured way have in common. */
export interface Journey {
  readonly config: true | string;
  readonly client: LoginClient;
  readonly call: Call;
  /** Takes what the configuration of a jump host says and is not honoured. */
  readonly ignored: string[];
  /** When reconnecting: the host keys of the first time. */
  readonly firstKeys?: FirstHostKeys | undefined;
}

/** A server, how to log in there, and the way to it. */
export interface Destination {
  readonly options: Omit<ConnectOptions, "route">;
  readonly way: PlannedWay;
}

/** A way that may lead over jump hosts which are still to be connected to, for it alone. */
export type PlannedWay = Way | { readonly by: "jump"; readonly over: Destination };

/**
 * The way that the configuration says: ProxyJump, each host of which is connected to as its own
 * configuration says, or ProxyCommand.
 *
 * @throws InvalidParams where the configuration is of no use; the call's end
 */
export async function configuredWay(
  { jumps, proxyCommand, tcp }: HostConfig,
  alias: string,
  journey: Journey,
  depth = 0,
): Promise<PlannedWay> {
  const last = jumps.at(-1);
  if (last === undefined) {
    return proxyCommand === undefined
      ? { by: "tcp", options: tcp }
      : { by: "command", command: proxyCommand, alias };
  }
  if (depth === maxJumps)
    throw invalidParam("config", `leads over more than ${maxJumps} jump hosts`);
  const { config, client, call, ignored } = journey;
  // The jump hosts before this one are the way to it; if there are none, its own configuration decides.
  const jump = jumps.slice(0, -1).join(",") || undefined;
  const spec = parseJumpSpec(last);
  const hop = await hostConfig({ config, ...spec, jump }, call);
  ignored.push(...hop.ignored.map((setting) => `${spec.host}: ${setting}`));
  const way = await configuredWay(hop, spec.host, journey, depth + 1);
  const first = journey.firstKeys?.of(hop);
  return { by: "jump", over: { options: connectOptions(hop, {}, hop, client, first), way } };
}

/**
 * Connects, to the jump hosts first; where that fails, their sessions end.
 *
 * @throws {Failure} as `connect` does
 */
export async function connectTo(
  { options, way: planned }: Destination,
  call: Call,
  handshakes: Handshakes,
): Promise<Session> {
  const way = await gone(planned, call, handshakes);
  try {
    const route = routeOver(way, options.account);
    return await connect({ ...options, route }, call, handshakes);
  } catch (error) {
    if (way.by === "session" && way.carrier.owned) void way.carrier.session.end();
    throw error;
  }
}

async function gone(way: PlannedWay, call: Call, handshakes: Handshakes): Promise<Way> {
  if (way.by !== "jump") return way;
  const session = await connectTo(way.over, call, handshakes);
  return { by: "session", carrier: { session, owned: true } };
}
