import { help, readCommandLine } from "./cli.ts";
import { routeConsole } from "./console.ts";
import { Log, fileSink, stderrSink } from "../log.ts";
import { serve } from "./serve.ts";
import { reported } from "./reported.ts";
import { UsageError } from "./usage.ts";
import { version } from "./version.ts";

/**
 * The program.
 *
 * @param root the package's folder
 */
export async function main(root: string): Promise<void> {
  await reported(() => run(process.argv.slice(2), root));
}

async function run(args: readonly string[], root: string): Promise<void> {
  const cli = readCommandLine(args);
  if (cli.command === "help") return void process.stdout.write(help);
  if (cli.command === "version") return void process.stdout.write(`${version(root)}\n`);
  const log = new Log(
    cli.logFile === undefined ? stderrSink() : openLog(cli.logFile),
    cli.logLevel,
  );
  routeConsole(log);
  if (cli.command === "serve") return serve(cli, version(root), log);
  // Loaded only here: a daemon that isn't shared doesn't need it.
  const { runShared } = await import("./shared.ts");
  return runShared(cli, version(root), log);
}

function openLog(path: string) {
  try {
    return fileSink(path);
  } catch (error) {
    throw new UsageError(`can't open the log file: ${(error as Error).message}`, { cause: error });
  }
}
