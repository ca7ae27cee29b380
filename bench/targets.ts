import type { Measure } from "./measure.ts";
import { advantage } from "./measure.ts";
import type { Results } from "./results.ts";
import { shortTitle } from "./results.ts";
import { median } from "./statistics.ts";

/** What a measure has to show. */
export type Target = { measure: string } & (
  | { /** Our own median. */ atMost: number }
  | {
      /** How many times better than each of these peers ours has to be; than all without `peers`. */
      times: number;
      peers?: readonly string[];
    }
  | {
      /** How many times that peer's time, or memory, ours may take. */ timesAtMost: number;
      peer: string;
    }
);

export const targets: readonly Target[] = [
  { measure: "start.time", timesAtMost: 1.5, peer: "node" },
  { measure: "cold.alone", times: 1, peers: ["cold-asyncssh", "cold-paramiko"] },
  { measure: "cold.shared", timesAtMost: 1.4, peer: "cold-python-import" },
  { measure: "cold.lua", timesAtMost: 1, peer: "cold-floor" },
  { measure: "connect.rtt50", atMost: 6 },
  { measure: "connect.rtt200", atMost: 6 },
  { measure: "exec.rtt50", atMost: 1.1 },
  { measure: "exec.rtt200", atMost: 1.1 },
  { measure: "exec.rate", times: 3, peers: ["ssh-master"] },
  { measure: "exec.rate", times: 10, peers: ["eco"] },
  { measure: "parallel.rate", times: 1 },
  { measure: "small.get.rtt50", atMost: 1.2 },
  { measure: "small.get.rtt200", atMost: 1.2 },
  { measure: "small.put.rtt50", atMost: 2.2 },
  { measure: "small.put.rtt200", atMost: 2.2 },
  { measure: "get.rate", times: 1, peers: ["ssh"] },
  { measure: "put.rate", times: 1, peers: ["ssh"] },
  { measure: "get.rtt50.rate", times: 3, peers: ["ssh"] },
  { measure: "fs.get.rate", times: 1 },
  { measure: "fs.put.rate", times: 1 },
  { measure: "fs.get.rtt50.rate", times: 6, peers: ["scp-sftp", "sftp"] },
  { measure: "fs.put.rtt50.rate", times: 4, peers: ["scp-sftp", "sftp"] },
  { measure: "fs.get.tree.rate", times: 1 },
  { measure: "fs.put.tree.rate", times: 1 },
  { measure: "fs.get.tree.rtt50.rate", times: 1 },
  { measure: "fs.put.tree.rtt50.rate", times: 1 },
  { measure: "fs.get.tree.rtt50", atMost: 30 },
  { measure: "fs.put.tree.rtt50", atMost: 30 },
  { measure: "fs.readdir.rate", times: 2, peers: ["asyncssh", "paramiko"] },
  { measure: "fs.readdir.rtt50", atMost: 60 },
  { measure: "fs.put.unchanged", times: 1, peers: ["rsync"] },
  { measure: "fs.memory.get", atMost: 100 },
  { measure: "fs.memory.put", atMost: 100 },
  { measure: "fs.memory.get.tree", atMost: 100 },
  { measure: "fs.memory.put.tree", atMost: 100 },
  { measure: "fs.memory.put.unchanged", atMost: 100 },
  { measure: "fs.memory.readdir", atMost: 100 },
  { measure: "fs.memory.readdir.stream", atMost: 100 },
  { measure: "fairness.get.times", atMost: 2 },
  { measure: "fairness.put.times", atMost: 2 },
  { measure: "echo.alone.p99", timesAtMost: 2, peer: "ssh" },
  { measure: "echo.get.p99", timesAtMost: 2, peer: "ssh" },
  { measure: "echo.put.p99", timesAtMost: 2, peer: "ssh" },
  { measure: "forward.down.rate", times: 1, peers: ["ssh"] },
  { measure: "forward.up.rate", times: 1, peers: ["ssh"] },
  { measure: "forward.connections.rate", times: 1, peers: ["ssh"] },
  { measure: "forward.socks.rate", times: 1, peers: ["ssh"] },
  { measure: "scale.rss.1000", atMost: 150 },
];

export interface Verdict {
  /** What is required, in words. */
  required: string;
  value: number;
  met: boolean;
}

/** How a measure stands to a target; undefined where nobody was there to compare with. */
export function judge(
  target: Target,
  measure: Measure,
  titles: Readonly<Record<string, string>>,
): Verdict | undefined {
  const name = (id: string): string => shortTitle(titles[id] ?? id);
  const { subject, samples, unit } = measure;
  const mine = samples[subject ?? ""];
  if (subject === undefined || mine === undefined) return undefined;
  if ("atMost" in target) {
    const value = median(mine);
    return { required: `≤ ${target.atMost} ${unit}`, value, met: value <= target.atMost };
  }
  if ("timesAtMost" in target) {
    const { timesAtMost, peer } = target;
    const ratio = advantage(measure, subject, peer);
    if (ratio === undefined) return undefined;
    const value = 1 / ratio;
    return { required: `≤ ${timesAtMost} × ${name(peer)}`, value, met: value <= timesAtMost };
  }
  const { times, peers } = target;
  const rivals = peers ?? Object.keys(samples).filter((id) => id !== subject && id !== "beside");
  const ratios = rivals
    .map((id) => advantage(measure, subject, id))
    .filter((each) => each !== undefined);
  if (ratios.length === 0) return undefined;
  const value = Math.min(...ratios);
  const whom = peers === undefined ? "every peer" : rivals.map(name).join(", ");
  return { required: `≥ ${times} × ${whom}`, value, met: value >= times };
}

type Judged = Pick<Results, "measures" | "titles">;

/** All measures that have targets, with how they stand to each. */
export function verdictsOf({ measures, titles }: Judged): [Measure, Verdict][] {
  return targets.flatMap((target) => {
    const measure = measures.find(({ id }) => id === target.measure);
    const verdict = measure === undefined ? undefined : judge(target, measure, titles);
    return measure === undefined || verdict === undefined ? [] : [[measure, verdict]];
  });
}
