import type { Lab } from "../lab.ts";

/** Params of ssh.new for the lab's server. */
export function loginParams(lab: Lab): object {
  const environment = lab.environment(lab.direct);
  return {
    host: lab.server.host,
    port: lab.server.port,
    username: lab.server.username,
    identityFiles: [lab.server.privateKeyPath],
    agent: false,
    knownHosts: [environment["BENCH_KNOWN_HOSTS"]],
    hostKeyPolicy: "strict",
  };
}
