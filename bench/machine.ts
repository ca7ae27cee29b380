import { availableParallelism, cpus, release, totalmem, type } from "node:os";

export interface Machine {
  cpu: string;
  cores: number;
  /** In 10⁹ bytes. */
  memory: number;
  system: string;
  node: string;
}

/** What figures depend on; nothing that says whose machine it is. */
export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "",
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 1e9),
    system: `${type()} ${/^[\d.]+/.exec(release())?.[0] ?? ""}`,
    node: process.versions.node,
  };
}
