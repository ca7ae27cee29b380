import { commandLine } from "../../../codecs/shell/command-line.ts";
import { Failure } from "../../../protocol/errors.ts";
import type { Session } from "../../connection/session.ts";
import { OutputCollector } from "../../programs/output-collector.ts";
import { runProgram } from "../../programs/program.ts";
import type { Call } from "../../support/call.ts";

/** Prints the SHA-256 of each block of `$1`: `$2` times 64 KiB in all, `$3` times 64 KiB in each. */
export const hashScript =
  'i=0; while [ "$i" -lt "$2" ]; do n=$(($2-i)); [ "$n" -gt "$3" ] && n=$3; ' +
  'dd if="$1" bs=65536 skip="$i" count="$n" 2>/dev/null | sha256sum || exit 1; ' +
  "i=$((i+n)); done";

/** Of what sizes have to be multiples. */
export const hashUnit = 65_536;

/** As dd(1) and the shell read it: not as an option, and not as standard input. */
export const plainPath = (path: Buffer) =>
  path[0] === 0x2d ? Buffer.concat([Buffer.from("./"), path]) : path;

export function hashesIn(output: string): string[] {
  return Array.from(output.matchAll(/^([0-9a-f]{64}) /gm), ([, hash]) => hash as string);
}

/** Has a command hash a file's beginning; see RemoteFiles. None where it can't be run. */
export async function hashesByCommand(
  session: Session,
  path: Buffer,
  { size, blockSize }: { size: number; blockSize: number },
  call: Call,
): Promise<string[]> {
  const blocks = Math.ceil(size / blockSize);
  const units = [size, blockSize].map((bytes) => String(bytes / hashUnit));
  const words = ["sh", "-c", hashScript, "sh", plainPath(path), ...units];
  // A line has 68 bytes; what greets a user may come before.
  const output = new OutputCollector(blocks * 100 + 65_536, false, () => undefined);
  const phase = call.phase;
  const { failure } = await runProgram(
    { use: (_, work) => work(session) },
    { start: { exec: commandLine(words) } },
    output,
    call,
  );
  call.phase = phase;
  call.check();
  if (failure && !(failure instanceof Failure && ofCommand.has(failure.kind))) throw failure;
  return failure ? [] : hashesIn(Buffer.concat(output.stdout).toString("latin1"));
}

/** The server runs no commands for this account, or this one not as it should. */
const ofCommand: ReadonlySet<string> = new Set([
  "ChannelOpenFailed",
  "ChannelRequestDenied",
  "OutputTooLarge",
]);
