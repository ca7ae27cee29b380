import { Cancelled, CommandNotFound, OutputTooLarge, Timeout } from "../errors/error-kinds.ts";
import { cancelled, invalidParam } from "../errors/errors.ts";
import { checkPattern, findExpected, nameOf } from "./expected.ts";
import type { ShellMatch, ShellPattern } from "./expected.ts";
import { Heard } from "./heard.ts";
import { RemoteDuplex } from "./remote-duplex.ts";
import { endingWith, isAtPager, lastLine, outputOf, promptLike, repeatedLine } from "./screen.ts";

/** What `expect` takes. */
export interface ExpectOptions {
  /** Seconds for it, from when its turn comes; Infinity for no limit. Default: 30. */
  timeout?: number | undefined;
  /** Aborted, it is given up; the shell goes on. */
  signal?: AbortSignal | undefined;
}

/** What `command` of a shell takes. */
export interface ShellCommandOptions extends ExpectOptions {
  /**
   * What ends the output instead of the device's prompt: a text or a pattern that is the very end of
   * the last line, `"Password: "` say.
   */
  prompt?: string | RegExp | undefined;
}

/** What is made of the text that was read: how much of it is taken, and what it gives. */
interface Verdict<T> {
  readonly taken: number;
  readonly value: T;
}

type Judge<T> = (text: string, isOver: boolean) => Verdict<T> | undefined;

interface Limits {
  /** On the clock of `performance.now`, in milliseconds. */
  readonly deadline: number;
  /** The time-out that the caller has set. */
  readonly seconds: number;
  readonly signal: AbortSignal | undefined;
  /** What is waited for, in an error's words. */
  readonly wanted: string;
}

const defaultTimeout = 30;

/** Bytes that are held without a match. */
const most = 16 * 1024 * 1024;

/** Milliseconds for which a device is waited for to show its prompt anew. */
const silence = 1000;

/** What a timer takes, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * The account's login shell, from `session.shell`: a Duplex, which `expect` and `command` read text
 * (UTF-8) from. These are for one who reads it by nothing else meanwhile; what they haven't taken can
 * be read as ever. Of several, each waits for those before it.
 *
 *     shell.write("passwd\r");
 *     await shell.expect(/new password: /i);
 */
export class RemoteShell extends RemoteDuplex {
  #turn: Promise<unknown> = Promise.resolve();
  #prompt: RegExp | undefined;
  #isAtPrompt = false;
  /** The last line of what was taken: maybe a prompt. */
  #before = "";
  /** What was read and not taken before it was destroyed: such a stream takes nothing back. */
  #kept: Buffer = Buffer.alloc(0);

