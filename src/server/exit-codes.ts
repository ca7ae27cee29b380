/** What the process ends with; the last is EX_SOFTWARE of sysexits.h. */
export const exitCodes = {
  /** The client is done or gone, or the process was told to end. */
  ok: 0,
  /** Started wrongly: the options, the log file, or no client to connect to. */
  usage: 2,
  internalError: 70,
} as const;
