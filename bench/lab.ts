import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PASSWORD } from "../test/fixtures/account.ts";
import { cpuTime, processTree } from "../test/fixtures/processes.ts";
import { knownHostsLine } from "../test/fixtures/ssh-keys.ts";
import type { SshServer } from "../test/fixtures/ssh-server.ts";
import { startSshd } from "../test/fixtures/sshd.ts";
import { tempDir } from "../test/fixtures/temp.ts";
import type { Links } from "./delay-proxy.ts";
import { LineProcess } from "./line-process.ts";
import { median } from "./statistics.ts";

/** A way to the server. */
export interface Link {
  port: number;
  /** In seconds, as measured with an echo over such a link: timers add to what was asked for. */
  roundTripTime: number;
}

/** How many commands at once the server allows on a connection, so that no peer is refused. */
const maxSessions = 128;

/** The server that everyone is measured with, the links to it, and room for files. */
export class Lab implements AsyncDisposable {
  readonly server: SshServer;
  /** For files of the client's side. */
  readonly folder: string;
  readonly #things: AsyncDisposable[];
  readonly #knownHosts: string;

  private constructor(server: SshServer, things: AsyncDisposable[], folder: string) {
    this.server = server;
    this.#things = things;
    this.folder = folder;
    this.#knownHosts = join(folder, "known_hosts");
    this.#trust([server.port]);
  }

  static async start(): Promise<Lab> {
    const config = [`MaxSessions ${maxSessions}`, "LogLevel ERROR"];
    const temp = tempDir("bench");
    const server = await startSshd({ config });
    mkdirSync(join(temp.path, "home"));
    return new Lab(server, [temp, server], temp.path);
  }

  /** Straight to the server. */
  get direct(): Link {
    return { port: this.server.port, roundTripTime: 0 };
  }

  /** Links of these round trip times, in milliseconds, that last as long as the lab. */
  async links<const Times extends number[]>(
    ...roundTripTimes: Times
  ): Promise<{ [Index in keyof Times]: Link }> {
    const { host, port } = this.server;
    const ports = await this.#proxies({ target: { host, port }, roundTripTimes });
    const measured = await this.#measure(roundTripTimes);
    this.#trust([port, ...ports]);
    const links = ports.map((each, n) => ({ port: each, roundTripTime: measured[n] as number }));
    return links as { [Index in keyof Times]: Link };
  }

  /** The environment of a peer on a link; see README.md. */
  environment(link: Link): Record<string, string> {
    return {
      HOME: join(this.folder, "home"),
      SSH_AUTH_SOCK: "",
      BENCH_HOST: this.server.host,
      BENCH_PORT: String(link.port),
      BENCH_USER: this.server.username,
      BENCH_PASSWORD: PASSWORD,
      BENCH_KEY: this.server.privateKeyPath,
      BENCH_KNOWN_HOSTS: this.#knownHosts,
      BENCH_FOLDER: this.folder,
    };
  }

  /** CPU seconds that the server has used so far, for all connections together; Linux only. */
  serverCpuTime(): number {
    const { own, reaped } = cpuTime(
      ...this.server.connections().flatMap(({ pid }) => processTree(pid)),
    );
    // The server's processes are children of this one: what ended ones have used is counted there.
    return own + reaped + cpuTime(process.pid).reaped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const thing of this.#things.toReversed()) await thing[Symbol.asyncDispose]();
  }

  async #proxies(links: Links): Promise<number[]> {
    const script = fileURLToPath(new URL("./delay-proxy.js", import.meta.url));
    const proxies = new LineProcess({
      command: process.execPath,
      args: [script, JSON.stringify(links)],
    });
    this.#things.push(proxies);
    return JSON.parse(await proxies.read()) as number[];
  }

  /** The round trip times that links really have, in seconds. */
  async #measure(roundTripTimes: number[]): Promise<number[]> {
    const echo: Server = createServer({ noDelay: true }, (socket) => {
      socket.on("error", () => {}).pipe(socket);
    });
    await once(echo.listen(0, "127.0.0.1"), "listening");
    const { port } = echo.address() as AddressInfo;
    const ports = await this.#proxies({ target: { host: "127.0.0.1", port }, roundTripTimes });
    const measured = await Promise.all(ports.map(pingTime));
    echo.close();
    return measured;
  }

  #trust(ports: number[]): void {
    const { hostKeys, host } = this.server;
    const lines = ports.flatMap((port) => hostKeys.map((key) => knownHostsLine(key, host, port)));
    writeFileSync(this.#knownHosts, lines.map((line) => `${line}\n`).join(""), { flag: "a" });
  }
}

async function pingTime(port: number): Promise<number> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const times: number[] = [];
  for (let n = 0; n < 11; n++) {
    const begin = performance.now();
    socket.write("ping");
    await once(socket, "data");
    times.push((performance.now() - begin) / 1000);
  }
  socket.destroy();
  return median(times);
}
