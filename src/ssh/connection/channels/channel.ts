import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import type {
  Answer,
  Exit,
  RawSessionChannel,
  Terminal,
  TerminalSize,
} from "../../ssh2/raw-session-channel.ts";
import { OutputQueue } from "../../flow/output-queue.ts";
import type { StreamName } from "../../flow/output-queue.ts";
import { ReceiveWindow } from "../../flow/receive-window.ts";
import type { RoundTrip } from "../../flow/round-trip.ts";
import type { Carrying } from "./carrying.ts";
import { ChannelInput } from "./channel-input.ts";

type Take = (stream: StreamName, chunk: Uint8Array) => void;

/** What a session channel can start, once (RFC 4254 §6.5). */
export type Start =
  { readonly exec: Uint8Array } | { readonly shell: true } | { readonly subsystem: string };

export type { Exit, Terminal, TerminalSize };

/** What a session channel needs of the connection that carries it. */
export interface SessionCarrying extends Carrying {
  /** Bytes that may go ahead of the window; see server-quirks.ts. */
  readonly earlyInput: number;
  /** Bytes of a command that the server bears; see server-quirks.ts. */
  readonly longestCommand: number;
  /** Whether the server has agreed to auth-agent-req@openssh.com. */
  lendsAgent: boolean;
  /** Whether the server was seen to end a command's output, say nothing of its end, and wait for us. */
  waitsForClose: boolean;
}

/**
 * Milliseconds that the server may take to close a channel whose output has ended (RFC 4254 §5.3)
 * before our side closes it: the first once the command's exit status has come; the second while it
 * hasn't, as some servers send it late. Other servers wait for us to close first: once a server has
 * done so, the first time holds for it.
 */
const closePatience = 1000;
const statusPatience = 10_000;

/**
 * One open session channel (RFC 4254 §6). Unlike the raw one it settles everything: when the channel
 * closes or the connection is lost, no write, request or wait stays open.
 */
