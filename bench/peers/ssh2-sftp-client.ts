/** ssh2-sftp-client as a peer, which has files alone: see ../README.md for what is read and answered. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { serve, setting } from "./serve.ts";

/** What is used of it: it has no types of its own. */
interface SftpClient {
  connect(options: object): Promise<unknown>;
  fastGet(remote: string, local: string): Promise<unknown>;
  fastPut(local: string, remote: string): Promise<unknown>;
}

const Client = createRequire(import.meta.url)("ssh2-sftp-client") as new () => SftpClient;
const client = new Client();

const none = () => Promise.reject(new Error("it has no commands"));

await serve({
  open: () =>
    client.connect({
      host: setting("HOST"),
      port: Number(setting("PORT")),
      username: setting("USER"),
      privateKey: readFileSync(setting("KEY")),
    }),
  exec: none,
  parallel: none,
  first: none,
  get: (remote, local) => client.fastGet(remote, local),
  put: (local, remote) => client.fastPut(local, remote),
});
// Open connections would hold it up.
process.exit();
