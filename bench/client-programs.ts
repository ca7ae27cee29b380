import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../test/fixtures/project.ts";
import { findProgram } from "../test/fixtures/requirements.ts";
import type { Program } from "./line-process.ts";
import type { MissingPeer } from "./peers.ts";

/** One of our clients, or the least that a program in its language could do instead. */
export interface ClientProgram {
  id: string;
  title: string;
  program: Program;
  /** For a client: the id of the least. */
  bare?: string;
}

/** Gets all of them ready, in `folder` where something has to be built. */
export function prepareClients(
  folder: string,
  daemon: string,
): { clients: ClientProgram[]; missing: MissingPeer[] } {
  const clients: ClientProgram[] = [];
  const missing: MissingPeer[] = [];
  const env = { SSHRPC_DAEMON: daemon };
  const add = (
    language: string,
    why: string,
    programs: () => ClientProgram[] | undefined,
  ): void => {
    const found = programs();
    if (found === undefined) missing.push({ id: language, why });
    else clients.push(...found);
  };
  add("python", "needs python3", () => python(env));
  for (const name of ["lua5.4", "luajit"]) add(name, `needs ${name}`, () => lua(name, env));
  add("go", "needs golang-go", () => go(folder, env));
  return { clients, missing };
}

type Environment = Record<string, string>;

function python(env: Environment): ClientProgram[] | undefined {
  const command = findProgram("python3");
  if (command === undefined) return undefined;
  const folders = ["clients/python/src", "bench/peers"].map((each) => join(projectRoot, each));
  const program = (name: string): Program => ({
    command,
    args: [source("python", `${name}.py`)],
    env: { ...env, PYTHONPATH: folders.join(":") },
  });
  return [
    { id: "python", title: "Python, threads", program: program("threads"), bare: "python-bare" },
    { id: "python-aio", title: "Python, asyncio", program: program("aio"), bare: "python-bare" },
    { id: "python-bare", title: "the bare wire from Python", program: program("bare") },
  ];
}

function lua(name: string, env: Environment): ClientProgram[] | undefined {
  const command = findProgram(name);
  if (command === undefined) return undefined;
  const ours = join(projectRoot, "clients/lua");
  const path = [source("lua", "?.lua"), join(ours, "?.lua"), join(ours, "?/init.lua"), ";"];
  const program = (script: string): Program => ({
    command,
    args: [source("lua", `${script}.lua`)],
    env: { ...env, LUA_PATH: path.join(";") },
  });
  return [
    { id: name, title: name, program: program("client"), bare: `${name}-bare` },
    { id: `${name}-bare`, title: `the bare wire from ${name}`, program: program("bare") },
  ];
}

function go(folder: string, env: Environment): ClientProgram[] | undefined {
  const command = findProgram("go");
  if (command === undefined) return undefined;
  const build = (name: string): Program => {
    const program = join(folder, `go-${name}`);
    const options = {
      cwd: source("go", "."),
      env: { ...process.env, GOFLAGS: "", GOPROXY: "off", GOWORK: "off", GOTOOLCHAIN: "local" },
    };
    if (!existsSync(program)) execFileSync(command, ["build", "-o", program, `./${name}`], options);
    return { command: program, args: [], env };
  };
  return [
    { id: "go", title: "Go", program: build("client"), bare: "go-bare" },
    { id: "go-bare", title: "the bare wire from Go", program: build("bare") },
  ];
}

function source(...names: string[]): string {
  return join(projectRoot, "bench/clients", ...names);
}
