import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshForwards } from "../fixtures/ssh-forwards.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { login } from "./support/calls.ts";

/** What becomes of a server's listener: it is refused, on loopback alone, or on all addresses. */
type Listening = "refused" | "loopback" | "all";

/** What one sshd_config has each way of forwarding come to. */
interface Row {
  /** sshd_config(5); `WEB` stands for the port of the one that is to be reached. */
  readonly config: readonly string[];
  /** To 127.0.0.1, to localhost, and to another port of 127.0.0.1: by -L, by -D and by session.connect. */
  readonly opens?: readonly [boolean, boolean, boolean];
  /** By -R, at each of these. */
  readonly listens?: Readonly<Record<string, Listening>>;
}

const all = [true, true, true] as const;
const none = [false, false, false] as const;

const loopbackAlone = {
  localhost: "loopback",
  "127.0.0.1": "loopback",
  "0.0.0.0": "loopback",
  "*": "loopback",
} as const;

const rows: readonly Row[] = [
  { config: [], opens: all, listens: loopbackAlone },
  { config: ["PermitOpen 127.0.0.1:WEB"], opens: [true, false, false] },
  { config: ["PermitOpen localhost:WEB"], opens: [false, true, false] },
  { config: ["PermitOpen 127.0.0.1:*"], opens: [true, false, true] },
  { config: ["PermitOpen *:WEB"], opens: [true, true, false] },
  { config: ["PermitOpen none"], opens: none, listens: loopbackAlone },
  {
    config: ["PermitListen 127.0.0.1:*"],
    opens: all,
    listens: { "127.0.0.1": "loopback", localhost: "refused", "0.0.0.0": "refused" },
  },
  {
    config: ["PermitListen localhost:*"],
    listens: { localhost: "loopback", "127.0.0.1": "refused" },
  },
  {
    config: ["PermitListen 127.0.0.1:1"],
    listens: { "127.0.0.1": "refused", localhost: "refused" },
  },
  { config: ["PermitListen none"], opens: all, listens: { "127.0.0.1": "refused" } },
  {
    config: ["GatewayPorts yes"],
    listens: { localhost: "all", "127.0.0.1": "all", "0.0.0.0": "all", "*": "all" },
  },
  {
    config: ["GatewayPorts clientspecified"],
    listens: { localhost: "loopback", "127.0.0.1": "loopback", "0.0.0.0": "all", "*": "all" },
  },
  { config: ["MaxSessions 0"], opens: all, listens: loopbackAlone },
  { config: ["MaxSessions 1"], opens: all, listens: loopbackAlone },
  { config: ["AllowTcpForwarding local"], opens: all, listens: { "127.0.0.1": "refused" } },
  { config: ["AllowTcpForwarding remote"], opens: none, listens: loopbackAlone },
  { config: ["DisableForwarding yes"], opens: none, listens: { "127.0.0.1": "refused" } },
];

const greeting = "from the web";

