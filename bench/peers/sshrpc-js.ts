/** Our client for JavaScript, asked as any peer is: see ../README.md for what is read and answered. */
import { connect } from "../../clients/js/index.ts";
import type { Session } from "../../clients/js/index.ts";
import { serve, setting } from "./serve.ts";

let session: Session;
const after: Session[] = [];

function open(): Promise<Session> {
  return connect({
    host: setting("HOST"),
    port: Number(setting("PORT")),
    username: setting("USER"),
    identityFiles: [setting("KEY")],
    knownHosts: [setting("KNOWN_HOSTS")],
    hostKeyPolicy: "strict",
    daemon: setting("DAEMON"),
  });
}

await serve({
  async open() {
    session = await open();
    after.push(session);
  },
  async exec(count, command) {
    for (let n = 0; n < count; n++) await session.run(command);
  },
  parallel: (count, command) =>
    Promise.all(Array.from({ length: count }, () => session.run(command))),
  async first(command) {
    const fresh = await open();
    if ((await fresh.run(command)).stdout !== "ready") throw new Error("not ready");
    return () => fresh.close();
  },
  get: (remote, local) => session.get(remote, local),
  put: (local, remote) => session.put(local, remote),
});
for (const each of after) await each.close();
