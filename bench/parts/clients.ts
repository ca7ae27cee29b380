import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import { Contestant, takeTurns } from "../bench.ts";
import { prepareClients } from "../client-programs.ts";
import type { Part } from "./part.ts";

const size = 100_000_000;
/** Calls, and commands, in a measurement. */
const calls = 1000;
const commands = 100;

export const clients: Part = {
  name: "clients",
  summary: "our clients, each beside the bare wire in its language",
  async run(bench) {
    const { lab } = bench;
    const daemon = bench.peers[0]?.daemon ?? "";
    const prepared = prepareClients(lab.folder, daemon);
    for (const { id, why } of prepared.missing) bench.warn(`missing: ${id}: ${why}`);
    for (const { id, title } of prepared.clients) bench.titles.set(id, title);
    const local = makeFile(join(lab.folder, "clients"), size);
    const remote = makeFile(join(lab.server.home, "clients"), size);
    const works = worksWith(local, remote);
    const samples = await takeTurns(bench, {
      players: prepared.clients,
      prepare: (client) =>
        Contestant.start(client, lab, lab.direct, async (each) => {
          await each.time("open");
          await each.time("exec", 5, "true");
          await each.time("write", local, `${remote}-copy`);
        }),
      async measure(contestant) {
        const values: number[] = [];
        for (const { rate } of works) values.push(await rate(contestant));
        return values;
      },
    });
    const against = prepared.clients.flatMap(({ id, bare }) =>
      bare === undefined ? [] : [[id, bare]],
    );
    for (const [n, { name, title, unit }] of works.entries()) {
      const values = Object.entries(samples).map(([id, each]) => [id, each.map((of) => of[n])]);
      bench.record({
        id: `clients.${name}`,
        title: `clients: ${title}`,
        unit,
        better: "higher",
        against: Object.fromEntries(against) as Record<string, string>,
        samples: Object.fromEntries(values) as Record<string, number[]>,
      });
    }
  },
};

interface ClientWork {
  name: string;
  title: string;
  unit: string;
  rate: (contestant: Contestant) => Promise<number>;
}

function worksWith(local: string, remote: string): ClientWork[] {
  const copies = [`${local}-copy`, `${remote}-copy`] as const;
  const repeated = (
    name: string,
    title: string,
    count: number,
    ...words: string[]
  ): ClientWork => ({
    name,
    title,
    unit: "/s",
    rate: async (contestant) => count / (await contestant.time(name, count, ...words)),
  });
  const moving = (name: string, title: string, ...words: string[]): ClientWork => ({
    name,
    title,
    unit: "MB/s",
    rate: async (contestant) => size / 1e6 / (await contestant.time(name, ...words)),
  });
  return [
    repeated("call", "round trips with the daemon", calls),
    repeated("exec", "exec", commands, "true"),
    moving("get", "get of 100 MB by path", remote, copies[0]),
    moving("put", "put of 100 MB by path", local, copies[1]),
    moving("read", "100 MB into memory", remote),
    moving("write", "100 MB from memory", local, copies[1]),
  ];
}
