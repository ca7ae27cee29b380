import type { FileStat, FileType } from "../support/remote-files.ts";

/** As `ls -ln --full-time` says it, GNU's and busybox's. */
const line =
  /^([-dlpsbcCDMnP?])([-rwxsStTlL]{9})[.+@]? +\d+ +(\d+) +(\d+) +(?:\d+, *\d+|(\d+)) +(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d+))? ([-+]\d{4}) /;

const types: Readonly<Record<string, FileType>> = {
  "-": "file",
  d: "directory",
  l: "symlink",
  p: "fifo",
  s: "socket",
  b: "block",
  c: "character",
};

export interface Listed {
  readonly stat: Omit<FileStat, "atime">;
  /** The rest of the line: the name, and for a symbolic link its target. */
  readonly rest: Buffer;
}

/** Reads a line of a listing; undefined where it is none. */
export function listed(bytes: Buffer): Listed | undefined {
  const match = line.exec(bytes.toString("latin1"));
  if (!match) return undefined;
  const [whole, type = "", bits = "", uid, gid, size, time = "", fraction = "0", zone = ""] = match;
  const seconds =
    Date.parse(`${time.replace(" ", "T")}${zone.slice(0, 3)}:${zone.slice(3)}`) / 1000;
  return {
    stat: {
      type: types[type] ?? "unknown",
      size: Number(size ?? 0),
      mode: modeOf(bits),
      uid: Number(uid),
      gid: Number(gid),
      mtime: seconds + Number(`0.${fraction}`),
    },
    rest: bytes.subarray(whole.length),
  };
}

function modeOf(bits: string): number {
  let mode = 0;
  for (const [at, bit] of Array.from(bits).entries()) {
    if (/[rwxst]/.test(bit)) mode |= 0o400 >> at;
    if (/[sStT]/.test(bit)) mode |= 0o4000 >> Math.floor(at / 3);
  }
  return mode;
}
