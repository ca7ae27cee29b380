import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { startFaultServer } from "../../test/fixtures/fault-server.ts";
import { localCommands } from "../../test/fixtures/local-commands.ts";
import { isAvailable } from "../../test/fixtures/requirements.ts";
import { startSshd } from "../../test/fixtures/sshd.ts";
import { tempDir } from "../../test/fixtures/temp.ts";

/** The server that the demo talks to. */
export interface Target extends AsyncDisposable {
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** A remote folder for the files that are moved. */
  readonly folder: string;
}

/** A server on loopback: OpenSSH's where it is installed, else one in this process. */
export async function localTarget(): Promise<Target> {
  if (isAvailable("sshd")) {
    const { host, port, username, password, home, ...server } = await startSshd({
      unprivileged: true,
    });
    const dispose = () => server[Symbol.asyncDispose]();
    const what = "OpenSSH's sshd, started for this demo on loopback";
    return { what, host, port, username, password, folder: home, [Symbol.asyncDispose]: dispose };
  }
  const home = tempDir("demo");
  const commands = localCommands(home.path);
  const server = await startFaultServer({ run: (channel) => commands.run(channel) });
  return {
    what: "an SSH server inside this demo, as no sshd is installed",
    host: server.host,
    port: server.port,
    username: server.username,
    password: server.password,
    folder: home.path,
    async [Symbol.asyncDispose]() {
      await server.close();
      await commands[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** @param destination `user@host` or `user@host:port`, as a person gives it to ssh */
export async function remoteTarget(destination: string): Promise<Target> {
  const parts = /^(?<username>[^@]+)@(?<host>\[[^\]]+\]|[^:]+)(?::(?<port>\d+))?$/.exec(
    destination,
  );
  const { username, host, port } = parts?.groups ?? {};
  if (!username || !host) throw new Error(`not user@host or user@host:port: ${destination}`);
  return {
    what: destination,
    host: host.replace(/^\[|\]$/g, ""),
    port: Number(port ?? 22),
    username,
    password: await askPassword(`${destination}'s password: `),
    folder: "/tmp",
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Reads a line without showing it. */
async function askPassword(prompt: string): Promise<string> {
  process.stdout.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: silent, terminal });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stdout.write("\n");
  }
}
