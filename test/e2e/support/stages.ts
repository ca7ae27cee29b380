import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dispatched, ErrorKind } from "../../../src/protocol/errors.ts";
import type { Daemon } from "../../fixtures/daemon.ts";
import { neverAnswer } from "../../fixtures/fault-auth.ts";
import { startFaultServer } from "../../fixtures/fault-server.ts";
import { makeFile, pseudoRandomBytes } from "../../fixtures/files.ts";
import type { Scope } from "../../fixtures/scope.ts";
import { startSshd } from "../../fixtures/sshd.ts";
import { TcpProxy } from "../../fixtures/tcp-proxy.ts";
import { until } from "../../fixtures/until.ts";
import { login, loginParams, statusOf } from "./calls.ts";
import type { Target } from "./calls.ts";
import { startRawServer } from "./raw-server.ts";

/**
 * A call that will get to some stage and no further, as its server then waits or the network is
 * stalled. Whatever happens to it there is the test's to do.
 */
export interface StuckCall {
  /** Not sent yet. */
  readonly method: string;
  readonly params: Record<string, unknown>;
  /** The session it is a call of; none for ssh.new. */
  readonly session?: number;
  /** Between the daemon and the server. */
  readonly proxy: TcpProxy;
  /** Where the call has a local destination, which holds {@link oldContent}: its path. */
  readonly dest?: string;
  /** Resolves when the call, once sent, has come to its stage. */
  reached: () => Promise<void>;
  /** Ends the server's process, or where it is one of the tests' own its end of the connection. */
  kill: () => void;
  /** Stops the server's process. */
  freeze?: () => void;
}

/** How far a call gets, and what is then to be said of it. */
export interface Stage {
  readonly name: string;
  /** Of an error by deadline or cancellation. */
  readonly phase: string;
  readonly dispatched: Dispatched;
  /** The error where the connection is lost, and fields of its data. */
  readonly lost: { kind: ErrorKind; data?: object };
  /** The output that had arrived. */
  readonly output?: string;
  prepare(scope: Scope, daemon: Daemon): Promise<StuckCall>;
}

export const oldContent = "what was there before\n";

