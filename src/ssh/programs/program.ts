import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import type { Exit, SessionChannel, Start, Terminal } from "../connection/channels/channel.ts";
import { countCommand } from "../support/garbage-collection.ts";
import type { OutputSink } from "./output-sink.ts";
import { RunningProgram } from "./running-program.ts";
import type { HeldSession } from "../connection/held-session.ts";
import type { Session } from "../connection/session.ts";
import type { Sudo } from "./sudo.ts";
import { replyGrace, terminate } from "../connection/channels/terminate.ts";
import type { Termination } from "../connection/channels/terminate.ts";
import { within } from "../support/within.ts";

export interface ProgramOptions {
  readonly start: Start;
  /** What the program reads first. */
  readonly stdin?: Uint8Array | undefined;
  /** Whether its input stays open after that, for {@link RunningProgram.write}. */
  readonly openStdin?: boolean | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly pty?: Terminal | undefined;
  /** Where it may use the agent of our side: lends that, and says how to take it back. */
  readonly lendAgent?: ((session: Session) => () => void) | undefined;
  /** Set if sudo starts it. sudo's own questions come before the program's input and output. */
  readonly sudo?: Sudo | undefined;
  /** Seconds without output after which it is ended. */
  readonly idleTimeout?: number | undefined;
}

/** What became of a program; `failure` is set if it failed. */
export interface Outcome {
  readonly exit: Exit;
  readonly failure?: Failure;
  readonly termination?: Termination;
}

/**
 * Runs a program on a session, from its start to its end; see session.exec. Never throws a {@link Failure}: see {@link Outcome}.
 *
 * @param held gives the session to run it on, or one after the other until the server has it
 * @param sink takes its output
 * @param running is told when it has started and ended
 */
export async function runProgram(
  held: Pick<HeldSession, "use">,
  options: ProgramOptions,
  sink: OutputSink,
  call: Call,
  running: RunningProgram = new RunningProgram(),
): Promise<Outcome> {
  const place: Place = {};
  try {
    const { session, channel } = await held.use(call, (next) => {
      leave(place);
      return enter(place, next, { options, sink, call });
    });
    call.phase = "run";
    channel.onExit(() => {
      call.phase = "drain";
    });
    const { idleTimeout } = options;
    if (idleTimeout !== undefined) call.startIdle(idleTimeout, () => sink.isHeldUp());
    const started = channel.start(options.start, call);
    if (options.sudo) {
      await started;
      await options.sudo.run(channel, call);
    }
    const failed = sink.takeFrom(channel);
    const stdin = feed(channel, options);
    await Promise.race([started, failed]);
    running.started(channel);
    await call.race(Promise.race([channel.closed, failed]));
    // Where the session was ended meanwhile, the command was too; not where the server did both.
    if (!session.loss || !channel.exited) session.check();
    await call.race(Promise.race([sink.drained(), failed]));
    await call.race(stdin);
    return { exit: channel.exit };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (ofSession.has(error.kind)) running.ended(error);
    // Only sudo has run, not the program.
    if (error.kind === "SudoFailed") call.dispatched = "no";
    const { channel } = place;
    const isRunning = channel?.isOpen && call.dispatched !== "no";
    const end = performance.now() + replyGrace;
    sink.release();
    const termination = isRunning ? await terminate(channel) : undefined;
    // Output that has come is still delivered, as far as the receiver takes it.
    if (channel) await within(end - performance.now(), sink.drained());
    // Its end shows that it ran, where the server's answer wasn't waited for.
    if (channel?.exited && call.dispatched === "maybe") call.dispatched = "yes";
    channel?.discardOutput();
    if (!isRunning) channel?.close();
    const exit = channel?.exit ?? {};
    return { exit, failure: error, ...(termination && { termination }) };
  } finally {
    running.ended();
    leave(place);
  }
}

/** Where a program runs, as far as that is known. */
interface Place {
  session?: Session;
  channel?: SessionChannel;
  takeAgentBack?: (() => void) | undefined;
}

/** Gets a channel on which everything is as the program needs it. */
async function enter(
  place: Place,
  session: Session,
  { options, sink, call }: { options: ProgramOptions; sink: OutputSink; call: Call },
): Promise<{ session: Session; channel: SessionChannel }> {
  place.session = session;
  session.noteCommand();
  place.takeAgentBack = options.lendAgent?.(session);
  const channel = await session.openChannel(call, { room: sink.room });
  place.channel = channel;
  session.started.execs += 1;
  countCommand();
  channel.onActivity(() => call.progress());
  await prepare(channel, options, call);
  session.check();
  return { session, channel };
}

function leave({ session, takeAgentBack }: Place): void {
  takeAgentBack?.();
  session?.noteCommand();
}

/** Failures of the session, which also end calls that wait for the command to start. */
const ofSession: ReadonlySet<string> = new Set(["ConnectionLost", "SessionClosed"]);

/** Makes the requests (agent, terminal, variables) that must have been granted before the program starts. */
async function prepare(channel: SessionChannel, options: ProgramOptions, call: Call) {
  const { env = {}, pty, lendAgent } = options;
  const requests = Object.entries(env).map(([name, value]) => channel.env(name, value, call));
  if (lendAgent) requests.push(channel.agent(call));
  if (pty) requests.push(channel.pty(pty, call));
  await Promise.all(requests);
}

/** Sends stdin and its end behind the request, without waiting for the answer to that. */
async function feed(
  channel: SessionChannel,
  { stdin, openStdin = false }: ProgramOptions,
): Promise<void> {
  // A program that doesn't read its input to the end is no error; it says so itself.
  if (stdin) await channel.write(stdin).catch(() => false);
  if (!openStdin) channel.eof();
}
