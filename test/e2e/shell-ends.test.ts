import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { isRunning, track } from "../fixtures/processes.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { login, rejects } from "./support/calls.ts";

describe("e2e: a shell whose client goes", function () {
  this.timeout(60_000);
  const scope = useScope("suite");

  interface Shell {
    readonly daemon: Daemon;
    readonly session: number;
    readonly id: string;
    /** The client's, of `initialize`. */
    readonly client: ReturnType<typeof spawn>;
  }

  const gone = async ({ daemon }: Shell) => void (await daemon.exit);

  const ways: Record<string, (shell: Shell) => Promise<void>> = {
    "the end of the daemon's input": async (shell) => {
      shell.daemon.endStdin();
      await gone(shell);
    },
    "SIGKILL of the process that initialize named": async (shell) => {
      shell.client.kill("SIGKILL");
      await gone(shell);
    },
    "shutdown and exit": async (shell) => {
      await shell.daemon.request("shutdown");
      await shell.daemon.notify("exit");
      await gone(shell);
    },
    "the call's cancelling": async ({ daemon, id }) => {
      await daemon.notify("$/cancelRequest", { id });
      await rejects(daemon.reply(id), "Cancelled");
    },
    "session.free": async ({ daemon, session, id }) => {
      await daemon.request("session.free", { session });
      await rejects(daemon.reply(id), "SessionClosed");
    },
    "session.disconnect": async ({ daemon, session, id }) => {
      await daemon.request("session.disconnect", { session });
      await rejects(daemon.reply(id), "SessionClosed");
    },
  };

  const servers: Record<"sshd" | "dropbear", () => Promise<SshServer>> = {
    sshd: () => startSshd({ unprivileged: true }),
    dropbear: () => startDropbear(),
  };
  for (const name of ["sshd", "dropbear"] as const) {
    describe(`on ${name}`, () => {
      let server: SshServer;
      let folder: string;
      let files = 0;

      before(async function () {
        requires(this, name, "proc");
        server = scope.add(await servers[name]());
        folder = scope.tempDir();
        // For whoever the server runs as.
        chmodSync(folder, 0o777);
      });

      /** A shell with a program in the foreground, which notes its id and SIGHUP in a file. */
      async function open(): Promise<{ shell: Shell; notes: () => string[] }> {
        const client = track(spawn("sleep", ["1000"]));
        scope.defer(() => client.kill("SIGKILL"));
        await once(client, "spawn");
        const daemon = scope.add(startDaemon());
        await daemon.request("initialize", { processId: client.pid });
        const session = await login(daemon, server);
        const file = join(folder, `${++files}`);
        const id = "shell";
        await daemon.send({ id, method: "session.shell", params: { session, token: id } });
        const script = `trap 'echo hup >> ${file}; exit' HUP; echo $$ > ${file}; while :; do sleep 0.1; done`;
        await daemon.request("session.write", {
          token: id,
          data: `sh -c "${script.replaceAll("$", "\\$")}"\n`,
        });
        const notes = () => {
          try {
            return readFileSync(file, "utf8").split("\n").slice(0, -1);
          } catch {
            return [];
          }
        };
        await until(() => notes().length === 1, "the program runs");
        return { shell: { daemon, session, id, client }, notes };
      }

      for (const [way, go] of Object.entries(ways)) {
        it(`${way}: the program gets SIGHUP and is gone`, async () => {
          const { shell, notes } = await open();
          const pid = Number(notes()[0]);
          assert.ok(isRunning(pid));
          await go(shell);
          await until(() => notes().length === 2, "it got SIGHUP");
          await until(() => !isRunning(pid), "it is gone");
          assert.deepEqual(notes(), [`${pid}`, "hup"]);
        });
      }
    });
  }
});
