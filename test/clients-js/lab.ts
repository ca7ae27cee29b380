import { join } from "node:path";
import { connect } from "../../clients/js/index.ts";
import type { ConnectOptions, Session } from "../../clients/js/index.ts";
import { projectRoot } from "../fixtures/project.ts";
import type { Scope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshdOptions } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";

/** The daemon that was just compiled. */
export const daemonPath = join(projectRoot, "bin/sshrpc.js");

/** A server, and what `connect` takes for it. */
export class Lab {
  readonly server: SshServer;
  readonly #knownHosts: string;

  private constructor(server: SshServer, knownHosts: string) {
    this.server = server;
    this.#knownHosts = knownHosts;
  }

  static async start(scope: Scope, options: SshdOptions = {}): Promise<Lab> {
    return Lab.of(scope, await startSshd({ unprivileged: true, ...options }));
  }

  static of(scope: Scope, server: SshServer): Lab {
    return new Lab(scope.add(server), join(scope.tempDir(), "known_hosts"));
  }

  get options(): ConnectOptions {
    const { host, port, username, password } = this.server;
    return { host, port, username, password, knownHosts: [this.#knownHosts] };
  }

  connect(options: Partial<ConnectOptions> = {}): Promise<Session> {
    return connect({ ...this.options, ...options });
  }
}
