import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../test/fixtures/project.ts";
import { findProgram } from "../test/fixtures/requirements.ts";
import type { Program } from "./line-process.ts";
import type { MissingPeer, Peer } from "./peers.ts";

/** A program that prints what one command puts out, and ends. */
export interface ColdProgram {
  id: string;
  title: string;
  kind: "alone" | "shared";
  program: Program;
  /** Whether it runs no command: a measure for others. */
  isSilent?: boolean;
  /** What ends that which it has left there. */
  end?: Pick<Program, "command" | "args">;
}

const scripts = join(projectRoot, "bench/cold");

/** All that can be had, in `folder` where something has to be built. */
export function coldPrograms(
  folder: string,
  peers: readonly Peer[],
): { programs: ColdProgram[]; missing: MissingPeer[] } {
  const programs: ColdProgram[] = [];
  const missing: MissingPeer[] = [];
  const shared = { BENCH_SHARED: "1" };

  const peerPython = peers.find(({ id }) => id === "asyncssh" || id === "paramiko");
  const python = peerPython?.program.command ?? findProgram("python3");
  if (python === undefined) missing.push({ id: "python", why: "needs python3" });
  else {
    const env = { PYTHONPATH: join(projectRoot, "clients/python/src") };
    const script = (name: string): Program => ({
      command: python,
      args: [join(scripts, name)],
      env,
    });
    programs.push({
      id: "cold-python",
      title: "Python",
      kind: "alone",
      program: script("ours.py"),
    });
    for (const name of ["asyncssh", "paramiko"]) {
      const peer = peers.find(({ id }) => id === name);
      if (!peer) continue;
      // They may load what warns of its age; the module `warnings` takes a moment to load.
      const args = ["-W", "ignore", ...script(`${name}.py`).args];
      const program = { command: peer.program.command, args };
      programs.push({ id: `cold-${name}`, title: name, kind: "alone", program });
    }
    programs.push({
      id: "cold-python-shared",
      title: "Python, shared",
      kind: "shared",
      program: { ...script("ours.py"), env: { ...env, ...shared } },
    });
    programs.push({
      id: "cold-python-hand",
      title: "Python, by hand",
      kind: "shared",
      program: { command: python, args: [join(scripts, "by-hand.py")] },
    });
    programs.push({
      id: "cold-python-import",
      title: "python3 -c 'import sshrpc'",
      kind: "shared",
      program: { command: python, args: ["-c", "import sshrpc"], env },
      isSilent: true,
    });
  }

  const javascript = { command: process.execPath, args: [join(scripts, "ours.mjs")] };
  programs.push({ id: "cold-js", title: "JavaScript", kind: "alone", program: javascript });
  programs.push({
    id: "cold-ssh2",
    title: "ssh2",
    kind: "alone",
    program: {
      command: process.execPath,
      args: [fileURLToPath(new URL("./cold/ssh2.js", import.meta.url))],
    },
  });
  programs.push({
    id: "cold-js-shared",
    title: "JavaScript, shared",
    kind: "shared",
    program: { ...javascript, env: shared },
  });

  const lua = findProgram("lua5.4");
  if (lua === undefined) missing.push({ id: "lua", why: "needs lua5.4" });
  else {
    const ours = join(projectRoot, "clients/lua");
    const env = { LUA_PATH: `${ours}/?.lua;${ours}/?/init.lua;;` };
    const program = { command: lua, args: [join(scripts, "ours.lua")] };
    programs.push({ id: "cold-lua", title: "Lua", kind: "alone", program: { ...program, env } });
    programs.push({
      id: "cold-lua-shared",
      title: "Lua, shared",
      kind: "shared",
      program: { ...program, env: { ...env, ...shared } },
    });
  }

  const go = findProgram("go");
  if (go === undefined) missing.push({ id: "go", why: "needs golang-go" });
  else {
    const program = join(folder, "go-cold");
    const env = { GOFLAGS: "", GOPROXY: "off", GOWORK: "off", GOTOOLCHAIN: "local" };
    if (!existsSync(program)) {
      execFileSync(go, ["build", "-o", program, "./cold"], {
        cwd: join(projectRoot, "bench/clients/go"),
        env: { ...process.env, ...env },
      });
    }
    programs.push({
      id: "cold-go",
      title: "Go",
      kind: "alone",
      program: { command: program, args: [] },
    });
    programs.push({
      id: "cold-go-shared",
      title: "Go, shared",
      kind: "shared",
      program: { command: program, args: [], env: shared },
    });
  }

  const ssh = findProgram("ssh");
  if (ssh === undefined) missing.push({ id: "ssh", why: "needs openssh-client" });
  else {
    const script = (...words: string[]): Program => ({
      command: "/bin/sh",
      args: [join(scripts, "ssh.sh"), ...words],
    });
    programs.push({ id: "cold-ssh", title: "ssh", kind: "alone", program: script("alone") });
    programs.push({
      id: "cold-ssh-master",
      title: "ssh, ControlMaster",
      kind: "shared",
      program: script("master"),
      end: script("end"),
    });
  }
  programs.push({
    id: "cold-node",
    title: "node -e 0",
    kind: "shared",
    program: { command: process.execPath, args: ["-e", "0"] },
    isSilent: true,
  });
  return { programs, missing };
}