describe("e2e: what sshd_config permits of forwards, with ssh as the judge", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;
  let web: number;
  let other: number;

  before(async function () {
    requires(this, "sshd", "ssh", "proc");
    daemon = suite.add(startDaemon());
    web = await greeter();
    other = await greeter();
  });

  /** Says its greeting to each that comes, on loopback. */
  async function greeter(): Promise<number> {
    const server = net.createServer((socket) => socket.on("error", () => {}).end(greeting));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    suite.defer(() => server.close());
    return (server.address() as net.AddressInfo).port;
  }

  for (const { config, opens, listens = {} } of rows) {
    it(config.join(", ") || "nothing said", async () => {
      const lines = config.map((line) => line.replace("WEB", `${web}`));
      const server = scope.add(await startSshd({ unprivileged: true, config: lines }));
      const places = [
        { host: "127.0.0.1", port: web },
        { host: "localhost", port: web },
        { host: "127.0.0.1", port: other },
      ];
      const binds = Object.keys(listens);
      const judge = scope.add(
        await startSshForwards(server, {
          local: places,
          remote: binds.map((host) => ({ host, port: web })),
        }),
      );
      const session = await login(daemon, server);

      const ports = await Promise.all(binds.map((host) => listen(session, host)));
      for (const [n, host] of binds.entries()) {
        const theirs: number | undefined = judge.remote[n];
        const mine: number | undefined = ports[n];
        assert.equal(listeningAt(theirs), listens[host], `ssh -R ${host}`);
        assert.equal(listeningAt(mine), listens[host], `forward.remote at ${host}`);
        assert.deepEqual(listeners(mine), listeners(theirs));
        if (mine !== undefined) assert.equal(await came({ port: mine }), greeting);
      }

      if (!opens) return;
      const dynamic = await daemon.request("forward.dynamic", { session, bind: {} });
      for (const [n, to] of places.entries()) {
        const local = await daemon.request("forward.local", { session, bind: {}, to });
        const ways: Record<string, Promise<string>> = {
          "ssh -L": came({ path: judge.local[n] as string }),
          "ssh -D": came({ path: judge.dynamic }, to),
          "forward.local": came({ port: local.port }),
          "forward.dynamic": came({ port: dynamic.port }, to),
          "session.connect": connected(session, to),
        };
        const expected = opens[n] ? greeting : "";
        const check = async ([way, outcome]: [string, Promise<string>]) =>
          assert.equal(await outcome, expected, `${way} to ${to.host}:${to.port}`);
        await Promise.all(Object.entries(ways).map(check));
      }
    });
  }

  /** The port that the server gives; undefined where it refuses. */
  async function listen(session: number, host: string): Promise<number | undefined> {
    const request = { session, bind: { host }, to: { port: web } };
    try {
      return (await daemon.request("forward.remote", request)).port;
    } catch (error) {
      assert.equal((error as { data: { kind: string } }).data.kind, "ForwardRefused");
      return undefined;
    }
  }

  /**
   * What comes from where a forward listens; nothing where it is closed.
   *
   * @param to what a SOCKS proxy is asked for
   */
  async function came(
    at: { port: number } | { path: string },
    to?: { host: string; port: number },
  ): Promise<string> {
    const socket = net.connect({ host: "127.0.0.1", ...at });
    scope.defer(() => socket.destroy());
    const chunks: Buffer[] = [];
    socket.on("error", () => {}).on("data", (chunk: Buffer) => chunks.push(chunk));
    if (to) {
      const name = Buffer.from(to.host);
      const request = [5, 1, 0, 5, 1, 0, 3, name.length, ...name, to.port >> 8, to.port & 255];
      socket.write(Buffer.from(request));
    }
    await new Promise((resolve) => socket.once("close", resolve));
    const text = Buffer.concat(chunks).toString("latin1");
    // Behind the proxy's replies.
    return to && !text.endsWith(greeting) ? "" : text.slice(-greeting.length);
  }

  async function connected(session: number, to: { host: string; port: number }): Promise<string> {
    const token = `${session} ${to.host} ${to.port}`;
    const ended = daemon.request("session.connect", { session, token, ...to });
    const isLast = ({ params }: { params?: { token?: string; data?: string } }) =>
      params?.token === token && params.data === "";
    try {
      await Promise.race([daemon.waitFor(isLast), ended]);
    } catch (error) {
      const { kind, reason } = (error as { data: { kind: string; reason: number } }).data;
      // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED.
      assert.deepEqual([kind, reason], ["ConnectFailed", 1]);
      return "";
    }
    await daemon.request("session.closeStdin", { token });
    await ended;
    const pieces = daemon.messages.filter(({ params }) => params?.token === token);
    return pieces.map(({ params }) => params.data as string).join("");
  }
});

function listeningAt(port: number | undefined): Listening {
  const addresses = listeners(port);
  if (addresses.length === 0) return "refused";
  return addresses.some((each) => /^0+$/.test(each)) ? "all" : "loopback";
}

/** The addresses of this machine's, in hex as the kernel has them, that take connections at a port. */
function listeners(port: number | undefined): string[] {
  if (port === undefined) return [];
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === "0A")
      .map(([, local = ""]) => local.split(":")[0] as string),
  );
}
