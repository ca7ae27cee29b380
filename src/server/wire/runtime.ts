import { RAL } from "vscode-jsonrpc";

/**
 * What vscode-jsonrpc uses of its surroundings beneath a reader and a writer that are not its own.
 * The one that it has for Node loads crypto and net, which takes a good part of the time that the
 * daemon may take to start. test/server/wire/runtime.test.ts fails when another release uses more.
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
    setImmediate: soon,
    setInterval(callback, ms, ...args) {
      const timer = setInterval(callback, ms, ...args);
      return { dispose: () => clearInterval(timer) };
    },
  },
};

/** Messages that are begun in one turn of the event loop; then other work gets its turn. */
const turnLength = 32;
let begun = 0;

/**
 * In place of setImmediate, by which vscode-jsonrpc handles one message in each turn of the event
 * loop. Here messages that arrived together are begun in one turn, each after the one before has got as
 * far as it can without waiting: so what they send leaves together.
 */
function soon(callback: (...args: unknown[]) => void, ...args: unknown[]) {
  let disposed = false;
  const run = () => {
    if (!disposed) callback(...args);
  };
  if (begun === 0) setImmediate(() => (begun = 0));
  begun += 1;
  if (begun > turnLength) setImmediate(run);
  // Not queueMicrotask, which makes an AsyncResource each time.
  else void Promise.resolve().then(() => process.nextTick(run));
  return { dispose: () => void (disposed = true) };
}

/** To be called before anything of vscode-jsonrpc is. */
export function installRuntime(): void {
  RAL.install(runtime as RAL);
}
