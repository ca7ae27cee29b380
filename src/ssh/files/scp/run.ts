import { errnoIn } from "../../../codecs/text/errno.ts";
import { Failure } from "../../../protocol/errors.ts";
import { ScpError } from "../../../codecs/scp/errors.ts";
import type { Exchange } from "../../../codecs/scp/exchange.ts";
import { printable } from "../../../codecs/text/printable.ts";
import type { Call } from "../../support/call.ts";
import type { SessionChannel } from "../../connection/channels/channel.ts";
import { markInOneGo } from "../../support/garbage-collection.ts";
import type { Room } from "../../flow/room.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import type { Session } from "../../connection/session.ts";
import { closesWithin, dismiss, terminate } from "../../connection/channels/terminate.ts";

/** What is kept of what the remote scp writes, for errors, in bytes. */
const beginningKept = 1024;
/** Milliseconds that a failed remote scp has to tell its exit status. */
const exitGrace = 250;

interface Step {
  readonly type: string;
}

/** One transfer: the remote command, the protocol's state machine, and what to do at each of its effects. */
export interface ScpRun<Effect extends Step> {
  readonly command: Uint8Array;
  readonly exchange: Exchange<Effect>;
  /** Seconds without progress after which it is given up. */
  readonly idleTimeout: number;
  /** Asked whether the transfer may begin; where it is left out, it may. */
  readonly room?: Room;
  /** @returns a promise if it takes time; the next effect waits for it */
  carryOut(effect: Effect, remote: Remote): Promise<unknown> | undefined;
}

/** The remote scp, as far as a transfer needs to reach it. */
export interface Remote {
  /**
   * @param onProgress called after each packet, with its bytes
   * @returns false where the channel has closed or the transfer is over: nothing more is written then
   */
  write(bytes: Uint8Array, onProgress?: (bytes: number) => void): Promise<boolean>;
  /** Nothing more will be written. */
  eof(): void;
  /** Ends the transfer with an error that didn't occur in {@link ScpRun.carryOut}. */
  fail(error: unknown): void;
}

/**
 * Runs a remote scp and the protocol with it, up to the machine's `done`.
 *
 * @param options.untilExit whether the remote scp's own exit, with status 0, is part of success
 * @throws {Failure} ScpRemoteError, ScpProtocolError, whatever carrying out an effect throws, or
 *   what a session's calls throw; the remote scp has been signalled then
 */
export async function runScp<Effect extends Step>(
  session: Session,
  run: ScpRun<Effect>,
  call: Call,
  { untilExit }: { untilExit: boolean },
): Promise<void> {
  // From the first transfer on: without transfers it would only take more memory.
  markInOneGo();
  const channel = await session.openChannel(call, { room: run.room });
  session.started.transfers += 1;
  const stderr = new Beginning();
  const stdout = new Beginning();
  try {
    await conversation(channel, run, call, { stdout, stderr });
    if (untilExit) {
      await call.race(channel.closed);
      requireSuccess(channel, stderr);
    } else void dismiss(channel);
  } catch (error) {
    channel.discardOutput((stream, chunk) => {
      (stream === "stderr" ? stderr : stdout).add(chunk);
    });
    const scp = error instanceof ScpError;
    // A remote scp that has reported an error is about to exit, and its exit status says more.
    if (scp) channel.eof();
    if (!scp || !(await closesWithin(channel, exitGrace))) await end(channel, call);
    if (!scp) throw error;
    // If the session was ended meanwhile, that is why the remote scp ended.
    session.check();
    throw scpFailure(error, channel, { stdout, stderr });
  }
}

async function conversation<Effect extends Step>(
  channel: SessionChannel,
  run: ScpRun<Effect>,
  call: Call,
  { stdout, stderr }: { stdout: Beginning; stderr: Beginning },
): Promise<void> {
  const queue = new ChunkQueue();
  channel.onOutput((stream, chunk) => {
    call.progress();
    if (stream === "stdout") {
      stdout.add(chunk);
      queue.push(chunk);
    } else {
      stderr.add(chunk);
      channel.consumed(chunk.length);
    }
  });
  call.startIdle(run.idleTimeout);
  call.phase = "transfer";
  let fail!: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  // A lost connection ends the transfer at once, even if the local side is still busy.
  channel.closed.then(() => queue.end(), fail);
  let isOver = false;
  const remote: Remote = {
    fail,
    async write(bytes, onProgress) {
      if (isOver) return false;
      return channel.write(bytes, (packet) => {
        if (isOver) return;
        call.progress();
        onProgress?.(packet);
      });
    },
    eof: () => channel.eof(),
  };
  const started = channel.start({ exec: run.command }, call);
  // Sent after the request without waiting for its answer, as the server reads in order.
  const opening = Promise.all(run.exchange.start().map(({ bytes }) => remote.write(bytes)));
  const spoken = (async () => {
    await started;
    await opening;
    for (let chunk = await queue.next(); chunk; chunk = queue.shift() ?? (await queue.next())) {
      for (const effect of run.exchange.receive(chunk)) {
        // The call has ended: nothing is begun that nobody would clean up.
        if (effect.type === "done" || isOver) return;
        const busy = run.carryOut(effect, remote);
        if (busy) await busy;
      }
      channel.consumed(chunk.length);
    }
    run.exchange.end();
  })();
  spoken.catch(() => {});
  try {
    await call.race(Promise.race([spoken, failed]));
  } finally {
    isOver = true;
  }
}

