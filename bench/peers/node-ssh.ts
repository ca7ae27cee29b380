/** node-ssh as a peer: see ../README.md for what is read and answered. */
import { readFileSync } from "node:fs";
import { NodeSSH } from "node-ssh";
import { serve, setting } from "./serve.ts";

let ssh: NodeSSH;

function connect(): Promise<NodeSSH> {
  return new NodeSSH().connect({
    host: setting("HOST"),
    port: Number(setting("PORT")),
    username: setting("USER"),
    privateKey: readFileSync(setting("KEY"), "utf8"),
  });
}

async function run(on: NodeSSH, command: string): Promise<string> {
  const { stdout, code } = await on.execCommand(command);
  if (code !== 0) throw new Error(command);
  return stdout;
}

await serve({
  async open() {
    ssh = await connect();
  },
  async exec(count, command) {
    for (let n = 0; n < count; n++) await run(ssh, command);
  },
  parallel: (count, command) => Promise.all(Array.from({ length: count }, () => run(ssh, command))),
  async first(command) {
    const fresh = await connect();
    if ((await run(fresh, command)) !== "ready") throw new Error("not ready");
    return () => fresh.dispose();
  },
  get: (remote, local) => ssh.getFile(local, remote),
  put: (local, remote) => ssh.putFile(local, remote),
});
// Open connections would hold it up.
process.exit();
