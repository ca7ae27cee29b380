/** What the process ends with; the second is LSP's, the last EX_SOFTWARE of sysexits.h. */
export const exitCodes = {
  /** The client is done or gone, or the process was told to end. */
  ok: 0,
  /** The client sent `exit` and no `shutdown` before it. */
  noShutdown: 1,
  /** Started wrongly: the options, the log file, or no client to connect to. */
  usage: 2,
  internalError: 70,
} as const;
