/** The daemon, asked as any peer is: see ../README.md for what is read and answered. */
import { Daemon } from "../daemon.ts";
import { serve, setting } from "./serve.ts";

const daemon = new Daemon(setting("DAEMON"));
let session: number;

async function connect(): Promise<number> {
  const opened = await daemon.request("ssh.new", {
    host: setting("HOST"),
    port: Number(setting("PORT")),
    username: setting("USER"),
    identityFiles: [setting("KEY")],
    knownHosts: [setting("KNOWN_HOSTS")],
    hostKeyPolicy: "strict",
  });
  return opened.session;
}

async function run(on: number, command: string): Promise<string> {
  const { output, exitCode } = await daemon.request("session.exec", { session: on, command });
  if (exitCode !== 0) throw new Error(command);
  return output;
}

await serve({
  async open() {
    session = await connect();
  },
  async exec(count, command) {
    for (let n = 0; n < count; n++) await run(session, command);
  },
  parallel: (count, command) =>
    Promise.all(Array.from({ length: count }, () => run(session, command))),
  async first(command) {
    const fresh = await connect();
    if ((await run(fresh, command)) !== "ready") throw new Error("not ready");
    return () => daemon.request("session.free", { session: fresh });
  },
  get: (source, dest) => daemon.request("session.scpRecv", { session, source, dest }),
  local: (port, to) =>
    daemon.request("forward.local", { session, bind: { port }, to: { port: to } }),
  dynamic: (port) => daemon.request("forward.dynamic", { session, bind: { port } }),
  put: (source, dest) => daemon.request("session.scpSendfile", { session, source, dest }),
});
await daemon[Symbol.asyncDispose]();
