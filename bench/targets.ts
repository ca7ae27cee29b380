import type { Measure } from "./measure.ts";
import { advantage, ours } from "./measure.ts";
import { median } from "./statistics.ts";

/** What a measure has to show. */
export interface Target {
  measure: string;
  /** The most, or the least, that our own median may be. */
  atMost?: number;
  atLeast?: number;
  /** How many times better than these peers ours has to be; all of them without `peers`. */
  times?: number;
  peers?: readonly string[];
}

export const targets: readonly Target[] = [
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
];

export interface Verdict {
  /** What is required, in words. */
  required: string;
  value: number;
  met: boolean;
}

/** How a measure stands to a target; undefined where nobody was there to compare with. */
export function judge(target: Target, measure: Measure): Verdict | undefined {
  const mine = measure.samples[ours];
  if (mine === undefined) return undefined;
  const { atMost, atLeast, times } = target;
  const value = median(mine);
  if (atMost !== undefined) {
    return { required: `≤ ${atMost} ${measure.unit}`, value, met: value <= atMost };
  }
  if (atLeast !== undefined) {
    return { required: `≥ ${atLeast} ${measure.unit}`, value, met: value >= atLeast };
  }
  const rivals = target.peers ?? Object.keys(measure.samples).filter((id) => id !== ours);
  const ratios = rivals.map((id) => advantage(measure, id)).filter((each) => each !== undefined);
  if (ratios.length === 0 || times === undefined) return undefined;
  const least = Math.min(...ratios);
  const whom = target.peers === undefined ? "every peer" : rivals.join(", ");
  return { required: `≥ ${times} × ${whom}`, value: least, met: least >= times };
}
