import type { Exit } from "../../ssh/connection/channels/channel.ts";
import { signalNumbers } from "../../ssh/programs/signals.ts";

/** A name by RFC 4250 §4.6.1. Anything else is left out: it could hold control characters. */
const signalName = /^[!-+\--~]{1,64}$/;

/** A command's end as results have it: the exit code, as a shell's `$?`, and the signal's name. */
export function exitStatus({ code, signal }: Exit) {
  if (signal === undefined) return { exitCode: code ?? null, exitSignal: null };
  const number = Object.hasOwn(signalNumbers, signal) ? signalNumbers[signal] : undefined;
  return {
    exitCode: number === undefined ? null : 128 + number,
    exitSignal: signalName.test(signal) ? signal : null,
  };
}
