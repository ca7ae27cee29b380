import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError, help, readCommandLine, usage } from "./cli.ts";
import { routeConsole } from "./console.ts";
import { exitCodes } from "./exit-codes.ts";
import { Log, fileSink, stderrSink } from "../log.ts";
import { serve } from "./serve.ts";
import { NoClient } from "./client-streams.ts";

/**
 * The program. What ends it is told on stderr and by its exit code.
 *
 * @param root the package's folder
 */
export async function main(root: string): Promise<void> {
  try {
    await run(process.argv.slice(2), root);
  } catch (error) {
    const { message, exitCode } = explain(error);
    process.stderr.write(`sshrpc: ${message}\n`, () => process.exit(exitCode));
  }
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
  // Loaded only where it is wanted: a daemon of one's own has no use for it.
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

function version(root: string): string {
  const manifest = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof UsageError) {
    return { message: `${error.message}\n${usage}`, exitCode: exitCodes.usage };
  }
  if (error instanceof NoClient) {
    return { message: error.message, exitCode: exitCodes.usage };
  }
  const message = `internal error: ${error instanceof Error ? error.stack : String(error)}`;
  return { message, exitCode: exitCodes.internalError };
}
