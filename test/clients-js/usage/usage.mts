/**
 * Not run: what a program may write, and what it may not, as TypeScript sees the package. Compiled
 * by package.test.ts under strict, exactOptionalPropertyTypes and nodenext.
 */
import { createWriteStream } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CommandFailed, Daemon, END, SshError, Timeout, command, connect } from "sshrpc";
import type { ConnectOptions, Prompt, RemoteDirent, RemoteProcess, Result, Session } from "sshrpc";

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const same = <A, B>(isSame: Equal<A, B>): void => void isSame;

// A value of the environment may be undefined.
const options: ConnectOptions = {
  host: "example.org",
  username: process.env["USER_NAME"],
  password: process.env["PASSWORD"],
  hostKeyPolicy: "strict",
  algorithms: { kex: ["curve25519-sha256"] },
  timeout: 5,
  signal: AbortSignal.timeout(5000),
  onPrompt: async (prompt: Prompt, { signal }) => {
    if (prompt.kind === "host-key") return prompt.hostKey.reason === "unknown";
    return signal.aborted ? null : prompt.prompts.map(() => "secret");
  },
};
// @ts-expect-error: there is no such policy
const wrongPolicy: ConnectOptions = { host: "h", hostKeyPolicy: "never" };
// @ts-expect-error: a host is needed
const noHost: ConnectOptions = {};
// @ts-expect-error: there is no such option
const unknown: ConnectOptions = { host: "h", readyTimeout: 1 };
void [wrongPolicy, noHost, unknown];

export async function main(): Promise<void> {
  const session: Session = await connect({ ...options, via: await connect({ host: "gate" }) });
  const text = await session.run("uname -s");
  same<typeof text, Result>(true);
  const bytes = await session.run("cat x", { encoding: "buffer", pty: true, env: { A: "b" } });
  same<typeof bytes, Result<Buffer>>(true);
  const files: readonly string[] = ["a b"];
  const quoted = await session.$`ls ${files} ${1} ${Buffer.of(1)}`;
  same<typeof quoted.stdout, string>(true);
  const quotedBytes = await session.$({ encoding: "buffer", timeout: 1 })`ls ${"x"}`;
  same<typeof quotedBytes.stdout, Buffer>(true);
  // @ts-expect-error: it would be "[object Object]"
  await session.$`ls ${{}}`;
  // @ts-expect-error: it would be "undefined"
  await session.$`ls ${undefined}`;

  const child: RemoteProcess = session.spawn(command`tail -f ${"a b"}`, { window: 1 });
  const { stdin, stdout, stderr }: { stdin: Writable; stdout: Readable; stderr: Readable } = child;
  void [stdin, stderr];
  for await (const line of child) same<typeof line, string>(true);
  for await (const line of child.lines("stderr")) same<typeof line, string>(true);
  await pipeline(stdout, createWriteStream("x"));
  await child.kill("SIGINT");
  // @ts-expect-error: RFC 4254 has no such signal
  await child.kill("SIGWINCH");
  const { exitCode, exitSignal } = await child.wait();
  same<typeof exitCode, number | null>(true);
  same<typeof exitSignal, string | null>(true);

  const { bytes: size } = await session.get("/x", new URL("file:///y"), {
    onProgress: ({ bytes: done, total }) => void (done / total),
  });
  same<typeof size, number>(true);
  await session.put(process.stdin, "/x", { mode: 0o600 });
  same<Awaited<ReturnType<typeof readText>>, string>(true);
  const data = await session.readFile("/x");
  same<typeof data, Buffer>(true);
  async function readText() {
    return session.readFile("/x", { encoding: "utf8" });
  }
  session.once("close", ({ kind, message }) => void `${kind} ${message}`);

  try {
    await session.run("false");
  } catch (error) {
    if (error instanceof CommandFailed) same<typeof error.exitCode, number | null>(true);
    else if (error instanceof Timeout) same<typeof error.kind, "Timeout">(true);
    else if (error instanceof SshError) {
      same<typeof error.dispatched, "no" | "maybe" | "yes" | undefined>(true);
    }
  }

  const entries = await session.fs.readdir("/", { withFileTypes: true });
  same<typeof entries, RemoteDirent[]>(true);
  const names = await session.fs.readdir("/");
  same<typeof names, string[]>(true);
  const utf8 = await session.fs.readFile("/x", "utf8");
  same<typeof utf8, string>(true);
  const file = await session.fs.open("/x", "r+");
  const { bytesRead } = await file.read(new Uint8Array(10));
  const shell: Duplex = session.shell({ pty: { columns: 100, modes: { ECHO: 0 } } });
  const talk = session.shell();
  const found = await talk.expect(["$ ", /x/, END], { timeout: 1, signal: AbortSignal.abort() });
  same<typeof found.match, RegExpExecArray | null>(true);
  same<Awaited<ReturnType<typeof talk.command>>, string>(true);
  // @ts-expect-error: no pattern
  await talk.expect(7);
  const socket: Duplex = session.connect({ host: "db", port: bytesRead });
  const forward = await session.forward.local({ port: 0 }, { path: "/run/x" });
  forward.once("failed", ({ kind }) => void kind);
  shell.pipe(socket).pipe(shell);
  // @ts-expect-error: a port or a path
  await session.forward.local({ port: 0 }, {});

  const daemon = await Daemon.start({ command: ["sshrpc", "--log-level", "debug"] });
  const status = await daemon.status();
  same<typeof status.pid, number>(true);
  same<Awaited<ReturnType<typeof free>>, true>(true);
  async function free() {
    return daemon.request("session.free", { session: 1 });
  }
  // @ts-expect-error: there is no such method
  await daemon.request("session.fly", {});
  await session[Symbol.asyncDispose]();
  await session.close();
}
