import { matchesPatterns } from "../support/pattern.ts";
import { unusable } from "./config-query.ts";
import type { Directive } from "./config-line.ts";

/** The values that Match's criteria are compared with. */
export interface MatchContext {
  /** The host, after HostName if that has been set so far. */
  readonly host: string;
  /** The host as it was given. */
  readonly originalHost: string;
  readonly user: string;
  readonly localUser: string;
}

/** Host (ssh_config(5)): any pattern, and none that is negated. */
export function hostApplies({ words }: Directive, originalHost: string): boolean {
  return matchesPatterns(words, originalHost);
}

/**
 * Match (ssh_config(5)): all criteria, in their order.
 *
 * @throws {Failure} InvalidParams for `exec` where it would be run, `final` and `canonical`
 */
export function matchApplies({ words, at }: Directive, context: MatchContext): boolean {
  let applies = true;
  for (let index = 0; index < words.length; index++) {
    const [negated, name] = criterion(words[index] as string);
    if (name === "all") {
      if (words.length > 1) throw unusable(`${at}: all can't go together with other criteria`);
      return !negated;
    }
    const value = words[++index];
    switch (name) {
      case "exec":
        // ssh runs the command of a later `exec` only if all criteria before it match.
        if (!applies) break;
        throw unusable(`${at}: Match exec needs OpenSSH's client`);
      case "host":
      case "originalhost":
      case "user":
      case "localuser":
        if (value === undefined) throw unusable(`${at}: ${name} has no value`);
        if (subjectMatches(name, value, context) === negated) applies = false;
        break;
      default:
        throw unusable(`${at}: Match ${name} needs OpenSSH's client`);
    }
  }
  return applies;
}

function criterion(text: string): [negated: boolean, name: string] {
  const negated = text.startsWith("!");
  return [negated, text.slice(negated ? 1 : 0).toLowerCase()];
}

function subjectMatches(
  name: "host" | "originalhost" | "user" | "localuser",
  list: string,
  { host, originalHost, user, localUser }: MatchContext,
): boolean {
  switch (name) {
    case "host":
      return matchesPatterns(list.toLowerCase().split(","), host.toLowerCase());
    case "originalhost":
      return matchesPatterns(list.toLowerCase().split(","), originalHost.toLowerCase());
    case "user":
      return matchesPatterns(list.split(","), user);
    case "localuser":
      return matchesPatterns(list.split(","), localUser);
  }
}
