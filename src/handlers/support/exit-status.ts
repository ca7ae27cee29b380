import type { Exit } from "../../ssh/connection/channels/channel.ts";
import { signalNumbers } from "../../ssh/programs/signals.ts";

/** RFC 4250 §4.6.1; what is none is of no use to anybody, and could be anything at a terminal. */
const signalName = /^[!-+\--~]{1,64}$/;

/**
 * A command's end in the contract's terms: what a shell's `$?` would be, and the signal's name. One
 * that is no name is left out.
 */
export function exitStatus({ code, signal }: Exit) {
  if (signal === undefined) return { exitCode: code ?? null, exitSignal: null };
  const number = Object.hasOwn(signalNumbers, signal) ? signalNumbers[signal] : undefined;
  return {
    exitCode: number === undefined ? null : 128 + number,
    exitSignal: signalName.test(signal) ? signal : null,
  };
}
