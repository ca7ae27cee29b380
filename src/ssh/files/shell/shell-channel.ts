import type { Call } from "../../support/call.ts";
import type { SessionChannel } from "../../connection/channels/channel.ts";
import { brokenWay } from "../support/remote-error.ts";
import type { TakeBytes } from "../support/remote-files.ts";

/** Commands sent ahead of the answers. */
const mostAhead = 16;
/** Digits of an exit status. */
const longestCode = 10;
/** Milliseconds that a command may go on whose call has ended, before its shell is ended with it. */
const abandonedGrace = 2000;
/** Bytes that are kept of a command's stderr. */
const stderrKept = 4096;

/** How a command went. */
export interface Answer {
  readonly code: number;
  readonly stderr: string;
}

interface Command {
  readonly script: Buffer;
  /** What it reads, once it runs; then nothing is sent ahead. */
  readonly input: Buffer | undefined;
  readonly take: TakeBytes;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly onSent: () => void;
  number: number;
  stderr: string;
  code: number | undefined;
  isErrorOver: boolean;
  isFed: boolean;
  /** Whether its call has ended, so that its output is discarded. */
  isAbandoned: boolean;
}

/**
 * One `sh` that runs commands one after the other. Both its outputs end with a mark that nothing
 * else can have, as it is made anew for each shell. A command's input is sent when it has said that
 * it runs: until then the shell might take it for commands.
 */
