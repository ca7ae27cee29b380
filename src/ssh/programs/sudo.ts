import { randomBytes } from "node:crypto";
import { commandLine } from "../../codecs/shell/command-line.ts";
import { printable, printableLines } from "../../codecs/text/printable.ts";
import { Failure } from "../../protocol/errors.ts";
import { invalidParam } from "../../protocol/invalid-param.ts";
import { maxCommand } from "../../protocol/limits.ts";
import type { SessionChannel } from "../connection/channels/channel.ts";
import type { Call } from "../support/call.ts";

/**
 * What may come before the program is known to begin, in bytes and in packets: a lecture, whatever PAM has
 * to tell, and what the program writes to stdout meanwhile.
 */
const maxTalk = 256 * 1024;
const maxPackets = 4096;
/** Characters of it that an error holds. */
const maxText = 4096;

/** Who gives the password, once for each time that sudo asks. @returns undefined where nobody does */
export type GivePassword = (attempt: number) => Promise<string | undefined>;

/** A program run by sudo(8): the command line, and the talk with sudo until the program begins. */
export class Sudo {
  /** For the account's shell. */
  readonly command: Buffer;
  readonly #givePassword: GivePassword;
  /** sudo's prompt, and below the mark that the program begins: random, so that nobody can imitate them. */
  readonly #prompt = makeMark();
  readonly #begin = makeMark();

