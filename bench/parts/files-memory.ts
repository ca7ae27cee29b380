import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import type { Bench } from "../bench.ts";
import { Daemon } from "../daemon.ts";
import type { Json } from "../daemon.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

/** By how much the daemon's memory grows at most, in a process of its own for each piece of work. Linux only. */
export const filesMemory: Part = {
  name: "fs-memory",
  summary:
    "the daemon's peak memory beyond idle, with large files, many files and large directories",
  async run(bench) {
    const { lab } = bench;
    const [link] = await lab.links(50);
    const { home } = lab.server;
    const here = (name: string) => join(lab.folder, name);
    const there = (name: string) => join(home, name);
    for (const at of [here, there]) {
      makeFile(at("memory-large"), 256 * 1024 * 1024);
      mkdirSync(at("memory-tree"));
      for (let n = 0; n < 1000; n++) makeFile(join(at("memory-tree"), `file-${n}`), 1000);
    }
    mkdirSync(there("memory-entries"));
    for (let n = 0; n < 100_000; n++)
      writeFileSync(join(there("memory-entries"), `entry-${n}`), "");
    const changed = { recursive: true, overwrite: "changed" };
    const works: [string, string, string, object][] = [
      ["get", "get of 256 MB", "fs.get", { source: there("memory-large"), dest: here("got") }],
      ["put", "put of 256 MB", "fs.put", { source: here("memory-large"), dest: there("put") }],
      [
        "get.tree",
        "get of 1000 files",
        "fs.get",
        { source: there("memory-tree"), dest: here("got-tree"), recursive: true },
      ],
      [
        "put.tree",
        "put of 1000 files",
        "fs.put",
        { source: here("memory-tree"), dest: there("put-tree"), ...changed },
      ],
      [
        "put.unchanged",
        "put of 1000 unchanged files",
        "fs.put",
        { source: here("memory-tree"), dest: there("put-tree"), ...changed },
      ],
      ["readdir", "readdir of 100000", "fs.readdir", { path: there("memory-entries") }],
      [
        "readdir.stream",
        "readdir of 100000, streamed",
        "fs.readdir",
        { path: there("memory-entries"), stream: true, token: "t", window: 1_000_000 },
      ],
    ];
    for (const [id, title, method, params] of works) {
      const values: number[] = [];
      for (let run = 0; run < bench.runs; run++) {
        values.push(await peakOf(bench, link.port, method, params));
      }
      bench.record({
        id: `fs.memory.${id}`,
        title: `daemon's memory beyond idle: ${title}, 50 ms`,
        unit: "MB",
        better: "lower",
        subject: ours,
        samples: { [ours]: values },
      });
    }
  },
};

/** In megabytes. */
async function peakOf(bench: Bench, port: number, method: string, params: object) {
  const { lab, peers } = bench;
  await using daemon = new Daemon(peers[0]?.daemon ?? "");
  const { server } = lab;
  const { session }: Json = await daemon.request("ssh.new", {
    host: server.host,
    port,
    username: server.username,
    identityFiles: [server.privateKeyPath],
    hostKeyPolicy: "off",
  });
  await daemon.request("session.exec", { session, command: "true" });
  const idle = daemon.rss();
  daemon.resetPeak();
  await daemon.request(method, { session, ...params });
  return (daemon.peakRss() - idle) / 1e6;
}
