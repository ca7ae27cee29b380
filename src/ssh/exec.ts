import { Failure } from "../protocol/errors.ts";
import { ByteCollector } from "./byte-collector.ts";
import type { Call } from "./call.ts";
import type { Exit, SessionChannel, StreamName } from "./channel.ts";
import type { Session } from "./session.ts";
import { terminate } from "./terminate.ts";
import type { Termination } from "./terminate.ts";

export interface ExecOptions {
  readonly command: string;
  /** What the command reads; without it its input is at its end at once. */
  readonly stdin?: Uint8Array | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly pty?: { term: string; columns: number; rows: number } | undefined;
  /** Bytes of both streams together. */
  readonly maxOutput: number;
  /** Keep the order in which the streams' pieces arrived, and not the streams apart. */
  readonly interleaved: boolean;
}

/** All that came of a command, also where it came to a bad end: then `failure` says which. */
export interface Outcome {
  /** Everything, in order of arrival, where `interleaved` was asked for. */
  readonly stdout: readonly Uint8Array[];
  readonly stderr: readonly Uint8Array[];
  readonly exit: Exit;
  readonly failure?: Failure;
  readonly termination?: Termination;
}

/** Runs a command on a session; see session.exec. Never throws: see {@link Outcome}. */
export async function exec(session: Session, options: ExecOptions, call: Call): Promise<Outcome> {
  const output = new Output(options.maxOutput, options.interleaved);
  let channel: SessionChannel | undefined;
  try {
    channel = await session.openChannel(call);
    session.started.execs += 1;
    const overflow = output.takeFrom(channel);
    await prepare(channel, options, call);
    call.phase = "run";
    channel.onExit(() => {
      call.phase = "drain";
    });
    const started = channel.exec(options.command, call);
    const stdin = feed(channel, options.stdin, started);
    await Promise.race([started, overflow]);
    await call.race(Promise.race([channel.closed, overflow]));
    await stdin;
    // Where the session was ended meanwhile, the command was too.
    session.check();
    return { ...output.streams(), exit: channel.exit };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const running = channel?.isOpen && call.dispatched !== "no";
    const termination = running ? await terminate(channel as SessionChannel) : undefined;
    if (!running) channel?.close();
    return {
      ...output.streams(),
      exit: channel?.exit ?? {},
      failure: error,
      ...(termination && { termination }),
    };
  }
}

/** What must be settled before the command may start: without it, it would be another command. */
async function prepare(channel: SessionChannel, { env = {}, pty }: ExecOptions, call: Call) {
  const requests = Object.entries(env).map(([name, value]) => channel.env(name, value, call));
  if (pty) requests.push(channel.pty(pty, call));
  await Promise.all(requests);
}

/** Sends stdin and its end behind the request, without waiting for the answer to it. */
async function feed(
  channel: SessionChannel,
  stdin: Uint8Array | undefined,
  started: Promise<void>,
): Promise<void> {
  if (stdin) {
    await started.catch(() => {});
    // A command that doesn't read its input to the end is no error; it says so itself.
    await channel.write(stdin).catch(() => false);
  }
  channel.eof();
}

/** Takes a command's output up to a limit. */
class Output {
  readonly #stdout = new ByteCollector();
  readonly #stderr: ByteCollector;
  readonly #maxOutput: number;

  constructor(maxOutput: number, interleaved: boolean) {
    this.#maxOutput = maxOutput;
    this.#stderr = interleaved ? this.#stdout : new ByteCollector();
  }

  /** @returns a promise that rejects when there is more than the limit, and else stays open */
  takeFrom(channel: SessionChannel): Promise<never> {
    let left = this.#maxOutput;
    const overflow = new Promise<never>((_, reject) => {
      channel.onOutput((stream: StreamName, chunk) => {
        const collector = stream === "stdout" ? this.#stdout : this.#stderr;
        collector.add(chunk.length <= left ? chunk : chunk.subarray(0, left));
        if (chunk.length > left) {
          const limit = this.#maxOutput;
          const message = `the output is larger than ${limit} bytes`;
          reject(new Failure("OutputTooLarge", message, { maxOutput: limit }));
        }
        left = Math.max(0, left - chunk.length);
      });
    });
    overflow.catch(() => {});
    return overflow;
  }

  streams() {
    const stdout = this.#stdout.chunks();
    return { stdout, stderr: this.#stderr === this.#stdout ? [] : this.#stderr.chunks() };
  }
}