/** What is left in the folder of a call's destination: files and their content. */
export function folderOf(dest: string): Record<string, string> {
  const folder = join(dest, "..");
  const names = readdirSync(folder);
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

/** As {@link folderOf} gives it where nothing has happened. */
export const untouched = { dest: oldContent };

/** More than a window, so that no transfer of it is over before the other side has taken part. */
const size = 8 * 1024 * 1024;
/** Bytes of a transfer, as encrypted, after which it is stalled. */
const midway = 1_000_000;
/** Spaces and a digit. */
const partialOutput = "1".padStart(8192);

interface Files {
  /** A local file of {@link size} bytes. */
  source: string;
  dest: string;
  /** The name of a remote file of {@link size} bytes. */
  remote: string;
}

/** The calls of a session that need the server; `up` and `down` is the way their data takes. */
const calls: {
  name: string;
  method: string;
  params: (files: Files) => Record<string, unknown>;
  data?: "up" | "down";
  toFile?: boolean;
}[] = [
  {
    name: "exec",
    method: "session.exec",
    params: () => ({ command: "printf %8192d 1; exec sleep 1000" }),
  },
  {
    name: "scpRecv to memory",
    method: "session.scpRecv",
    params: ({ remote }) => ({ source: remote }),
    data: "down",
  },
  {
    name: "scpRecv to a file",
    method: "session.scpRecv",
    params: ({ remote, dest }) => ({ source: remote, dest }),
    data: "down",
    toFile: true,
  },
  {
    name: "scpSend",
    method: "session.scpSend",
    params: () => ({
      data: pseudoRandomBytes(size).toString("base64"),
      encoding: "base64",
      dest: "sent",
    }),
    data: "up",
  },
  {
    name: "scpSendfile",
    method: "session.scpSendfile",
    params: ({ source }) => ({ source, dest: "sent" }),
    data: "up",
  },
];

type Call = (typeof calls)[number];

function makeFiles(scope: Scope, call: Call): Files {
  const folder = scope.tempDir();
  mkdirSync(join(folder, "to"));
  const dest = join(folder, "to", "dest");
  writeFileSync(dest, oldContent);
  const source = join(folder, "source");
  if (call.method === "session.scpSendfile") makeFile(source, size);
  return { source, dest, remote: "remote-file" };
}

const proxyTo = async (scope: Scope, { host, port }: { host: string; port: number }) =>
  scope.add(await TcpProxy.start({ target: { host, port } }));

const via = (proxy: TcpProxy, account: { username: string; password: string }): Target => ({
  ...account,
  host: proxy.host,
  port: proxy.port,
});

const nobody = { username: "nobody", password: "none" };

/** ssh.new with a server that says `greeting` and nothing more. */
function greetingStage(
  name: string,
  greeting: string,
  rest: { phase: string; stage: string; reached: (received: string) => boolean },
): Stage {
  return {
    name,
    phase: rest.phase,
    dispatched: "no",
    lost: { kind: "HandshakeFailed", data: { stage: rest.stage } },
    async prepare(scope) {
      const server = await startRawServer(scope, (socket) => void socket.write(greeting));
      const proxy = await proxyTo(scope, server);
      return {
        method: "ssh.new",
        params: loginParams(via(proxy, nobody)),
        proxy,
        reached: () =>
          until(
            () =>
              proxy.bytes.down === greeting.length &&
              rest.reached(server.received().toString("latin1")),
            name,
          ),
        kill: () => server.sockets.forEach((socket) => socket.destroy()),
      };
    },
  };
}

const clientIdent = /^SSH-2\.0-[^\n]*\n/;

const loginStages: Stage[] = [
  greetingStage("ssh.new before the identification string", "", {
    phase: "banner",
    stage: "banner",
    reached: (received) => clientIdent.test(received),
  }),
  greetingStage("ssh.new within the identification string", "SSH-2.0-Half", {
    phase: "banner",
    stage: "banner",
    reached: (received) => clientIdent.test(received),
  }),
  greetingStage("ssh.new before the key exchange", "SSH-2.0-Whole\r\n", {
    phase: "handshake",
    stage: "kex",
    // The client's own KEXINIT follows the server's identification.
    reached: (received) => received.replace(clientIdent, "").length > 100,
  }),
  {
    name: "ssh.new within the key exchange",
    phase: "handshake",
    dispatched: "no",
    lost: { kind: "HandshakeFailed", data: { stage: "kex" } },
    async prepare(scope) {
      const server = scope.add(await startFaultServer());
      const proxy = await proxyTo(scope, server);
      // The identification string and a part of KEXINIT.
      const cut = 200;
      proxy.stallAfter("down", cut);
      return {
        method: "ssh.new",
        params: loginParams(via(proxy, server)),
        proxy,
        reached: () => until(() => proxy.bytes.down === cut && proxy.bytes.up > 200, "KEXINIT"),
        kill() {
          for (const connection of server.connections) connection.destroy();
          proxy.resume();
        },
      };
    },
  },
  {
    name: "ssh.new in authentication",
    phase: "authenticate",
    dispatched: "no",
    lost: { kind: "ConnectionLost" },
    async prepare(scope) {
      const server = scope.add(await startFaultServer({ authenticate: neverAnswer }));
      const proxy = await proxyTo(scope, server);
      return {
        method: "ssh.new",
        params: loginParams(via(proxy, server)),
        proxy,
        async reached() {
          const connection = await server.connection(0);
          await connection.recorded(({ type }) => type === "auth");
        },
        kill: () => server.connections.forEach((connection) => connection.destroy()),
      };
    },
  },
];

/** A call whose channel, or whose request on it, is never answered. */
function unansweredStage(call: Call, what: "open" | "exec"): Stage {
  return {
    name: `${call.name} ${what === "open" ? "as its channel is opened" : "as it is requested"}`,
    phase: what === "open" ? "open" : call.data === undefined ? "run" : "transfer",
    dispatched: what === "open" ? "no" : "maybe",
    lost: { kind: "ConnectionLost" },
    ...(call.data === undefined ? { output: "" } : {}),
    async prepare(scope, daemon) {
      const silent = () => "silent" as const;
      const server = scope.add(await startFaultServer({ [what]: silent }));
      const proxy = await proxyTo(scope, server);
      const session = await login(daemon, via(proxy, server));
      const files = makeFiles(scope, call);
      const connection = await server.connection(0);
      return {
        method: call.method,
        params: { session, ...call.params(files) },
        session,
        proxy,
        ...(call.toFile ? { dest: files.dest } : {}),
        async reached() {
          await connection.recorded(
            (each) => each.type === what || (each.type === "request" && each.request === what),
          );
        },
        kill: () => connection.destroy(),
      };
    },
  };
}

/** A call in the midst of its output or its data, with OpenSSH. */
function midwayStage(call: Call): Stage {
  const { data } = call;
  return {
    name: `${call.name} midway`,
    phase: data === undefined ? "run" : "transfer",
    dispatched: "yes",
    lost: { kind: "ConnectionLost" },
    ...(data === undefined ? { output: partialOutput } : {}),
    async prepare(scope, daemon) {
      const sshd = scope.add(await startSshd({ unprivileged: true }));
      const proxy = await proxyTo(scope, sshd);
      const session = await login(daemon, via(proxy, sshd));
      const files = makeFiles(scope, call);
      if (data === "down") makeFile(join(sshd.home, files.remote), size);
      const begin = proxy.bytes.down;
      if (data !== undefined) proxy.stallAfter(data, midway);
      const stalledAt = data === undefined ? NaN : proxy.bytes[data] + midway;
      return {
        method: call.method,
        params: { session, ...call.params(files) },
        session,
        proxy,
        ...(call.toFile ? { dest: files.dest } : {}),
        async reached() {
          if (data === undefined) {
            await until(() => proxy.bytes.down > begin + partialOutput.length, "its output");
            const all = proxy.bytes.down;
            const received = async () => (await statusOf(daemon, session)).bytesReceived >= all;
            await until(received, "the daemon has its output");
            return;
          }
          await until(() => proxy.bytes[data] === stalledAt, "the transfer is stalled");
          if (!call.toFile) return;
          const folder = join(files.dest, "..");
          await until(() => readdirSync(folder).length === 2, "the temporary file");
        },
        kill() {
          sshd.kill();
          proxy.resume();
        },
        freeze() {
          sshd.stop();
          proxy.resume();
        },
      };
    },
  };
}

/** Every stage of every call that needs the network. Require "sshd" for them. */
export const stages: Stage[] = [
  ...loginStages,
  ...calls.flatMap((call) => [
    unansweredStage(call, "open"),
    unansweredStage(call, "exec"),
    midwayStage(call),
  ]),
];
