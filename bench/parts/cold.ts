import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { takeTurns } from "../bench.ts";
import type { Bench } from "../bench.ts";
import { coldPrograms } from "../cold-programs.ts";
import type { ColdProgram } from "../cold-programs.ts";
import { median } from "../statistics.ts";
import type { Part } from "./part.ts";

const run = promisify(execFile);

/** In one measurement. */
const starts = 5;

/** What each program's first command prints. */
const answer = "ready";

export const cold: Part = {
  name: "cold",
  summary:
    "a program from its first line to its first command's output, alone and over what is there",
  async run(bench) {
    const { lab } = bench;
    const runtime = join(lab.folder, "runtime");
    mkdirSync(runtime, { mode: 0o700 });
    const daemon = bench.peers[0]?.daemon ?? "";
    const env = {
      ...process.env,
      ...lab.environment(lab.direct),
      BENCH_ANSWER: answer,
      BENCH_VERSION: bench.peers[0]?.version,
      SSHRPC_DAEMON: daemon,
      XDG_RUNTIME_DIR: runtime,
      // Python's caches of compiled code, as where packages are installed.
      PYTHONDONTWRITEBYTECODE: "",
      PYTHONPYCACHEPREFIX: join(lab.folder, "pycache"),
    };
    const { programs, missing } = coldPrograms(lab.folder, bench.peers);
    for (const { id, why } of missing) bench.warn(`missing: ${id}: ${why}`);
    for (const { id, title } of programs) bench.titles.set(id, title);
    try {
      for (const kind of ["alone", "shared"] as const) {
        const players = programs.filter((each) => each.kind === kind);
        if (kind === "shared") await startShared(daemon, env);
        await measure(bench, kind, players, env);
      }
    } finally {
      await run(process.execPath, [daemon, "stop"], { env });
    }
  },
};

async function measure(
  bench: Bench,
  kind: ColdProgram["kind"],
  players: ColdProgram[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const samples = await takeTurns(bench, {
    players,
    async prepare(program) {
      // Caches of compiled code are warm, and what is shared is there.
      await time(program, env);
      return {
        program,
        async [Symbol.asyncDispose]() {
          if (program.end) await run(program.end.command, program.end.args, { env });
        },
      };
    },
    async measure({ program }) {
      const times: number[] = [];
      for (let n = 0; n < starts; n++) times.push(await time(program, env));
      return median(times) * 1000;
    },
  });
  bench.record({
    id: `cold.${kind}`,
    title: `cold start to first output, ${kind === "alone" ? "alone" : "over what is there"}`,
    unit: "ms",
    better: "lower",
    subject: kind === "alone" ? "cold-python" : "cold-python-shared",
    samples,
  });
  if (kind === "shared") recordLua(bench, samples);
}

/** For the program that only knows the way to one that is there. */
async function startShared(daemon: string, env: NodeJS.ProcessEnv): Promise<void> {
  const attached = run(process.execPath, [daemon, "--attach"], { env });
  attached.child.stdin?.end();
  await attached;
}

/** A plain Lua can't open a socket: where there is no perl it pays for a Node, and for what ssh pays for. */
function recordLua(bench: Bench, samples: Record<string, number[]>): void {
  const [lua, node, master] = ["lua-shared", "node", "ssh-master"].map(
    (id) => samples[`cold-${id}`],
  );
  if (!lua || !node || !master) return;
  const floor = "cold-floor";
  bench.titles.set(floor, "ControlMaster and node -e 0 together");
  bench.record({
    id: "cold.lua",
    title: "cold start to first output, Lua over what is there",
    unit: "ms",
    better: "lower",
    subject: "cold-lua-shared",
    samples: { "cold-lua-shared": lua, [floor]: node.map((ms, n) => ms + (master[n] ?? 0)) },
  });
}

/** Seconds from spawning the program to its end. */
async function time(program: ColdProgram, env: NodeJS.ProcessEnv): Promise<number> {
  const begin = performance.now();
  const { command, args } = program.program;
  const { stdout } = await run(command, args, { env: { ...env, ...program.program.env } });
  const seconds = (performance.now() - begin) / 1000;
  if (!program.isSilent && stdout.trim() !== answer) {
    throw new Error(`${program.id} printed ${JSON.stringify(stdout)}`);
  }
  return seconds;
}
