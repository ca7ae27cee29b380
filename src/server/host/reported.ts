import { exitCodes } from "./exit-codes.ts";
import { NoClient } from "./no-client.ts";
import { UsageError, usage } from "./usage.ts";

/** Runs the program. What ends it is told on stderr and by its exit code. */
export async function reported(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    const { message, exitCode } = explain(error);
    process.stderr.write(`sshrpc: ${message}\n`, () => process.exit(exitCode));
  }
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
