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

/** BENCH_SCP: files by SCP, and not by what there is for files. */
const byScp = process.env["BENCH_SCP"] !== undefined;

const getByScp = (source: string, dest: string) =>
  daemon.request("session.scpRecv", { session, source, dest });
const putByScp = (source: string, dest: string) =>
  daemon.request("session.scpSendfile", { session, source, dest });
const recursive = true;

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
  get: getByScp,
  put: putByScp,
  getfiles: (source, dest) =>
    byScp ? getByScp(source, dest) : daemon.request("fs.get", { session, source, dest, recursive }),
  putfiles: (source, dest) =>
    byScp ? putByScp(source, dest) : daemon.request("fs.put", { session, source, dest, recursive }),
  async list(path, count) {
    const { entries } = await daemon.request("fs.readdir", { session, path });
    if (entries.length !== count) throw new Error(`${entries.length} entries`);
  },
  sync: (source, dest) =>
    daemon.request("fs.put", { session, source, dest, recursive, overwrite: "changed" }),
  local: (port, to) =>
    daemon.request("forward.local", { session, bind: { port }, to: { port: to } }),
  dynamic: (port) => daemon.request("forward.dynamic", { session, bind: { port } }),
});
await daemon[Symbol.asyncDispose]();
