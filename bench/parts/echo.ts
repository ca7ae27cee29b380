import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFile } from "../../test/fixtures/files.ts";
import { exited, track } from "../../test/fixtures/processes.ts";
import type { Bench } from "../bench.ts";
import { takeTurns, whoDo } from "../bench.ts";
import { Daemon } from "../daemon.ts";
import type { Lab } from "../lab.ts";
import { endsOf, recordQuantiles, transferBy, underLoad } from "./load.ts";
import type { Direction, Files, Latencies } from "./load.ts";
import { loginParams } from "./login.ts";
import type { Part } from "./part.ts";

const size = 256 * 1024 * 1024;
/** Seconds of a measurement: a transfer has to get going, and then be most of it. */
const duration = 3;
/** Keys of a line: a terminal takes no more than 4095. */
const line = 1000;
/**
 * Milliseconds from an echo to the next key. Without them, most keys would fall into the moments
 * between two transfers, in which there is nothing to wait for.
 */
const rest = 5;
/** Seconds until something must have been shown. */
const patience = 10;

/** A shell's terminal, and a large file that can be moved over the same connection. */
interface Desk extends AsyncDisposable {
  readonly screen: Screen;
  readonly type: (text: string) => void;
  transfer(direction: Direction): Promise<unknown>;
}

interface Player {
  id: string;
  prepare(files: Files): Promise<Desk>;
}

export const echo: Part = {
  name: "echo",
  summary: "from a key to its echo in a shell, alone and while its session moves a large file",
  async run(bench) {
    const { lab } = bench;
    const files = { local: join(lab.folder, "typed"), remote: join(lab.server.home, "typed") };
    for (const path of [files.local, files.remote]) makeFile(path, size);
    const samples = await takeTurns(bench, {
      players: playersOf(bench),
      async prepare(player) {
        const desk = await player.prepare(files);
        // From then on the terminal echoes what is typed, and nothing else is shown.
        desk.type("echo re''ady; exec cat >/dev/null\n");
        await desk.screen.shows("ready\r\n");
        return desk;
      },
      wearIn: latencies,
      async measure(desk): Promise<Latencies> {
        const alone = await latencies(desk);
        const under = (direction: Direction) =>
          underLoad(
            () => desk.transfer(direction),
            () => latencies(desk),
          );
        return { alone, get: await under("get"), put: await under("put") };
      },
    });
    recordQuantiles(bench, samples, "echo", "a key's echo,");
  },
};

function playersOf(bench: Bench): Player[] {
  const { lab } = bench;
  const players = bench.peers.flatMap(({ id, daemon }): Player[] =>
    daemon === undefined ? [] : [{ id, prepare: (files) => daemonDesk(lab, files, daemon) }],
  );
  if (whoDo(bench, "bulk").some(({ id }) => id === "ssh")) {
    players.push({ id: "ssh", prepare: (files) => sshDesk(lab, files) });
  }
  return players;
}

/** What a terminal has been sent, for one who waits for something of it. */
class Screen {
  #text = "";
  #told: () => void = () => {};

  show(text: string): void {
    this.#text += text;
    this.#told();
  }

  /** Resolves when there is such a text behind what was waited for before. */
  async shows(text: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const give = () => reject(new Error(`no ${JSON.stringify(text)} was shown`));
      timer = setTimeout(give, patience * 1000);
    });
    try {
      while (!this.#text.includes(text)) {
        await Promise.race([late, new Promise<void>((resolve) => (this.#told = resolve))]);
      }
    } finally {
      clearTimeout(timer);
    }
    this.#text = this.#text.slice(this.#text.indexOf(text) + text.length);
  }
}

async function daemonDesk(lab: Lab, files: Files, program: string): Promise<Desk> {
  const screen = new Screen();
  const daemon = new Daemon(program, ({ method, params }) => {
    if (method === "session/output") screen.show(params.data);
  });
  const { session } = await daemon.request("ssh.new", loginParams(lab));
  const [token, pty] = ["shell", {}];
  const shell = daemon.request("session.shell", { session, token, pty });
  shell.catch(() => {});
  return {
    screen,
    type: (data) => void daemon.request("session.write", { token, data }),
    transfer: (direction) => transferBy(daemon, session, direction, files),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/** `ssh -tt`, which `scp` shares the connection of. */
async function sshDesk(lab: Lab, files: Files): Promise<Desk> {
  const environment = lab.environment(lab.direct);
  const { server } = lab;
  const control = join(lab.folder, "typing");
  const settings = {
    BatchMode: "yes",
    Port: server.port,
    User: server.username,
    IdentitiesOnly: "yes",
    IdentityFile: server.privateKeyPath,
    UserKnownHostsFile: environment["BENCH_KNOWN_HOSTS"],
    ControlPath: control,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const env = { ...process.env, ...environment };
  const run = (command: string, args: string[], stdio: "pipe" | "ignore") =>
    track(
      spawn(command, ["-F", "none", ...options, ...args], { stdio: [stdio, stdio, "ignore"], env }),
    );
  const screen = new Screen();
  const ssh = run("ssh", ["-M", "-tt", server.host], "pipe");
  ssh.stdin?.on("error", () => {});
  ssh.stdout?.on("data", (chunk: Buffer) => screen.show(chunk.toString()));
  return {
    screen,
    type: (text) => void ssh.stdin?.write(text),
    async transfer(direction) {
      const [local, remote] = [files.local, `${server.host}:${files.remote}`];
      const [source, dest] = endsOf(direction, { local, remote });
      const scp = run("scp", ["-q", "-O", source, dest], "ignore");
      const [code] = (await once(scp, "exit")) as [number | null];
      if (code !== 0) throw new Error(`scp ended with ${code}`);
    },
    async [Symbol.asyncDispose]() {
      ssh.kill();
      await exited(ssh);
    },
  };
}

async function latencies({ screen, type }: Desk): Promise<number[]> {
  const all: number[] = [];
  const began = performance.now();
  while (performance.now() - began < duration * 1000) {
    const pressed = performance.now();
    type("x");
    await screen.shows("x");
    all.push(performance.now() - pressed);
    await sleep(rest);
    if (all.length % line > 0) continue;
    type("\n");
    await screen.shows("\r\n");
  }
  return all;
}
