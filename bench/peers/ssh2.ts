/** ssh2 itself as a peer: see ../README.md for what is read and answered. */
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer, connect as tcpConnect } from "node:net";
import ssh2 from "ssh2";
import { serve, setting } from "./serve.ts";

let client: ssh2.Client;
let sftp: ssh2.SFTPWrapper;

/** BENCH_NO_DELAY hands it a socket without Nagle's algorithm, which ssh2 by itself leaves on. */
async function connect(): Promise<ssh2.Client> {
  const [host, port] = [setting("HOST"), Number(setting("PORT"))];
  const fresh = new ssh2.Client();
  const login = { host, port, username: setting("USER"), privateKey: readFileSync(setting("KEY")) };
  const noDelay = process.env["BENCH_NO_DELAY"] !== undefined;
  fresh.connect({ ...login, ...(noDelay && { sock: tcpConnect({ host, port, noDelay }) }) });
  await once(fresh, "ready");
  return fresh;
}

function run(on: ssh2.Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    on.exec(command, (error, channel) => {
      if (error) return reject(error);
      let output = "";
      let code: number | null;
      channel.setEncoding("utf8").on("data", (text: string) => (output += text));
      channel.stderr.resume();
      channel.on("exit", (status: number | null) => (code = status));
      channel.on("close", () => (code === 0 ? resolve(output) : reject(new Error(command))));
    });
  });
}

/** Turns a function with a callback at its end into a promise. */
function called(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) =>
    start((error) => (error == null ? resolve() : reject(error))),
  );
}

/** Files on their way at once: SFTP has as many requests of them under way, about. */
const atOnce = 64;

async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const pending = all.values();
  const lane = async () => {
    for (const one of pending) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

function namesIn(path: string): Promise<string[]> {
  return new Promise((resolve, reject) =>
    sftp.readdir(path, (error, found) =>
      error ? reject(error) : resolve(found.map(({ filename }) => filename)),
    ),
  );
}

const isFolder = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) =>
    sftp.stat(path, (error, stats) => (error ? reject(error) : resolve(stats.isDirectory()))),
  );

await serve({
  async open() {
    client = await connect();
    sftp = await new Promise((resolve, reject) =>
      client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
    );
  },
  async exec(count, command) {
    for (let n = 0; n < count; n++) await run(client, command);
  },
  parallel: (count, command) =>
    Promise.all(Array.from({ length: count }, () => run(client, command))),
  async first(command) {
    const fresh = await connect();
    if ((await run(fresh, command)) !== "ready") throw new Error("not ready");
    return () => fresh.end();
  },
  get: (remote, local) => called((done) => sftp.fastGet(remote, local, done)),
  put: (local, remote) => called((done) => sftp.fastPut(local, remote, done)),
  async getfiles(remote, local) {
    if (!(await isFolder(remote))) return called((done) => sftp.fastGet(remote, local, done));
    mkdirSync(local);
    await each(await namesIn(remote), (name) =>
      called((done) => sftp.fastGet(`${remote}/${name}`, `${local}/${name}`, done)),
    );
  },
  async putfiles(local, remote) {
    if (!statSync(local).isDirectory()) {
      return called((done) => sftp.fastPut(local, remote, done));
    }
    await called((done) => sftp.mkdir(remote, done));
    await each(readdirSync(local), (name) =>
      called((done) => sftp.fastPut(`${local}/${name}`, `${remote}/${name}`, done)),
    );
  },
  async list(remote, count) {
    const { length } = await namesIn(remote);
    if (length !== count) throw new Error(`${length} entries`);
  },
  async local(port, to) {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      client.forwardOut("127.0.0.1", 0, "127.0.0.1", to, (error, channel) => {
        if (error) return void socket.destroy();
        channel.on("error", () => {}).on("close", () => socket.destroy());
        socket.on("error", () => {}).on("close", () => void channel.destroy());
        socket.pipe(channel).pipe(socket);
      });
    });
    await once(server.listen(port, "127.0.0.1"), "listening");
  },
});
// Open connections would hold it up.
process.exit();
