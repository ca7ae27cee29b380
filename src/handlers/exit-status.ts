import type { Exit } from "../ssh/channels/channel.ts";
import { signalNumbers } from "../ssh/exec/signals.ts";

/** A command's end in the contract's terms: what a shell's `$?` would be, and the signal's name. */
export function exitStatus({ code, signal }: Exit) {
  if (signal === undefined) return { exitCode: code ?? null, exitSignal: null };
  const number = signalNumbers[signal];
  return { exitCode: number === undefined ? null : 128 + number, exitSignal: signal };
}
