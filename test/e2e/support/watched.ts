import assert from "node:assert/strict";
import { startDaemon } from "../../fixtures/daemon.ts";
import type { Daemon } from "../../fixtures/daemon.ts";
import { startFaultServer } from "../../fixtures/fault-server.ts";
import type { Scope } from "../../fixtures/scope.ts";
import { until } from "../../fixtures/until.ts";
import { login, openSockets } from "./calls.ts";

/** A daemon with one session, the bystander, that nothing a test does to others may disturb. */
export interface Watched {
  readonly daemon: Daemon;
  /** Runs a command on the bystander. */
  checkBystander(): Promise<void>;
  /** Resolves when the daemon has no more sockets open than it began with. */
  noSocketsLeft(): Promise<void>;
}

/** Requires "proc". */
export async function startWatched(scope: Scope): Promise<Watched> {
  const daemon = scope.add(startDaemon());
  const server = scope.add(
    await startFaultServer({
      run: async (channel) => {
        await channel.write(`ran ${channel.command}`);
        channel.end();
      },
    }),
  );
  const session = await login(daemon, server);
  const sockets = openSockets(daemon.pid);
  let count = 0;
  return {
    daemon,
    async checkBystander() {
      const command = `number ${++count}`;
      const { output } = await daemon.request("session.exec", { session, command });
      assert.equal(output, `ran ${command}`);
    },
    noSocketsLeft: () =>
      until(() => openSockets(daemon.pid) === sockets, "the daemon has closed its sockets"),
  };
}