export class ShellChannel {
  readonly #channel: SessionChannel;
  readonly #mark = process.getBuiltinModule("node:crypto").randomBytes(16).toString("hex");
  /** Not yet sent. */
  readonly #waiting: Command[] = [];
  /** Sent, the first of them running. */
  readonly #running: Command[] = [];
  #count = 0;
  readonly #held: Record<"stdout" | "stderr", Buffer> = {
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
  };
  #taking: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  #openFiles = 0;

  /** @param channel on which nothing runs yet */
  constructor(channel: SessionChannel, call: Call) {
    this.#channel = channel;
    channel.onOutput((stream, chunk) => {
      this.#take(stream, Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
      this.#taking.finally(() => channel.consumed(chunk.length)).catch(() => {});
    });
    const started = channel.start({ exec: Buffer.from("sh") }, call);
    started.catch((error: unknown) => this.#fail(error));
    // LC_ALL: errors are recognised by their English words. CDPATH: with it, cd prints a path.
    this.#write("LC_ALL=C; export LC_ALL; unset CDPATH ENV; umask >/dev/null\n");
    channel.closed.then(
      () => this.#fail(brokenWay("the server's shell ended", "EPIPE")),
      (error: unknown) => this.#fail(error),
    );
  }

  get isOpen(): boolean {
    return this.#failure === undefined && this.#channel.isOpen;
  }

  get isIdle(): boolean {
    return this.#running.length + this.#waiting.length + this.#openFiles === 0;
  }

  handleOpened(): void {
    this.#openFiles += 1;
  }

  handleClosed(): void {
    this.#openFiles -= 1;
  }

  /**
   * Runs a script in a shell of its own.
   *
   * @param options.input what it reads; it must read all of it
   * @param options.take takes its output
   */
  run(
    script: Buffer,
    call: Call,
    { input, take = () => undefined }: { input?: Buffer; take?: TakeBytes } = {},
  ): Promise<Answer> {
    call.check();
    let command!: Command;
    const answered = new Promise<Answer>((resolve, reject) => {
      const onSent = () => {
        call.dispatched = "maybe";
      };
      command = this.#command({ script, input, take, resolve, reject, onSent });
    }).then((answer) => {
      call.dispatched = "yes";
      call.progress();
      return answer;
    });
    answered.catch(() => {});
    this.#enqueue(command);
    return call.race(answered).catch((error: unknown) => {
      this.#abandon(command);
      throw error;
    });
  }

  /** Runs a script that nobody waits for. */
  tell(script: Buffer): void {
    const ignore = () => {};
    const input = undefined;
    this.#enqueue(
      this.#command({
        script,
        input,
        take: () => undefined,
        resolve: ignore,
        reject: ignore,
        onSent: ignore,
      }),
    );
  }

  close(): void {
    if (!this.#channel.isOpen) return;
    this.#channel.eof();
    this.#channel.close();
  }

  #command(given: Pick<Command, "script" | "input" | "take" | "resolve" | "reject" | "onSent">) {
    const over = { code: undefined, isErrorOver: false, isFed: false, isAbandoned: false };
    return { ...given, ...over, number: 0, stderr: "" };
  }

  #enqueue(command: Command): void {
    if (this.#failure !== undefined) command.reject(this.#failure);
    else {
      this.#waiting.push(command);
      this.#send();
    }
  }

  #send(): void {
    for (let next = this.#waiting[0]; next && this.#mayFollow(next); next = this.#waiting[0]) {
      this.#waiting.shift();
      next.number = this.#count++;
      this.#running.push(next);
      next.onSent();
      this.#write(this.#whole(next));
    }
  }

  #mayFollow(next: Command): boolean {
    if (next.input || this.#running.some(({ input }) => input)) return this.#running.length === 0;
    return this.#running.length < mostAhead;
  }

  #whole({ script, input, number }: Command): Buffer {
    const mark = `${this.#mark} ${number}`;
    const [ready, stdin] = input ? [`printf '%s\\n' '${mark}'; `, ""] : ["", " </dev/null"];
    return Buffer.concat([
      Buffer.from(`( ${ready}`),
      script,
      Buffer.from(
        `\n)${stdin}; printf '\\n%s %d\\n' '${mark}' $?; printf '\\n%s\\n' '${mark}' >&2\n`,
      ),
    ]);
  }

  #write(bytes: Buffer | string): void {
    this.#channel.write(Buffer.from(bytes as string)).catch(() => {});
  }

  #take(stream: "stdout" | "stderr", chunk: Buffer): void {
    let rest: Buffer = Buffer.concat([this.#held[stream], chunk]);
    while (rest.length > 0 && this.#failure === undefined) {
      const command = this.#commandFor(stream);
      if (!command) {
        // Output of the account's login files, or of a command's child that is still running: discarded.
        rest = Buffer.alloc(0);
        break;
      }
      const before = rest;
      rest =
        stream === "stdout" ? this.#takeOutput(command, rest) : this.#takeErrors(command, rest);
      if (rest === before) break;
    }
    this.#held[stream] = rest;
  }

  /** The command whose output comes on that stream: the first that hasn't ended there. */
  #commandFor(stream: "stdout" | "stderr"): Command | undefined {
    return this.#running.find((each) =>
      stream === "stdout" ? each.code === undefined : !each.isErrorOver,
    );
  }

  /** @returns the bytes after the command's output; all of them if more must come first */
  #takeOutput(command: Command, bytes: Buffer): Buffer {
    if (command.input && !command.isFed) return this.#feed(command, bytes);
    const mark = `\n${this.#mark} ${command.number} `;
    const at = bytes.indexOf(mark);
    if (at === -1) {
      const sure = bytes.length - mark.length;
      if (sure <= 0) return bytes;
      this.#give(command, bytes.subarray(0, sure));
      return bytes.subarray(sure);
    }
    const end = bytes.indexOf("\n", at + mark.length);
    if (end === -1 && bytes.length - at < mark.length + longestCode) return bytes;
    this.#give(command, bytes.subarray(0, at));
    command.code = Number(bytes.toString("latin1", at + mark.length, end));
    this.#finish(command);
    return bytes.subarray(end + 1);
  }

  /** Sends the command's input, once it has said that it runs. */
  #feed(command: Command, bytes: Buffer): Buffer {
    const ready = `${this.#mark} ${command.number}\n`;
    const at = bytes.indexOf(ready);
    if (at === -1) return bytes;
    command.isFed = true;
    this.#write(command.input as Buffer);
    return bytes.subarray(at + ready.length);
  }

  #takeErrors(command: Command, bytes: Buffer): Buffer {
    const mark = `\n${this.#mark} ${command.number}\n`;
    const at = bytes.indexOf(mark);
    const sure = at === -1 ? bytes.length - mark.length : at;
    if (at === -1 && sure <= 0) return bytes;
    const room = stderrKept - command.stderr.length;
    command.stderr += bytes.toString("utf8", 0, Math.min(sure, Math.max(0, room)));
    if (at === -1) return bytes.subarray(sure);
    command.isErrorOver = true;
    this.#finish(command);
    return bytes.subarray(at + mark.length);
  }

  #give(command: Command, bytes: Buffer): void {
    if (bytes.length === 0 || command.isAbandoned) return;
    try {
      const busy = command.take(bytes);
      if (busy) this.#taking = Promise.all([this.#taking, busy]);
      this.#taking.catch((error: unknown) => command.reject(error));
    } catch (error) {
      command.isAbandoned = true;
      command.reject(error);
    }
  }

  #finish(command: Command): void {
    const { code, stderr, isErrorOver } = command;
    if (code === undefined || !isErrorOver) return;
    this.#running.splice(this.#running.indexOf(command), 1);
    this.#taking.then(
      () => command.resolve({ code, stderr }),
      () => {},
    );
    this.#send();
  }

  /** The call has ended: a command that wasn't sent never is, and one that goes on for long is ended. */
  #abandon(command: Command): void {
    const place = this.#waiting.indexOf(command);
    if (place !== -1) {
      this.#waiting.splice(place, 1);
      return;
    }
    command.isAbandoned = true;
    setTimeout(() => {
      if (!this.#running.includes(command)) return;
      this.#channel.signal("TERM");
      this.close();
    }, abandonedGrace).unref();
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of [...this.#running.splice(0), ...this.#waiting.splice(0)])
      reject(error);
  }
}
