import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../test/fixtures/requirements.ts";
import { projectRoot } from "../test/fixtures/project.ts";
import type { Program } from "./line-process.ts";
import { ours } from "./measure.ts";

/** The work that peers are asked for; README.md says what each is. */
export type Work = "exec" | "parallel" | "first" | "small" | "bulk" | "bulk-delayed";

export interface Peer {
  id: string;
  /** As tables name it. */
  title: string;
  does: readonly Work[];
  version: string;
  program: Program;
  /** Where it is a checkout of ours: the path of its bin/sshrpc.js. */
  daemon?: string;
}

/** A peer that can't take part, and why. */
export interface MissingPeer {
  id: string;
  why: string;
}

type Prepared = Pick<Peer, "version" | "program" | "daemon">;

interface PeerSource extends Pick<Peer, "id" | "title" | "does"> {
  /** Makes it ready to run. What it throws is why it is missing. */
  prepare: (folder: string) => Prepared;
}

const all: Work[] = ["exec", "parallel", "first", "small", "bulk", "bulk-delayed"];

const sources: PeerSource[] = [
  { id: ours, title: "sshrpc", does: all, prepare: () => sshrpc(projectRoot) },
  {
    id: "ssh",
    title: "OpenSSH",
    does: ["exec", "parallel", "first", "bulk", "bulk-delayed"],
    prepare: () => openssh({ BENCH_SCP: "-O" }),
  },
  {
    id: "ssh-master",
    title: "ControlMaster",
    does: ["exec", "parallel", "small", "bulk"],
    prepare: () => openssh({ BENCH_MASTER: "1", BENCH_SCP: "-O" }),
  },
  {
    id: "scp-gcm",
    title: "scp, aes128-gcm",
    does: ["bulk"],
    prepare: () => openssh({ BENCH_SCP: "-O -c aes128-gcm@openssh.com" }),
  },
  {
    id: "scp-sftp",
    title: "scp -s",
    does: ["bulk", "bulk-delayed"],
    prepare: () => openssh({ BENCH_SCP: "-s" }),
  },
  {
    id: "libssh2",
    title: "libssh2",
    does: all,
    prepare: (folder) => libssh2(folder, {}),
  },
  {
    id: "eco",
    title: "libssh2 as eco.ssh",
    does: ["exec", "first", "small"],
    prepare: (folder) => libssh2(folder, { BENCH_ECO: "1" }),
  },
  {
    id: "paramiko",
    title: "paramiko",
    does: ["exec", "parallel", "first", "small", "bulk"],
    prepare: () => python("paramiko"),
  },
  {
    id: "asyncssh",
    title: "asyncssh",
    does: ["exec", "parallel", "first", "small", "bulk"],
    prepare: () => python("asyncssh"),
  },
  { id: "xcrypto", title: "Go x/crypto", does: all, prepare: xcrypto },
  { id: "ssh2", title: "ssh2", does: all, prepare: () => ssh2({}) },
  {
    id: "ssh2-nodelay",
    title: "ssh2, no delay",
    does: ["exec", "parallel", "first", "small"],
    prepare: () => ssh2({ BENCH_NO_DELAY: "1" }),
  },
];

export const peerIds: readonly string[] = sources.map(({ id }) => id);

/** Gets the peers of these ids ready, in `folder` where something has to be built. */
export function preparePeers(
  ids: readonly string[],
  folder: string,
): { peers: Peer[]; missing: MissingPeer[] } {
  const peers: Peer[] = [];
  const missing: MissingPeer[] = [];
  for (const { prepare, ...rest } of sources.filter(({ id }) => ids.includes(id))) {
    try {
      peers.push({ ...rest, ...prepare(folder) });
    } catch (error) {
      missing.push({ id: rest.id, why: (error as Error).message.trim().split("\n")[0] ?? "" });
    }
  }
  return { peers, missing };
}

/** Another checkout's daemon, to be measured beside ours. */
export function besidePeer(checkout: string): Peer {
  return { id: "beside", title: "sshrpc beside", does: all, ...sshrpc(checkout) };
}

function sshrpc(checkout: string): Prepared {
  const manifest = readFileSync(join(checkout, "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const daemon = join(checkout, "bin/sshrpc.js");
  return { version, daemon, program: { ...node("sshrpc"), env: { BENCH_DAEMON: daemon } } };
}

function ssh2(env: Record<string, string>): Prepared {
  const manifest = readFileSync(join(projectRoot, "node_modules/ssh2/package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  return { version, program: { ...node("ssh2"), env } };
}

function node(name: string): Program {
  const script = fileURLToPath(new URL(`./peers/${name}.js`, import.meta.url));
  return { command: process.execPath, args: [script] };
}

function openssh(env: Record<string, string>): Prepared {
  need("ssh", "openssh-client");
  // It prints its version to stderr.
  const said = execFileSync("/bin/sh", ["-c", "ssh -V 2>&1"], { encoding: "utf8" });
  const version = /^OpenSSH_([^\s,]+)/.exec(said)?.[1] ?? said.trim();
  return { version, program: { command: "/bin/sh", args: [source("openssh.sh")], env } };
}

function libssh2(folder: string, env: Record<string, string>): Prepared {
  const program = join(folder, "libssh2-peer");
  if (!existsSync(program)) {
    const gcc = need("gcc", "gcc");
    const args = ["-O2", "-o", program, source("libssh2.c"), "-lssh2"];
    build("libssh2-1-dev", () => execFileSync(gcc, args, { stdio: "pipe" }));
  }
  const version = execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
  return { version, program: { command: program, args: [], env } };
}

function python(module: "paramiko" | "asyncssh"): Prepared {
  // With the modules of Debian's packages; another python3 in PATH has its own.
  const candidates = ["/usr/bin/python3", findProgram("python3") ?? ""];
  const args = ["-W", "ignore", source(`${module}_peer.py`)];
  for (const command of candidates.filter((each) => existsSync(each))) {
    try {
      const options = { encoding: "utf8", stdio: "pipe" } as const;
      const version = execFileSync(command, [...args, "--version"], options).trim();
      return { version, program: { command, args } };
    } catch {
      // This Python doesn't have it; the next may.
    }
  }
  throw new Error(`no python3 has ${module} (python3-${module})`);
}

/** From Debian's source package, or as a module from Go's proxy. */
function xcrypto(folder: string): Prepared {
  const go = need("go", "golang-go");
  const program = join(folder, "xcrypto-peer");
  const cwd = source("xcrypto");
  const debian = "/usr/share/gocode";
  if (!existsSync(join(debian, "src/golang.org/x/crypto/ssh"))) {
    throw new Error("needs golang-golang-x-crypto-dev");
  }
  const env = { ...process.env, GO111MODULE: "off", GOPATH: debian, GOFLAGS: "" };
  build("golang-golang-x-crypto-dev", () =>
    execFileSync(go, ["build", "-o", program, "."], { cwd, env, stdio: "pipe" }),
  );
  return {
    version: debianVersion("golang-golang-x-crypto-dev"),
    program: { command: program, args: [] },
  };
}

function debianVersion(name: string): string {
  const args = ["-W", "-f", "${Version}", name];
  const version = execFileSync("dpkg-query", args, { encoding: "utf8" });
  return version.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}

function need(program: string, debianPackage: string): string {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`needs ${debianPackage}`);
  return path;
}

function build(needs: string, compile: () => unknown): void {
  try {
    compile();
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    throw new Error(`can't be built (needs ${needs}): ${said.split("\n").at(-1) ?? ""}`, {
      cause: error,
    });
  }
}

function source(name: string): string {
  return join(projectRoot, "bench/peers", name);
}
