import { readFileSync } from "node:fs";
import { UsageError, help, readCommandLine, usage } from "./cli.ts";
import { routeConsole } from "./console.ts";
import { exitCodes } from "./exit-codes.ts";
import { Log, fileSink, stderrSink } from "./log.ts";
import { NoClient } from "./transport.ts";

/** The program. What ends it is told on stderr and by its exit code. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    const { message, exitCode } = explain(error);
    process.stderr.write(`sshrpc: ${message}\n`, () => process.exit(exitCode));
  }
}

async function run(args: readonly string[]): Promise<void> {
  const cli = readCommandLine(args);
  if (cli.command === "help") return void process.stdout.write(help);
  if (cli.command === "version") return void process.stdout.write(`${version()}\n`);
  const log = new Log(
    cli.logFile === undefined ? stderrSink() : openLog(cli.logFile),
    cli.logLevel,
  );
  routeConsole(log);
  // Only now: --help has no need of it.
  const { serve } = await import("./serve.ts");
  await serve(cli, version(), log);
}

function openLog(path: string) {
  try {
    return fileSink(path);
  } catch (error) {
    throw new UsageError(`can't open the log file: ${(error as Error).message}`, { cause: error });
  }
}

function version(): string {
  const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof UsageError) {
    return { message: `${error.message}\n${usage}`, exitCode: exitCodes.usage };
  }
  if (error instanceof NoClient) return { message: error.message, exitCode: exitCodes.usage };
  const message = `internal error: ${error instanceof Error ? error.stack : String(error)}`;
  return { message, exitCode: exitCodes.internalError };
}
