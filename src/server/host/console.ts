import { Console } from "node:console";
import { Writable } from "node:stream";
import type { Log } from "../log.ts";

/** Sends all that is said through `console` to the log: stdout is the protocol's alone. */
export function routeConsole(log: Log): void {
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      log.warn(text.trimEnd());
      done();
    },
  });
  globalThis.console = new Console(stream);
}
