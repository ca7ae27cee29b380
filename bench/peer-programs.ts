import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../test/fixtures/project.ts";
import { findProgram } from "../test/fixtures/requirements.ts";
import type { Program } from "./line-process.ts";

/** A peer that is ready to run. */
export interface Prepared {
  version: string;
  program: Program;
  /** Where it is a checkout of ours: the path of its bin/sshrpc.js. */
  daemon?: string;
}

// Each of these gets a peer ready, or throws why it can't be had.

export function sshrpc(checkout: string, env: Record<string, string> = {}): Prepared {
  const manifest = readFileSync(join(checkout, "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const daemon = join(checkout, "bin/sshrpc.js");
  return { version, daemon, program: { ...node("sshrpc"), env: { ...env, BENCH_DAEMON: daemon } } };
}

/** Our own client for JavaScript. */
export function sshrpcJs(): Prepared {
  const { daemon = "", ...prepared } = sshrpc(projectRoot);
  return { ...prepared, daemon, program: { ...node("sshrpc-js"), env: { BENCH_DAEMON: daemon } } };
}

/** One of npm's packages, by its name. */
export function npm(name: string, env: Record<string, string> = {}): Prepared {
  const manifest = readFileSync(join(projectRoot, "node_modules", name, "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  return { version, program: { ...node(name), env } };
}

/** A TCP proxy, without SSH. */
export function nodeProxy(): Prepared {
  return { version: process.versions.node, program: node("node-proxy") };
}

function node(name: string): Program {
  const script = fileURLToPath(new URL(`./peers/${name}.js`, import.meta.url));
  return { command: process.execPath, args: [script] };
}

export function openssh(env: Record<string, string>): Prepared {
  need("ssh", "openssh-client");
  // It prints its version to stderr.
  const said = output("/bin/sh", ["-c", "ssh -V 2>&1"]);
  const version = /^OpenSSH_([^\s,]+)/.exec(said)?.[1] ?? said;
  return { version, program: { command: "/bin/sh", args: [source("openssh.sh")], env } };
}

/** A program that moves files; over a ControlMaster where it goes by `ssh`. */
export function mover(name: "sftp" | "tar" | "rsync" | "lftp" | "rclone"): Prepared {
  const ofOpenSsh = name === "sftp" || name === "tar";
  need(name, ofOpenSsh ? "openssh-client" : name);
  const env = { BENCH_FILES: name, ...(name !== "rclone" && { BENCH_MASTER: "1" }) };
  const { version, program } = openssh(env);
  if (ofOpenSsh) return { version, program };
  const said = output(name, [name === "rclone" ? "version" : "--version"]);
  return { version: /\d+\.\d+[\d.]*/.exec(said)?.[0] ?? "", program };
}

export function libssh2(folder: string, env: Record<string, string>): Prepared {
  const program = join(folder, "libssh2-peer");
  if (!existsSync(program)) {
    const gcc = need("gcc", "gcc");
    const args = ["-O2", "-o", program, source("libssh2.c"), "-lssh2"];
    build("libssh2-1-dev", () => output(gcc, args));
  }
  return { version: output(program, ["--version"]), program: { command: program, args: [], env } };
}

export function paramiko(folder: string): Prepared {
  return python("paramiko", folder);
}

export function asyncssh(folder: string): Prepared {
  return python("asyncssh", folder);
}

/** The newest, from PyPI; else of Debian's package, or of another python3 in PATH that has it. */
function python(module: "paramiko" | "asyncssh", folder: string): Prepared {
  const python3 = need("python3", "python3");
  return (
    fromPyPI(python3, module, folder) ??
    withModule("/usr/bin/python3", module) ??
    withModule(python3, module) ??
    missing(`no python3 has ${module} (python3-${module})`)
  );
}

function withModule(command: string, module: string): Prepared | undefined {
  const args = ["-W", "ignore", source(`${module}_peer.py`)];
  try {
    const version = output(command, [...args, "--version"]);
    return { version, program: { command, args } };
  } catch {
    return undefined;
  }
}

/** In a virtual environment. */
function fromPyPI(python3: string, module: string, folder: string): Prepared | undefined {
  const environment = join(folder, "python");
  try {
    output(python3, ["-m", "venv", environment]);
    output(join(environment, "bin/pip"), ["install", "--quiet", module]);
  } catch {
    return undefined;
  }
  return withModule(join(environment, "bin/python3"), module);
}

/** With pkg/sftp: the newest, as modules from Go's proxy, else from Debian's packages of their sources. */
export function xcrypto(folder: string): Prepared {
  const go = need("go", "golang-go");
  const command = join(folder, "xcrypto-peer");
  const module = join(folder, "xcrypto");
  const library = "golang.org/x/crypto";
  const program = { command, args: [] };
  try {
    cpSync(source("xcrypto"), module, { recursive: true });
    output(go, ["mod", "init", "peer"], module);
    output(go, ["get", `${library}/ssh@latest`, "github.com/pkg/sftp@latest"], module);
    output(go, ["build", "-o", command, "."], module);
    const version = output(go, ["list", "-m", "-f", "{{.Version}}", library], module);
    return { version: version.replace(/^v/, ""), program };
  } catch {
    const packageName = "golang-golang-x-crypto-dev";
    const env = { GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "" };
    build(packageName, () => output(go, ["build", "-o", command, "."], source("xcrypto"), env));
    return { version: debianVersion(packageName), program };
  }
}

function debianVersion(name: string): string {
  const version = output("dpkg-query", ["-W", "-f", "${Version}", name]);
  return version.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}

/** Runs a program to its end; what registries don't answer in time is as if they weren't there. */
function output(command: string, args: string[], cwd?: string, env: object = {}): string {
  const options = { cwd, env: { ...process.env, ...env }, timeout: 120_000 };
  return execFileSync(command, args, { ...options, encoding: "utf8", stdio: "pipe" }).trim();
}

function missing(why: string): never {
  throw new Error(why);
}

function need(program: string, debianPackage: string): string {
  return findProgram(program) ?? missing(`needs ${debianPackage}`);
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
