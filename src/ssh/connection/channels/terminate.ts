import type { SessionChannel } from "./channel.ts";
import { within } from "../../support/within.ts";

/** What was done to end a remote command, and what came of it, as far as it is known. */
export interface Termination {
  /** The signals sent so far (RFC 4254 §6.9); servers don't answer to them. */
  readonly signals: string[];
  /** Whether the server has said that the command ended. */
  readonly ended: boolean;
}

/** Milliseconds that a reply waits for the command's end after TERM, and for its output to be handed on. */
export const replyGrace = 250;
/** Milliseconds between TERM and KILL, and between KILL and the channel's closing. */
const termGrace = 2000;
const killGrace = 1000;
/** The same when the daemon or the session ends, which has to be quick. */
const hurriedGrace = 120;

/** Resolves to true when the channel closes, to false when `ms` milliseconds pass first. */
export function closesWithin(channel: SessionChannel, ms: number): Promise<boolean> {
  return within(ms, channel.closed);
}

/**
 * Ends the command of a channel: TERM, later KILL, then the channel is closed. Gives its report
 * early, when the command has ended or a quarter of a second has passed; the rest goes on.
 */
export async function terminate(channel: SessionChannel): Promise<Termination> {
  const signals = ["TERM"];
  channel.signal("TERM");
  const ended = await closesWithin(channel, replyGrace);
  if (!ended) void escalate(channel, termGrace - replyGrace, killGrace);
  return { signals, ended: channel.exited };
}

/** The same for all channels of a session that ends; resolves when it is done. */
export async function terminateAll(channels: Iterable<SessionChannel>): Promise<void> {
  await Promise.all(
    [...channels].map((channel) => {
      channel.signal("TERM");
      return escalate(channel, hurriedGrace, hurriedGrace);
    }),
  );
}

async function escalate(channel: SessionChannel, beforeKill: number, beforeClose: number) {
  if (await closesWithin(channel, beforeKill)) return;
  channel.signal("KILL");
  if (await closesWithin(channel, beforeClose)) return;
  channel.close();
}

/** Lets a command that has done its work end by itself; its channel is closed where it doesn't. */
export async function dismiss(channel: SessionChannel): Promise<void> {
  channel.discardOutput();
  channel.eof();
  if (!(await closesWithin(channel, termGrace))) channel.close();
}
