/**
 * Session channels in place of ssh2's own, which are two streams each: these give the server a window
 * anew as soon as data has been emitted, wait for a window that a server is known not to need, and
 * close when their ends are done, though the server may have the command's status to tell yet. They
 * also take as long as all else that ssh2 does for a command.
 *
 * test/ssh/ssh2/raw-session-channel.test.ts, test/e2e/receive-window.test.ts, test/e2e/command-ends.test.ts,
 * test/e2e/round-trips.test.ts
 */
import { Buffer } from "node:buffer";
import { requestAgent, requestEnv, requestExec, requestPty } from "./channel-requests.ts";
import {
  requestShell,
  requestSubsystem,
  sendSignal,
  sendWindowChange,
} from "./channel-requests.ts";
import type { Answer, Terminal, TerminalSize } from "./channel-requests.ts";
import { lent } from "./internals/protocol.ts";
import type { ChannelState, Opened, Protocol } from "./internals/protocol.ts";
import { closeOurSide, sidesOf } from "./sides.ts";
import { adjustWindow } from "./windows.ts";

export type { Answer, Terminal, TerminalSize };

/** How a command ended, as its channel told (RFC 4254 §6.10); empty where it didn't. */
export interface Exit {
  readonly code?: number;
  /** Without SIG, as the server sent it. */
  readonly signal?: string;
}

/** What comes on a channel, told as it comes. */
export interface ChannelEvents {
  output(stream: "stdout" | "stderr", chunk: Buffer): void;
  /** The server has sent more than its window allows. */
  overrun(): void;
  exit(exit: Exit): void;
  /**
   * Nothing more comes on either stream. Told when all packets have been read that came together.
   *
   * @param isClosed whether both sides have closed, too, or the connection is gone; if not, it is told
   *   again when that is so
   */
  ended(isClosed: boolean): void;
}

type Tell = (events: ChannelEvents) => void;

interface Unsent {
  readonly data: Buffer;
  readonly taken: () => void;
}

const nothing = () => {};

/**
 * One open session channel (RFC 4254 §6), as it is: writes that are pending when it closes are never
 * answered; `SessionChannel` settles that.
 */
export class RawSessionChannel implements ChannelState {
  // As ssh2 has it in its channels.
  readonly type = "session";
  readonly _callbacks: ChannelState["_callbacks"] = [];
  readonly _exit: { code?: number | null } = {};
  readonly incoming: ChannelState["incoming"];
  readonly outgoing: ChannelState["outgoing"];
  readonly stderr: { readable: boolean; push: (chunk: Buffer | null) => void; emit: () => void };
  readable = true;
  /** Whether ssh2 is to call {@link _chunkcb} when the server grants more window. */
  _waitWindow = false;

  readonly #protocol: Protocol;
  #events: ChannelEvents | undefined;
  /** What has come before {@link listen}. */
  readonly #early: Tell[] = [];
  #isTelling = false;
  #isClosed = false;
  readonly #unsent: Unsent[] = [];
  #isEnding = false;
  /** See {@link borrowWindow}. */
  #borrowed = 0;

  constructor(protocol: Protocol, opened: Opened) {
    this.#protocol = protocol;
    const { incoming, outgoing } = sidesOf(opened);
    // ssh2 adjusts none of it, as data is never taken to have been read.
    this.incoming = incoming;
    this.outgoing = outgoing;
    incoming.window += lent;
    this.stderr = {
      readable: true,
      push: (chunk) => {
        if (chunk === null) this.stderr.readable = false;
        else this.#come("stderr", chunk);
      },
      emit: nothing,
    };
  }

