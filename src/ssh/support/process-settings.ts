/**
 * What the daemon sets for its whole process, beyond what it was started with:
 *
 * - `mark-in-one-go`: V8's incremental marking is off once the daemon is in use (garbage-collection.ts);
 * - `crypto-for-ssh2`: while ssh2 is loaded, it is handed quicker functions of crypto (ssh2/ssh2.ts).
 */
export const processSettings = ["mark-in-one-go", "crypto-for-ssh2"] as const;

export type ProcessSetting = (typeof processSettings)[number];

const turnedOff = new Set<string>();

/**
 * Decides at the start which of them are made.
 *
 * @param off the names of those that are not, separated by commas
 * @returns the names that aren't settings
 */
export function settleProcess(off: string): string[] {
  const names = off.split(",").filter((name) => name !== "");
  for (const name of names) turnedOff.add(name);
  return names.filter((name) => !processSettings.some((each) => each === name));
}

/** Whether a setting is to be made. */
export function isSet(setting: ProcessSetting): boolean {
  return !turnedOff.has(setting);
}
