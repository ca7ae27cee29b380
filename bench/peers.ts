import {
  asyncssh,
  libssh2,
  mover,
  nodeProxy,
  npm,
  openssh,
  paramiko,
  sshrpc,
  sshrpcJs,
  xcrypto,
} from "./peer-programs.ts";
import type { Prepared } from "./peer-programs.ts";
import { projectRoot } from "../test/fixtures/project.ts";
import { ours } from "./measure.ts";

/** The work that peers are asked for; README.md says what each is. */
export type Work =
  | "exec"
  | "exec-delayed"
  | "parallel"
  | "first"
  | "small"
  | "bulk"
  | "bulk-delayed"
  /** Large files by what a peer has for files; by `bulk` where it hasn't this. */
  | "files"
  | "trees"
  /** On a link with delay: those that go one file after the other would take minutes. */
  | "trees-delayed"
  | "listing"
  | "unchanged"
  | "forward"
  | "socks";

export interface Peer extends Prepared {
  id: string;
  /** As tables name it. */
  title: string;
  does: readonly Work[];
}

/** A peer that can't take part, and why. */
export interface MissingPeer {
  id: string;
  why: string;
}

interface PeerSource extends Pick<Peer, "id" | "title" | "does"> {
  /** Makes it ready to run. What it throws is why it is missing. */
  prepare: (folder: string) => Prepared;
}

const all: Work[] = [
  "exec",
  "exec-delayed",
  "parallel",
  "first",
  "small",
  "bulk",
  "bulk-delayed",
  "forward",
];

const files: Work[] = ["files", "trees", "listing"];

/** Programs that move files over `ssh`, or by SFTP of their own. */
const moversDo: Record<"sftp" | "tar" | "rsync" | "lftp" | "rclone", Work[]> = {
  sftp: ["files", "trees"],
  tar: ["trees", "trees-delayed"],
  rsync: ["files", "trees", "trees-delayed", "unchanged"],
  lftp: ["files", "trees"],
  rclone: ["files", "trees", "unchanged"],
};

const sources: PeerSource[] = [
  {
    id: ours,
    title: "sshrpc",
    does: [...all, ...files, "trees-delayed", "unchanged", "socks"],
    prepare: () => sshrpc(projectRoot),
  },
  {
    id: "sshrpc-scp",
    title: "sshrpc's SCP",
    does: ["files"],
    prepare: () => sshrpc(projectRoot, { BENCH_SCP: "1" }),
  },
  {
    id: "ssh",
    title: "OpenSSH",
    does: ["exec", "parallel", "first", "bulk", "bulk-delayed", "forward", "socks"],
    prepare: () => openssh({ BENCH_SCP: "-O" }),
  },
  {
    id: "ssh-master",
    title: "ControlMaster",
    does: ["exec", "exec-delayed", "parallel", "small", "bulk"],
    prepare: () => openssh({ BENCH_MASTER: "1", BENCH_SCP: "-O" }),
  },
  {
    id: "scp-gcm",
    title: "scp, aes128-gcm",
    does: ["bulk"],
    prepare: () => openssh({ BENCH_SCP: "-O -c aes128-gcm@openssh.com" }),
  },
  {
    id: "scp-sftp",
    title: "scp -s",
    does: ["bulk", "bulk-delayed"],
    prepare: () => openssh({ BENCH_SCP: "-s" }),
  },
  ...(["sftp", "tar", "rsync", "lftp", "rclone"] as const).map((name): PeerSource => ({
    id: name,
    title: name === "tar" ? "tar through ssh" : name,
    does: moversDo[name],
    prepare: () => mover(name),
  })),
  {
    id: "libssh2",
    title: "libssh2",
    does: all.filter((work) => work !== "forward"),
    prepare: (folder) => libssh2(folder, {}),
  },
  {
    id: "eco",
    title: "libssh2 as eco.ssh",
    does: ["exec", "exec-delayed", "first", "small"],
    prepare: (folder) => libssh2(folder, { BENCH_ECO: "1" }),
  },
  {
    id: "paramiko",
    title: "paramiko",
    does: ["exec", "exec-delayed", "parallel", "first", "small", "bulk", "forward", ...files],
    prepare: paramiko,
  },
  {
    id: "asyncssh",
    title: "asyncssh",
    does: [
      ...(["exec", "exec-delayed", "parallel", "first", "small", "bulk"] as const),
      ...(["forward", "socks"] as const),
      ...files,
    ],
    prepare: asyncssh,
  },
  {
    id: "xcrypto",
    title: "Go x/crypto",
    does: [...all, ...files, "trees-delayed"],
    prepare: xcrypto,
  },
  {
    id: "ssh2",
    title: "ssh2",
    does: [...all, ...files, "trees-delayed"],
    prepare: () => npm("ssh2"),
  },
  {
    id: "ssh2-nodelay",
    title: "ssh2, no delay",
    does: ["exec", "exec-delayed", "parallel", "first", "small", "forward"],
    prepare: () => npm("ssh2", { BENCH_NO_DELAY: "1" }),
  },
  {
    id: "node-proxy",
    title: "a TCP proxy in Node",
    does: ["forward"],
    prepare: nodeProxy,
  },
  {
    id: "sshrpc-js",
    title: "sshrpc's JavaScript",
    does: ["exec", "parallel", "first", "small", "bulk"],
    prepare: sshrpcJs,
  },
  {
    id: "node-ssh",
    title: "node-ssh",
    does: ["exec", "parallel", "first", "small", "bulk"],
    prepare: () => npm("node-ssh"),
  },
  {
    id: "ssh2-sftp-client",
    title: "ssh2-sftp-client",
    does: ["small", "bulk"],
    prepare: () => npm("ssh2-sftp-client"),
  },
];

export const peerIds: readonly string[] = sources.map(({ id }) => id);

/** Gets the peers of these ids ready, in `folder` where something has to be built. */
export function preparePeers(
  ids: readonly string[],
  folder: string,
): { peers: Peer[]; missing: MissingPeer[] } {
  const peers: Peer[] = [];
  const missing: MissingPeer[] = [];
  for (const { prepare, ...rest } of sources.filter(({ id }) => ids.includes(id))) {
    try {
      peers.push({ ...rest, ...prepare(folder) });
    } catch (error) {
      missing.push({ id: rest.id, why: (error as Error).message.trim().split("\n")[0] ?? "" });
    }
  }
  return { peers, missing };
}

/** Another checkout's daemon, to be measured beside ours. */
export function besidePeer(checkout: string): Peer {
  return { id: "beside", title: "sshrpc beside", does: [...all, "socks"], ...sshrpc(checkout) };
}