export class SessionChannel {
  /**
   * Resolves when both sides have closed and all output was handed on; rejects where the connection is lost
   * before the server has told all of the command.
   */
  readonly closed: Promise<void>;
  readonly #carrying: SessionCarrying;
  readonly #raw: RawSessionChannel;
  readonly #input: ChannelInput;
  readonly #window: ReceiveWindow;
  /** Output that came before {@link onOutput}. */
  readonly #early = new OutputQueue();
  #take: Take = (stream, chunk) => this.#early.push(stream, chunk);
  /** Bytes of output that came and haven't been {@link consumed}. */
  #held = 0;
  #discards = false;
  #settleClosed!: { resolve: () => void; reject: (failure: Failure) => void };
  /** Resolves when there is output, or an end: something has been started. */
  readonly #lives: Promise<void>;
  #liven!: () => void;
  #onClose = () => {};
  #onActivity = () => {};
  #onExit = () => {};
  #exit: Exit = {};
  #exited = false;
  #open = true;
  #inputEnded = false;
  #outputEnded = false;
  #closedByServer = false;
  /** Why {@link closed} rejects. */
  #failure: Failure | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(carrying: SessionCarrying, raw: RawSessionChannel) {
    this.#carrying = carrying;
    this.#raw = raw;
    this.#input = new ChannelInput(carrying, raw);
    this.#window = new ReceiveWindow((bytes) => raw.adjustWindow(bytes), carrying, this);
    this.closed = new Promise((resolve, reject) => {
      this.#settleClosed = { resolve, reject };
    });
    this.closed.catch(() => {});
    this.#lives = new Promise((resolve) => {
      this.#liven = () => {
        // Node is called each further time that a promise is resolved: with each packet, that is.
        this.#liven = () => {};
        resolve();
      };
    });
    raw.listen({
      output: (stream, chunk) => {
        this.#held += chunk.length;
        this.#liven();
        this.#onActivity();
        this.#take(stream, chunk);
      },
      overrun: carrying.onOverrun,
      exit: (exit) => {
        this.#exited = true;
        if (this.#patience) carrying.waitsForClose = false;
        this.#liven();
        this.#exit = exit;
        this.#onExit();
        this.#ended();
      },
      ended: (isClosed) => {
        this.#outputEnded = true;
        this.#closedByServer = isClosed;
        this.#ended();
      },
    });
  }

  /** How the command ended, as far as it is known by now. */
  get exit(): Exit {
    return this.#exit;
  }

  /** Whether the server has said that the command ended. */
  get exited(): boolean {
    return this.#exited;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get roundTrip(): RoundTrip {
    return this.#carrying.roundTrip;
  }

  /** Bytes that should be under way to us, by the pace at which they came; undefined before enough have. */
  get underWay(): number | undefined {
    return this.#window.isMeasured ? this.#window.used : undefined;
  }

  /**
   * Starts to hand on the command's output. Both streams share one window: what isn't reported as
   * {@link consumed} keeps the server from sending more on either.
   */
  onOutput(take: Take): void {
    this.#take = take;
    for (let next = this.#early.shift(); next; next = this.#early.shift()) {
      take(next.stream, next.bytes);
    }
  }

  /** Holds all output until the next {@link onOutput}, `bytes` first, which were taken before. */
  holdOutput(stream: StreamName, bytes: Uint8Array): void {
    this.#early.push(stream, bytes);
    this.#take = (name, chunk) => this.#early.push(name, chunk);
  }

  /** Tells of each piece of output that comes. */
  onActivity(told: () => void): void {
    this.#onActivity = told;
  }

  /**
   * So much of the output is no longer held in memory: the server may send as much again.
   *
   * @param demand how many bytes more will be taken, as far as that is known
   */
  consumed(bytes: number, demand?: number): void {
    if (this.#discards) return;
    this.#held -= bytes;
    this.#window.consumed(bytes, demand);
  }

  /** Whether nobody wants the output any more. */
  get discardsOutput(): boolean {
    return this.#discards;
  }

  /**
   * Throws away what was not {@link consumed} and all that is still to come: behind it come the
   * command's exit and the channel's end.
   *
   * @param see is given what is thrown away
   */
  discardOutput(see: Take = () => {}): void {
    if (this.#discards) return;
    this.#discards = true;
    this.#take = (stream, chunk) => {
      see(stream, chunk);
      this.#window.consumed(chunk.length, 0);
    };
    this.#window.consumed(this.#held, 0);
  }

  /** Told when the server says that the command ended; its output may go on (a child holds it). */
  onExit(told: () => void): void {
    this.#onExit = told;
  }

  /** Told when our side is closed before the server's. */
  onClose(told: () => void): void {
    this.#onClose = told;
  }

  /** Starts a program (RFC 4254 §6.5). @throws {Failure} ChannelRequestDenied */
  async start(what: Start, call: Call): Promise<void> {
    const { earlyInput, longestCommand } = this.#carrying;
    if ("exec" in what && what.exec.length > longestCommand) {
      const { length } = what.exec;
      const message = `this server takes commands of up to ${longestCommand} bytes; this one has ${length}`;
      throw new Failure("ChannelRequestDenied", message, { request: "exec" });
    }
    call.dispatched = "maybe";
    const requested = this.#request(what);
    if (earlyInput > 0) this.#raw.borrowWindow(earlyInput);
    const settle = (answer: Answer) => {
      if (answer === "agreed") call.dispatched = "yes";
      else if (answer === "refused") call.dispatched = "no";
      if ("exec" in what) requireAgreed(answer, "exec", "run a command", noExec);
      else if ("shell" in what) requireAgreed(answer, "shell", "start a shell");
      else requireAgreed(answer, "subsystem", `start the subsystem ${what.subsystem}`);
    };
    const answered = this.#answer(requested, call);
    // Some servers never answer the request; output, or the channel's end, shows that it was granted.
    const isAnswer = await Promise.race([answered.then(() => true), this.#lives.then(() => false)]);
    if (!isAnswer) {
      call.dispatched = "yes";
      answered.then(
        (answer) => answer === "refused" && this.#refuse(() => settle(answer)),
        () => {},
      );
    } else settle(await answered);
  }

  /** The server refuses the request although output came, which counted as an answer. @param deny throws */
  #refuse(deny: () => void): void {
    try {
      deny();
    } catch (failure) {
      this.close();
      this.fail(failure as Failure);
    }
  }

  #request(what: Start): Promise<Answer> {
    this.#carrying.asked.note(this, performance.now());
    if ("exec" in what) return this.#raw.exec(what.exec);
    if ("shell" in what) return this.#raw.shell();
    return this.#raw.subsystem(what.subsystem);
  }

  /** Sets a variable for the command to come (RFC 4254 §6.4). @throws {Failure} ChannelRequestDenied */
  async env(name: string, value: string, call: Call): Promise<void> {
    const answer = this.#raw.env(name, value);
    requireAgreed(
      await this.#answer(answer, call),
      "env",
      `set the environment variable ${name}`,
      `AcceptEnv of its sshd_config says which it takes, and with envMode "export" it isn't asked`,
    );
  }

  /** Asks for a pseudo-terminal (RFC 4254 §6.2). @throws {Failure} ChannelRequestDenied */
  async pty(terminal: Terminal, call: Call): Promise<void> {
    const answer = this.#raw.pty(terminal);
    requireAgreed(await this.#answer(answer, call), "pty-req", "give a pseudo-terminal", noPty);
  }

  /**
   * Lets what runs use our agent (auth-agent-req@openssh.com). OpenSSH agrees once a connection, and
   * gives it to all that runs on that from then on.
   *
   * @throws {Failure} ChannelRequestDenied
   */
  async agent(call: Call): Promise<void> {
    const answer = await this.#answer(this.#raw.agent(), call);
    if (answer === "agreed") this.#carrying.lendsAgent = true;
    if (answer === "refused" && this.#carrying.lendsAgent) return;
    requireAgreed(answer, "auth-agent-req@openssh.com", "forward the agent");
  }

  /**
   * Writes to the command's stdin; resolves when the server's window and the socket took it, and
   * `data` may be used for something else.
   *
   * @param onProgress called after each packet, with its bytes
   * @returns false where the channel closed first
   */
  write(data: Uint8Array, onProgress?: (bytes: number) => void): Promise<boolean> {
    this.#carrying.asked.note(this, performance.now());
    return this.#input.write(data, onProgress);
  }

  /** Ends the command's stdin. */
  eof(): void {
    if (!this.#open) return;
    this.#raw.end();
    this.#inputEnded = true;
    this.#ended();
  }

  /** Signals the command (RFC 4254 §6.9); the server doesn't answer to it. */
  signal(name: string): void {
    if (this.#open) this.#raw.signal(name);
  }

  /** Tells the program's terminal of another size (RFC 4254 §6.7); the server doesn't answer to it. */
  resize(size: TerminalSize): void {
    if (this.#open) this.#raw.windowChange(size);
  }

  /** Closes our side; {@link closed} resolves when the server has closed its own. */
  close(): void {
    if (!this.#open) return;
    this.#input.close();
    this.#raw.close();
    this.#onClose();
  }

  /** The connection is gone: nothing will come any more. */
  fail(failure: Failure): void {
    if (!this.#open) return;
    this.#settle();
    // Some servers end the connection with the command, of which everything is known then.
    if (this.#exited && this.#raw.isEnded) return this.#settleClosed.resolve();
    this.#failure = failure;
    this.#settleClosed.reject(failure);
  }

  /** The command has ended, its input, its output, or the channel. */
  #ended(): void {
    if (!this.#open || !this.#outputEnded) return;
    clearTimeout(this.#patience);
    if (this.#closedByServer) {
      this.#settle();
      this.#settleClosed.resolve();
    } else if (this.#exited || this.#inputEnded) {
      const isShort = this.#exited || this.#carrying.waitsForClose;
      const giveUp = () => {
        if (!this.#exited) this.#carrying.waitsForClose = true;
        this.close();
      };
      this.#patience = setTimeout(giveUp, isShort ? closePatience : statusPatience).unref();
    }
  }

  #settle(): void {
    this.#open = false;
    clearTimeout(this.#patience);
    this.#window.close();
    this.#input.close();
  }

  async #answer(asked: Promise<Answer>, call: Call): Promise<Answer> {
    const askedAt = performance.now();
    const closed = this.closed.then(() => "closed" as const);
    const answer = await call.race(Promise.race([asked, closed]));
    // What the connection's end leaves unanswered looks to us as if the server had closed the channel.
    if (answer === "closed" && this.#failure) throw this.#failure;
    // A `closed` is no answer, and may come sooner than a round trip takes.
    if (answer !== "closed") this.#carrying.roundTrip.note(performance.now() - askedAt);
    return answer;
  }
}

const noExec = "one that has a shell alone is driven by session.shell";
const noPty = "PermitTTY of its sshd_config says who gets one; most programs need none";

/** @param hint the server's setting that would allow it, or what does without it */
function requireAgreed(answer: Answer, request: string, what: string, hint?: string): void {
  if (answer === "agreed") return;
  const message =
    answer === "refused"
      ? `the server refused to ${what}${hint === undefined ? "" : ` (${hint})`}`
      : `the server closed the channel when asked to ${what}`;
  throw new Failure("ChannelRequestDenied", message, { request });
}