  /**
   * Reads until a text, a pattern or `END` is shown, and takes that and what came before it. Newlines
   * are as the terminal has them, `"\r\n"`. Of several, it is the one that begins first.
   *
   *     const { index } = await shell.expect(["$ ", /denied|refused/, END], { timeout: 5 });
   *
   * Where it fails, what was read stays readable; a Timeout has it, too, in `stdout`.
   *
   * @throws {Timeout} it wasn't shown in time
   * @throws {CommandNotFound} the shell has ended, and it wasn't shown
   * @throws {Cancelled} `signal` was aborted
   * @throws {OutputTooLarge} more than 16 MiB without it
   * @throws {InvalidParams} the output is read by `data` or `pipe`, or the timeout is no time
   * @throws {SshError} what ended the shell, as ConnectionLost
   */
  async expect(
    patterns: ShellPattern | readonly ShellPattern[],
    options: ExpectOptions = {},
  ): Promise<ShellMatch> {
    const list = Array.isArray(patterns)
      ? (patterns as readonly ShellPattern[])
      : [patterns as ShellPattern];
    for (const each of list) checkPattern(each);
    return this.#inTurn(() =>
      this.#read(limitsOf(options, nameOf(list)), (text, isOver) => {
        const value = findExpected(text, list, isOver);
        return value && { taken: value.before.length + value.text.length, value };
      }),
    );
  }

  /**
   * Types a command at a device's prompt and gives what it shows up to the next prompt: without its
   * echo, pagers' lines (`--More--`, which it answers) and what only terminals understand; lines end
   * with `"\n"`, and the last one's end is left out. For devices that have a shell and no other way to
   * run a command; `run` gives the exit code, too.
   *
   * The prompt is found by an empty line at the first command. A wide terminal (`pty: { columns: 500 }`)
   * keeps an echo in one line.
   *
   * @throws {Timeout} no prompt was shown in time; what was read stays readable, as of `expect`
   * @throws {CommandNotFound} the shell has ended, or its input
   * @throws {SshError} otherwise as of `expect`
   */
  async command(text: string, options: ShellCommandOptions = {}): Promise<string> {
    const ending = options.prompt === undefined ? undefined : endingWith(options.prompt);
    return this.#inTurn(async () => {
      const wanted = options.prompt === undefined ? "the prompt" : nameOf([options.prompt]);
      const limits = limitsOf(options, wanted);
      if (!this.#isAtPrompt || !(this.#prompt ?? ending)) await this.#findPrompt(limits, ending);
      // Should this one fail, its prompt may come whenever it likes.
      this.#isAtPrompt = false;
      const output = await this.#read(limits, this.#conversation(text, ending));
      this.#isAtPrompt = true;
      return output;
    });
  }

  /** Types a command, and a blank at each page's end. What was there before is dropped. */
  #conversation(text: string, ending: RegExp | undefined): Judge<string> {
    const pages: string[] = [];
    let from: number | undefined;
    return (shown) => {
      if (from === undefined) {
        this.#type(`${text}\r`);
        from = shown.length;
      }
      const page = shown.slice(from);
      const hasLine = pages.length > 0 || page.includes("\n");
      const isDone = ending
        ? // As long as the echo lasts, it is what was typed.
          hasLine && ending.test(lastLine(page))
        : this.#prompt?.test(lastLine(page));
      if (isDone) return { taken: shown.length, value: outputOf([...pages, page], text) };
      if (hasLine && isAtPager(page)) {
        pages.push(page);
        from = shown.length;
        this.#type(" ");
      }
      return undefined;
    };
  }

  /** Sees to it that a prompt is shown, and, unless the caller's is, which it is. */
  async #findPrompt(limits: Limits, ending: RegExp | undefined): Promise<void> {
    const isShown = (text: string) => ending?.test(lastLine(this.#before + text)) ?? false;
    const isAsked = await this.#briefly(limits, (text) =>
      lastLine(this.#before + text) ? { taken: 0, value: isShown(text) } : undefined,
    );
    if (isAsked) return;
    for (let lines = 1; ; lines++) {
      let isTyped = false;
      const isRepeated = await this.#briefly(limits, (text) => {
        if (!isTyped) this.#type("\r");
        isTyped = true;
        const line = repeatedLine(this.#before + text);
        if (line) this.#prompt = promptLike(line);
        return line || isShown(text) ? { taken: 0, value: line !== undefined } : undefined;
      });
      // What was typed before the shell read it stands elsewhere than its prompt: once more.
      if (isRepeated === undefined) continue;
      // Of those that were too many, prompts may still come.
      if (lines > 1 || !isRepeated) await this.#briefly(limits, () => undefined);
      return;
    }
  }

  /** Reads for a moment; undefined where that wasn't enough, and there is time for more. */
  async #briefly<T>(limits: Limits, judge: Judge<T>): Promise<T | undefined> {
    const deadline = Math.min(limits.deadline, performance.now() + silence);
    try {
      return await this.#read({ ...limits, deadline }, judge);
    } catch (error) {
      if (error instanceof Timeout && deadline < limits.deadline) return undefined;
      throw error;
    }
  }

  #type(text: string): void {
    if (!this.writable) {
      throw new CommandNotFound("the shell's input has ended", { data: { dispatched: "no" } });
    }
    this.write(text);
  }

  #inTurn<T>(talk: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(talk);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Reads until the judge has enough. What it doesn't take is given back, in the same turn of the loop. */
  #read<T>(limits: Limits, judge: Judge<T>): Promise<T> {
    if (this.readableFlowing) {
      throw invalidParam("shell", "its output is read by `data` or `pipe` already");
    }
    // Whoever talks to it is told of its failure by that.
    if (!this.listeners("error").includes(ignore)) this.on("error", ignore);
    return new Promise((resolve, reject) => {
      const { signal, deadline, wanted, seconds } = limits;
      const heard = new Heard();
      heard.add(this.#kept);
      this.#kept = Buffer.alloc(0);
      const leave = (rest: Buffer) => {
        for (const event of ["readable", "error", "close"]) this.off(event, look);
        signal?.removeEventListener("abort", onAbort);
        clearTimeout(timer);
        this.#giveBack(rest);
      };
      const fail = (error: unknown) => {
        leave(heard.bytes);
        reject(error);
      };
      /** What an error says, and has. */
      const told = (data: object) => ({
        data: { dispatched: "yes", ...data },
        stdout: heard.text,
      });
      const quoted = () =>
        heard.text ? `; what was shown ends with ${JSON.stringify(heard.text.slice(-200))}` : "";
      const look = () => {
        for (let chunk = this.#next(); chunk; chunk = this.#next()) heard.add(chunk);
        const isOver = this.process.stdout.readableEnded && !this.errored;
        if (isOver) heard.end();
        let verdict: Verdict<T> | undefined;
        try {
          verdict = judge(heard.text, isOver);
        } catch (error) {
          fail(error);
          return;
        }
        if (verdict) {
          const { taken } = verdict;
          if (taken > 0) this.#before = lastLine(heard.text.slice(0, taken));
          leave(heard.behind(taken));
          resolve(verdict.value);
        } else if (this.errored) fail(this.errored);
        else if (isOver) {
          const message = `the shell has ended before ${wanted}${quoted()}`;
          fail(new CommandNotFound(message, told({})));
        } else if (this.destroyed) fail(new Cancelled("the shell was destroyed", told({})));
        else if (heard.size > most) {
          const message = `${heard.size} bytes were shown, and not ${wanted}`;
          fail(new OutputTooLarge(message, told({ maxOutput: most })));
        }
      };
      const onAbort = () => fail(cancelled(signal?.reason, "yes"));
      const onTimeout = () => {
        const message = `not shown within ${seconds} s: ${wanted}${quoted()}`;
        fail(new Timeout(message, told({ phase: "expect", seconds })));
      };
      const left = Math.max(0, deadline - performance.now());
      const timer = left > longestTimer ? undefined : setTimeout(onTimeout, left);
      for (const event of ["readable", "error", "close"]) this.on(event, look);
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted) onAbort();
      else look();
    });
  }

  #next(): Buffer | null {
    const chunk = this.read() as Buffer | string | null;
    return typeof chunk === "string" ? Buffer.from(chunk, this.readableEncoding ?? "utf8") : chunk;
  }

  #giveBack(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.destroyed) this.#kept = bytes;
    else if (this.readableEncoding === null) this.unshift(bytes);
    else this.unshift(bytes.toString(this.readableEncoding), this.readableEncoding);
  }
}

function ignore(): void {}

function limitsOf({ timeout = defaultTimeout, signal }: ExpectOptions, wanted: string): Limits {
  if (!(timeout >= 0)) throw invalidParam("timeout", "must be a number of seconds, at least 0");
  return { deadline: performance.now() + timeout * 1000, seconds: timeout, signal, wanted };
}