  /** Tells from now on what comes, and what has come before. */
  listen(events: ChannelEvents): void {
    this.#events = events;
    for (const tell of this.#early.splice(0)) tell(events);
    if (!this.readable) this.#tellEnd();
  }

  /** The most that the server takes in one packet (RFC 4254 §5.1), in bytes. */
  get packetSize(): number {
    return this.outgoing.packetSize;
  }

  /** Whether nothing more comes on either stream; told a moment later. */
  get isEnded(): boolean {
    return !this.readable;
  }

  /** Runs a command (RFC 4254 §6.5), of any bytes. */
  exec(command: Uint8Array): Promise<Answer> {
    return requestExec(this.#protocol, this, command);
  }

  /** RFC 4254 §6.5. */
  shell(): Promise<Answer> {
    return requestShell(this.#protocol, this);
  }

  /** RFC 4254 §6.5. */
  subsystem(name: string): Promise<Answer> {
    return requestSubsystem(this.#protocol, this, name);
  }

  /** Sets a variable for the program to come (RFC 4254 §6.4). */
  env(name: string, value: string): Promise<Answer> {
    return requestEnv(this.#protocol, this, name, value);
  }

  /** Asks for a pseudo-terminal (RFC 4254 §6.2). */
  pty(terminal: Terminal): Promise<Answer> {
    return requestPty(this.#protocol, this, terminal);
  }

  /** Lets the server open channels to our agent (auth-agent-req@openssh.com). */
  agent(): Promise<Answer> {
    return requestAgent(this.#protocol, this);
  }

  /** RFC 4254 §6.9. */
  signal(name: string): void {
    sendSignal(this.#protocol, this, name);
  }

  /** RFC 4254 §6.7. */
  windowChange(size: TerminalSize): void {
    sendWindowChange(this.#protocol, this, size);
  }

  /** Lets the server send so many bytes more (RFC 4254 §5.2). */
  adjustWindow(bytes: number): void {
    adjustWindow(this.#protocol, this, bytes);
  }

  /**
   * Lets so many bytes be written before the server has granted a window (RFC 4254 §5.2), which takes
   * them off it; see `earlyInput` for which servers that is safe with.
   */
  borrowWindow(bytes: number): void {
    if (this.outgoing.window > 0) return;
    this.#borrowed = bytes;
    this._waitWindow = true;
  }

  /** @param taken called when the server's window has taken all of it; never where the channel closes first */
  write(data: Uint8Array, taken: () => void): void {
    this.#unsent.push({ data: Buffer.from(data.buffer, data.byteOffset, data.length), taken });
    this.#send();
  }

  /** Sends EOF when all that was written has left (RFC 4254 §5.3). */
  end(): void {
    this.#isEnding = true;
    this.#send();
  }

  /** Closes our side (RFC 4254 §5.3); safe to repeat. */
  close(): void {
    closeOurSide(this.#protocol, this);
  }

  /** ssh2 hands data on, and null for the end; false has it leave the window alone. */
  push(chunk: Buffer | null): boolean {
    if (chunk === null) {
      this.readable = false;
      this.#tellEnd();
    } else this.#come("stdout", chunk);
    return false;
  }

  /** ssh2 tells of the program's exit, and of the channel's close. */
  emit(event: "exit" | "close", code: number | null, signal = ""): void {
    if (event === "exit") {
      const exit = code === null ? { signal: signal.replace(/^SIG/, "") } : { code };
      this.#tell((events) => events.exit(exit));
    } else {
      this.#isClosed = true;
      this.#tellEnd();
    }
  }

  /** ssh2 calls it when the server has granted more window. */
  _chunkcb(): void {
    this.#borrowed = 0;
    this.#send();
  }

  #come(stream: "stdout" | "stderr", chunk: Buffer): void {
    if (this.incoming.window < lent) this.#tell((events) => events.overrun());
    else if (chunk.length > 0) this.#tell((events) => events.output(stream, chunk));
  }

  #tell(tell: Tell): void {
    if (this.#events) tell(this.#events);
    else this.#early.push(tell);
  }

  #tellEnd(): void {
    if (this.#isTelling || !this.#events) return;
    this.#isTelling = true;
    process.nextTick(() => {
      this.#isTelling = false;
      this.#events?.ended(this.#isClosed);
    });
  }

  #send(): void {
    const { outgoing } = this;
    while (outgoing.state === "open") {
      const [first] = this.#unsent;
      if (!first) {
        if (!this.#isEnding) return;
        outgoing.state = "eof";
        this.#protocol.channelEOF(outgoing.id);
        return;
      }
      const room = Math.min(outgoing.window + this.#borrowed, outgoing.packetSize);
      if (room <= 0) {
        this._waitWindow = true;
        return;
      }
      const { data, taken } = first;
      const packet = data.subarray(0, room);
      outgoing.window -= packet.length;
      if (packet.length < data.length) this.#unsent[0] = { data: data.subarray(room), taken };
      else this.#unsent.shift();
      this.#protocol.channelData(outgoing.id, packet);
      if (packet.length === data.length) taken();
    }
  }
}
