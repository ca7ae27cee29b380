import { RAL } from "vscode-jsonrpc";

/**
 * What vscode-jsonrpc uses of its surroundings beneath a reader and a writer that are not its own.
 * The one that it has for Node loads crypto and net, which takes a good part of the time that the
 * daemon may take to start. test/server/runtime.test.ts fails when another release uses more.
 */
const runtime: Pick<RAL, "console" | "timer"> = {
  get console() {
    return console;
  },
  timer: {
    setTimeout(callback, ms, ...args) {
      const timer = setTimeout(callback, ms, ...args);
      return { dispose: () => clearTimeout(timer) };
    },
    setImmediate(callback, ...args) {
      const timer = setImmediate(callback, ...args);
      return { dispose: () => clearImmediate(timer) };
    },
    setInterval(callback, ms, ...args) {
      const timer = setInterval(callback, ms, ...args);
      return { dispose: () => clearInterval(timer) };
    },
  },
};

/** To be called before anything of vscode-jsonrpc is. */
export function installRuntime(): void {
  RAL.install(runtime as RAL);
}
