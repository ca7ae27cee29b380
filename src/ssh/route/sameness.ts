import type { Link } from "../connection/link.ts";
import { addLikeness } from "../login/likeness.ts";
import { Prompter } from "../login/prompts/prompter.ts";
import { HostKeyCheck } from "../login/trust/host-keys.ts";
import type { Call } from "../support/call.ts";
import { forChild } from "../support/client-environment.ts";
import { homePath } from "../support/home-path.ts";
import { KeyedHash } from "../support/keyed-hash.ts";
import type { Destination, PlannedWay } from "./configured-way.ts";

/**
 * A keyed hash of all that decides about trust and login, for the server and the jump hosts: those with
 * the same hash may share a connection. Not for a way over a session of the client's, as the connection
 * ends with that session.
 *
 * @param config the call's `config`
 * @throws the call's end
 */
export async function samenessOf(
  destination: Destination,
  config: true | string | undefined,
  call: Call,
): Promise<string> {
  const hash = new KeyedHash().add(typeof config === "string" ? homePath(config) : config);
  let at: Destination | undefined = destination;
  while (at) {
    await addLikeness(hash, at.options, call);
    addWay(hash, at.way);
    at = at.way.by === "jump" ? at.way.over : undefined;
  }
  return hash.digest();
}

function addWay(hash: KeyedHash, way: PlannedWay): void {
  hash.add(way.by);
  switch (way.by) {
    case "tcp":
      hash.add([way.options?.family, way.options?.localAddress]);
      break;
    case "unix":
      hash.add(homePath(way.path));
      break;
    case "command":
      // What the command connects to may depend on its environment.
      hash.add([way.command, way.alias]).add(forChild());
      break;
    case "jump":
    case "session":
  }
}

/**
 * Whether the keys of the server, and of the hosts on the way, would be accepted now as they were when
 * the connection was made, without anybody's being asked.
 *
 * @throws the call's end
 */
export async function isStillTrusted(
  destination: Destination,
  link: Link,
  call: Call,
): Promise<boolean> {
  let [at, to]: [Destination | undefined, Link | undefined] = [destination, link];
  while (at && to) {
    const { account, trust } = at.options;
    const nobody = new Prompter(account, undefined, call);
    const check = new HostKeyCheck(account.host, account.port, trust, nobody);
    if (!(await call.race(check.isStillAccepted(to.hostKey, to.info.hostKey)))) return false;
    at = at.way.by === "jump" ? at.way.over : undefined;
    to = to.carrier?.session.link;
  }
  return true;
}
