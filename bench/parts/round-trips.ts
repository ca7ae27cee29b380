import type { Bench } from "../bench.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import type { Measure } from "../measure.ts";
import { ours } from "../measure.ts";
import type { Work } from "../peers.ts";

interface RoundTrips {
  bench: Bench;
  work: Work;
  /** Measure ids are this and `.rtt50` or `.rtt200`. */
  id: string;
  title: string;
  /** Once. */
  open: (contestant: Contestant) => Promise<unknown>;
  /** Before each measurement: what isn't used may be given back. */
  warmUp?: (contestant: Contestant) => Promise<unknown>;
  /** Seconds that one piece of work takes. */
  time: (contestant: Contestant) => Promise<number>;
}

/** Short and long, in milliseconds. */
const roundTripTimes = [50, 200] as const;

/** The seconds that a piece of work took on each link. */
interface Times {
  none: number;
  short: number;
  long: number;
}

/**
 * Counts the round trips that work takes: how much longer it takes on a link with more delay, divided
 * by the difference of the round trip times. All else that takes time takes it on both.
 *
 * From no delay to 50 ms, and to 200 ms, says what a user of such a link waits for; a peer that
 * stalls by itself without delay (Nagle's algorithm does that) hides round trips there. From 50 to
 * 200 ms is the count that compares peers.
 */
export async function recordRoundTrips(options: RoundTrips): Promise<void> {
  const { bench, id, title } = options;
  const { lab } = bench;
  const links = await lab.links(0, ...roundTripTimes);
  const [none, short, long] = links.map(({ roundTripTime }) => roundTripTime) as [
    number,
    number,
    number,
  ];
  const samples = await takeTurns(bench, {
    players: whoDo(bench, options.work),
    prepare: (peer) =>
      Promise.all(links.map((link) => Contestant.start(peer, lab, link, options.open))),
    warmUp: (members) => Promise.all(members.map(async (each) => options.warmUp?.(each))),
    async measure(members): Promise<Times> {
      const seconds: number[] = [];
      for (const each of members) seconds.push(await options.time(each));
      const [atNone = 0, atShort = 0, atLong = 0] = seconds;
      return { none: atNone, short: atShort, long: atLong };
    },
  });
  const record = (suffix: string, rest: string, count: (times: Times) => number): void => {
    const counted = Object.entries(samples).map(([peer, times]) => [peer, times.map(count)]);
    bench.record({
      id: `${id}.${suffix}`,
      title: `${title}, ${rest}`,
      unit: "round trips",
      better: "lower",
      subject: ours,
      samples: Object.fromEntries(counted) as Measure["samples"],
    });
  };
  record("trips", "counted from 50 to 200 ms", (t) => (t.long - t.short) / (long - short));
  record("rtt50", "at 50 ms", (t) => (t.short - t.none) / (short - none));
  record("rtt200", "at 200 ms", (t) => (t.long - t.none) / (long - none));
}
