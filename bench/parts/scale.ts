import { takeTurns } from "../bench.ts";
import { Daemon } from "../daemon.ts";
import { ours } from "../measure.ts";
import type { Measure } from "../measure.ts";
import { median } from "../statistics.ts";
import { loginParams } from "./login.ts";
import type { Part } from "./part.ts";

/** Sessions that are open when a figure is taken. */
const sizes = [1, 100, 300, 1000] as const;
/** Logins under way at once. */
const atOnce = 16;
/** Commands, each on another session, of which the latency is the median. */
const commands = 100;

interface Figures {
  /** Bytes. */
  rss: number;
  /** Connects a second, since the size before. */
  connects: number;
  /** Seconds. */
  latency: number;
}

export const scale: Part = {
  name: "scale",
  summary: `up to ${sizes.at(-1)} sessions in one daemon`,
  async run(bench) {
    const players = bench.peers.flatMap(({ id, daemon }) =>
      daemon === undefined ? [] : [{ id, daemon }],
    );
    const samples = await takeTurns(bench, {
      players,
      prepare: async () => [],
      async measure(_, { daemon: program }) {
        await using daemon = new Daemon(program);
        const sessions: number[] = [];
        const figures: Figures[] = [];
        const connect = async (): Promise<void> => {
          const { session } = await daemon.request("ssh.new", loginParams(bench.lab));
          sessions.push(session);
        };
        for (const size of sizes) {
          const begin = performance.now();
          const before = sessions.length;
          let left = size - before;
          await Promise.all(
            Array.from({ length: atOnce }, async () => {
              while (left-- > 0) await connect();
            }),
          );
          const seconds = (performance.now() - begin) / 1000;
          const rss = daemon.rss();
          const connects = (size - before) / seconds;
          figures.push({ rss, connects, latency: await latency(daemon, sessions) });
        }
        return figures;
      },
    });
    const record = (
      measure: Pick<Measure, "id" | "title" | "unit" | "better">,
      of: (figures: Figures[]) => number,
    ): void => {
      const values = Object.entries(samples).map(([id, each]) => [id, each.map(of)]);
      const all = Object.fromEntries(values) as Measure["samples"];
      bench.record({ ...measure, subject: ours, samples: all });
    };
    for (const [n, size] of sizes.entries()) {
      const with_ = `with ${size} session${size > 1 ? "s" : ""}`;
      const at = (figures: Figures[]): Figures => figures[n] as Figures;
      record(
        { id: `scale.rss.${size}`, title: `memory ${with_}`, unit: "MB", better: "lower" },
        (figures) => at(figures).rss / 1e6,
      );
      record(
        { id: `scale.latency.${size}`, title: `exec ${with_}`, unit: "ms", better: "lower" },
        (figures) => at(figures).latency * 1e3,
      );
      if (size === 1) continue;
      record(
        {
          id: `scale.connects.${size}`,
          title: `connecting, up to ${size} sessions`,
          unit: "/s",
          better: "higher",
        },
        (figures) => at(figures).connects,
      );
    }
  },
};

async function latency(daemon: Daemon, sessions: readonly number[]): Promise<number> {
  const seconds: number[] = [];
  for (let n = 0; n < commands; n++) {
    const session = sessions[Math.floor((n * sessions.length) / commands)];
    const begin = performance.now();
    await daemon.request("session.exec", { session, command: "true" });
    seconds.push((performance.now() - begin) / 1000);
  }
  return median(seconds);
}
