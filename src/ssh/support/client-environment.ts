import type { AsyncLocalStorage } from "node:async_hooks";
import path from "node:path";

/** What a process inherits that has to do with files and configuration. */
export interface ClientEnvironment {
  /** An absolute path: what relative ones count from. */
  readonly cwd: string;
  /** As umask(2). */
  readonly umask: number;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

let storage: AsyncLocalStorage<ClientEnvironment> | undefined;

/**
 * Does `work` in a client's environment, in place of the process's own: a daemon that serves several
 * clients has each one's paths, agent and configuration for its calls. It is kept in an
 * AsyncLocalStorage, so that it needn't be passed to everything that uses a path.
 */
export function inEnvironment<T>(environment: ClientEnvironment | undefined, work: () => T): T {
  if (!environment) return work();
  if (!storage) {
    const { AsyncLocalStorage: Storage } = process.getBuiltinModule("node:async_hooks");
    storage = new Storage();
  }
  return storage.run(environment, work);
}

/** The variables of the client whose call this is. */
export function variables(): Readonly<Record<string, string | undefined>> {
  return storage?.getStore()?.variables ?? process.env;
}

/** Options for starting a process in the client's environment; none if that is the daemon's own. */
export function forChild(): { cwd?: string; env?: Record<string, string>; extendEnv?: false } {
  const environment = storage?.getStore();
  if (!environment) return {};
  const env = Object.fromEntries(
    Object.entries(environment.variables).filter((entry): entry is [string, string] => {
      return entry[1] !== undefined;
    }),
  );
  return { cwd: environment.cwd, env, extendEnv: false };
}

/** A path of the client's machine: a relative one counts from the client's working directory. */
export function localPath(text: string): string {
  const environment = storage?.getStore();
  return environment ? path.resolve(environment.cwd, text) : text;
}
