import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServerOptions } from "../fixtures/fault-server.ts";
import { useScope } from "../fixtures/scope.ts";
import { fails } from "./support/fails.ts";
import { open } from "./support/session.ts";

describe("idleTimeout of a program", () => {
  const scope = useScope();

  async function start(run: FaultServerOptions["run"]) {
    const server = scope.add(await startFaultServer({ ...(run && { run }) }));
    const daemon: Daemon = scope.add(startDaemon());
    return open(daemon, server);
  }

  it("ends it when no output comes, with what had come", async () => {
    const session = await start(async (channel) => {
      await channel.write("so far");
      await channel.closed;
    });
    const request = session.exec("x", { idleTimeout: 0.5 });
    await fails(request, "Timeout", { phase: "run", seconds: 0.5, output: "so far" });
  });

  it("isn't the client's own slowness to take what has come", async () => {
    const session = await start(async (channel) => {
      await channel.write("twelve bytes");
      channel.end(0);
    });
    const options = { idleTimeout: 0.2, stream: true, window: 6, token: "t" };
    const reply = session.exec("x", options);
    reply.catch(() => {});
    const { daemon } = session;
    await daemon.waitFor(({ method }) => method === "session/output");
    // Nothing is to happen.
    await new Promise((resolve) => setTimeout(resolve, 600));
    await daemon.notify("session.windowAdjust", { token: "t", bytes: 100 });
    await reply;
  });
});