  /**
   * @param user whom to run as; `true` for root
   * @param program a command for sh
   * @throws {Failure} InvalidParams where that makes too long a line
   */
  constructor(user: string | true, program: Uint8Array, givePassword: GivePassword) {
    this.#givePassword = givePassword;
    // sudo is to speak English, so that its messages can be recognised.
    const script = 'unset LANGUAGE; printf %s "$1$2" >&2; exec sh -c "$3"';
    const sudo = ["env", "LANGUAGE=en", "sudo", "-S", "-H", "-p", this.#prompt];
    const words = [...sudo, "-u", user === true ? "root" : user, "--", "sh", "-c", script, "sh"];
    this.command = commandLine([...words, ...halves(this.#begin), program]);
    if (this.command.length > maxCommand) {
      throw invalidParam("command", `makes a command line of more than ${maxCommand} bytes`);
    }
  }

  /**
   * Answers sudo until the program begins. Nothing of that is output, and nothing of the input has been
   * sent: sudo would take it for a password.
   *
   * @throws {Failure} SudoFailed, ConnectionLost, or the call's end
   */
  async run(channel: SessionChannel, call: Call): Promise<void> {
    const talk = new Talk(channel, [this.#prompt, this.#begin]);
    const closed = channel.closed.then(() => undefined);
    for (let attempt = 0; ; attempt += 1) {
      const said = await call.race(Promise.race([talk.next(), closed]));
      if (said === this.#begin) return;
      if (said === undefined) throw failed(talk.text, channel);
      const password = await this.#givePassword(attempt);
      if (password === undefined) {
        throw attempt === 0
          ? failure("passwordNeeded", "sudo asks for a password, and none was given")
          : failure("wrongPassword", "sudo didn't take the password");
      }
      talk.forget();
      await call.race(channel.write(Buffer.from(`${password}\n`)));
    }
  }
}

const makeMark = () => `sshrpc-${randomBytes(12).toString("hex")}`;

/** A mark in two halves: a message of sudo's that has the command line in it doesn't have the mark. */
const halves = (text: string) => [text.slice(0, 12), text.slice(12)];

/** What sudo says, on either stream. */
class Talk {
  readonly #channel: SessionChannel;
  readonly #marks: readonly string[];
  readonly #said = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #packets = 0;
  #bytes = 0;
  #found: string | undefined;
  #overflow = false;
  #wake: () => void = () => {};

  constructor(channel: SessionChannel, marks: readonly string[]) {
    this.#channel = channel;
    this.#marks = marks;
    channel.onOutput((stream, chunk) => this.#take(stream, chunk));
  }

  /** What was said since the last question. */
  get text(): string {
    const { stdout, stderr } = this.#said;
    return printableLines(`${stdout.toString()}\n${stderr.toString()}`).slice(-maxText);
  }

  forget(): void {
    this.#said.stdout = this.#said.stderr = Buffer.alloc(0);
  }

  /** The next of the marks. */
  async next(): Promise<string> {
    for (;;) {
      if (this.#overflow) throw failure("other", "sudo talks without end");
      const found = this.#found;
      this.#found = undefined;
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #take(stream: "stdout" | "stderr", chunk: Uint8Array): void {
    const said = Buffer.concat([this.#said[stream], chunk]);
    this.#said[stream] = said;
    this.#packets += 1;
    this.#bytes += chunk.length;
    const mark = this.#marks.find((text) => said.includes(text));
    this.#overflow = !mark && (this.#bytes > maxTalk || this.#packets > maxPackets);
    if (mark) {
      const at = said.indexOf(mark);
      this.#said[stream] = said.subarray(0, at);
      this.#found = mark;
      if (mark === this.#marks.at(-1)) this.#handOn(stream, said.subarray(at + mark.length));
    }
    if (mark || this.#overflow) this.#wake();
  }

  /**
   * The program has begun.
   *
   * @param rest what came behind that on the same stream
   */
  #handOn(stream: "stdout" | "stderr", rest: Uint8Array): void {
    // Without a terminal sudo writes to stderr only, so what came on stdout is the program's.
    const ahead = stream === "stderr" ? this.#said.stdout : Buffer.alloc(0);
    this.#said.stdout = Buffer.alloc(0);
    this.#channel.holdOutput("stdout", ahead);
    this.#channel.holdOutput(stream, rest);
    this.#channel.consumed(this.#bytes - ahead.length - rest.length);
  }
}

/** Why sudo refuses. */
type Reason =
  | "wrongPassword"
  | "passwordNeeded"
  | "noTerminal"
  | "notAllowed"
  | "unknownUser"
  | "notFound"
  | "other";

/** sudo's words, and sudo-rs's, for each. */
const reasons: readonly [RegExp, Reason][] = [
  [/must have a tty|a terminal is required|no tty present/i, "noTerminal"],
  [/not in the sudoers|not allowed to|may not run|I'm afraid I can't do that/i, "notAllowed"],
  [/unknown user|user .* not found/i, "unknownUser"],
  [/incorrect password|maximum .* attempts|authentication fail|try again/i, "wrongPassword"],
  [/password is required|no password was provided/i, "passwordNeeded"],
];

const explained: Readonly<Record<Reason, string>> = {
  wrongPassword: "sudo didn't take the password",
  passwordNeeded: "sudo needs a password",
  noTerminal: "sudo runs on a terminal only: ask for one with pty",
  notAllowed: "the account may not do that by sudo",
  unknownUser: "there is no such user for sudo",
  notFound: "the server has no sudo",
  other: "sudo failed",
};

function failed(said: string, { exit }: SessionChannel): Failure {
  const [pattern, found] = reasons.find(([each]) => each.test(said)) ?? [];
  // 127 is a shell's, and env's, exit code for "command not found".
  const reason = found ?? (exit.code === 127 ? "notFound" : "other");
  const lines = said.split("\n");
  const telling = lines.findLast((line) => pattern?.test(line)) ?? lines.at(-1) ?? "";
  const words = printable(telling, 1024);
  return failure(
    reason,
    `${explained[reason]}${words === "" ? "" : `: ${words}`}`,
    said,
    exit.code,
  );
}

function failure(reason: Reason, message: string, stderr?: string, exitCode?: number): Failure {
  return new Failure("SudoFailed", message, {
    reason,
    ...(stderr && { stderr }),
    ...(exitCode !== undefined && { exitCode }),
  });
}
