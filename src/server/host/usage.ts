/** The command line is wrong. */
export class UsageError extends Error {
  override name = "UsageError";
}

export const usage = "Usage: sshrpc [--stdio | --pipe=NAME | --socket=PORT | --attach] [OPTION]...";
