import type { Log } from "../log.ts";
import { attach } from "./attach.ts";
import type { SharedOptions } from "./cli.ts";
import { serveShared } from "./serve-shared.ts";
import { printStatus, stopShared } from "./shared-commands.ts";
import { sharedFolder, socketPath } from "./shared-folder.ts";

/**
 * Does what the command line says of the user's shared daemon.
 *
 * @throws {NoClient} where that can't be had
 */
export async function runShared(
  { command, clientProcessId }: SharedOptions,
  version: string,
  log: Log,
): Promise<void> {
  const folder = sharedFolder();
  const path = socketPath(folder, version);
  switch (command) {
    case "attach":
      return attach(folder, version, clientProcessId);
    case "shared":
      return serveShared(path, version, log);
    case "status":
      return printStatus(path);
    case "stop":
      return stopShared(path);
  }
}