/** Checks the exit status; that the protocol came to its end has been checked already. */
function requireSuccess(channel: SessionChannel, stderr: Beginning): void {
  const { code, signal } = channel.exit;
  if (code === 0 || (code === undefined && signal === undefined)) return;
  const how = signal === undefined ? `status ${code}` : `signal ${signal}`;
  throw new ScpError("remote", stderr.text() || `the remote scp ended with ${how}`);
}

async function end(channel: SessionChannel, call: Call): Promise<void> {
  if (!channel.isOpen) return;
  if (call.dispatched === "no") channel.close();
  else await terminate(channel);
}

function scpFailure(
  error: ScpError,
  channel: SessionChannel,
  { stdout, stderr }: { stdout: Beginning; stderr: Beginning },
): Failure {
  const said = stderr.text();
  const exitCode = channel.exit.code;
  const status = exitCode === undefined ? "" : ` (status ${exitCode})`;
  const options = { cause: error };
  switch (error.kind) {
    case "remote": {
      const code = errnoIn(error.message);
      const data = { code, remoteMessage: error.message, exitCode };
      return new Failure("ScpRemoteError", error.message, data, options);
    }
    case "no-reply": {
      const missing =
        exitCode === 127
          ? "; there is no scp in the server's PATH: fs.get and fs.put do without one"
          : "";
      const message = `the remote scp did not answer${status}${said && `: ${said}`}${missing}`;
      return new Failure("ScpProtocolError", message, { stderr: said, exitCode }, options);
    }
    case "protocol": {
      const found = chatter(stdout);
      const message = found
        ? chatterMessage(found)
        : `the remote scp broke its protocol: ${error.message}${status}${said && `: ${said}`}`;
      const data = { stdout: found?.text, stderr: said, exitCode };
      return new Failure("ScpProtocolError", message, data, options);
    }
  }
}

/** A file's header. */
const header = /^(?:C[0-7]{3,4} [0-9]+ |T[0-9]+ [0-9]+ )/m;

/** Its letter, and digits behind that. */
const malformedHeader = /^[CDT]-?[0-9]+ /;

/** Where the protocol begins: with an answer (0, 1 or 2 and its text), or a header. */
function protocolStart(text: string): number {
  const found = ["\0", "\u0001", "\u0002"].map((answer) => text.indexOf(answer));
  return Math.min(...[...found, text.search(header)].map((at) => (at === -1 ? text.length : at)));
}

/** Text that came in place of the protocol, or before it. */
function chatter(stdout: Beginning): { text: string; isFollowed: boolean } | undefined {
  const all = stdout.latin1();
  const start = protocolStart(all);
  const before = Buffer.from(all.slice(0, start), "latin1").toString("utf8");
  const text = printable(before, beginningKept).trim();
  // A header that can't be is no chatter: the error says what is wrong with it.
  if (text === "" || malformedHeader.test(before)) return undefined;
  return { text, isFollowed: start < all.length };
}

function chatterMessage({ text, isFollowed }: { text: string; isFollowed: boolean }): string {
  const advice = isFollowed
    ? "whatever the account's shell runs at its start (.bashrc, .cshrc) must print nothing where there is no terminal"
    : "the account seems not to be allowed to run scp (one without a shell, or for SFTP only)";
  return `the server answered ${JSON.stringify(text)} in place of the SCP protocol: ${advice}`;
}

/** The beginning of what a remote scp writes. */
class Beginning {
  #bytes = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    if (this.#bytes.length >= beginningKept) return;
    this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(0, beginningKept);
  }

  latin1(): string {
    return this.#bytes.toString("latin1");
  }

  text(): string {
    return printable(this.#bytes.toString("utf8"), beginningKept).trim();
  }
}
