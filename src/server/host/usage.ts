/** The command line makes no sense. */
export class UsageError extends Error {
  override name = "UsageError";
}

export const usage = "Usage: sshrpc [--stdio | --pipe=NAME | --socket=PORT | --attach] [OPTION]...";
