import type { Results } from "../../bench/results.ts";

/** Results such as a run leaves, small enough to check by hand. */
export const results: Results = {
  date: "2026-01-02T03:04:05.678Z",
  machine: { cpu: "Some CPU", cores: 2, memory: 8, system: "Linux 6.1", node: "20.19.0" },
  titles: { sshrpc: "sshrpc 0.1.0", "ssh-master": "ControlMaster 9.2", eco: "<eco> & others 1.0" },
  missing: [{ id: "asyncssh", why: "no python3 has asyncssh" }],
  measures: [
    {
      id: "exec.rate",
      title: "exec, one after the other",
      unit: "/s",
      better: "higher",
      subject: "sshrpc",
      samples: { sshrpc: [300, 400, 200], "ssh-master": [100, 100, 100], eco: [20, 20, 800] },
    },
    {
      id: "exec.rtt50",
      title: "exec, at 50 ms",
      unit: "round trips",
      better: "lower",
      subject: "sshrpc",
      samples: { sshrpc: [1.25, 1.25, 1.25], "ssh-master": [2.5, 2.5, 2.5] },
    },
    {
      id: "clients.exec",
      title: "clients: exec",
      unit: "/s",
      better: "higher",
      against: { go: "go-bare" },
      samples: { go: [90, 90, 90], "go-bare": [100, 100, 100] },
    },
  ],
};
