import type { Client, ClientChannel } from "ssh2";
import {
  requestAgent,
  requestEnv,
  requestExec,
  requestPty,
  requestShell,
  requestSubsystem,
  sendSignal,
  sendWindowChange,
} from "./channel-requests.ts";
import type { Answer, Terminal, TerminalSize } from "./channel-requests.ts";
import { borrowWindow } from "./patches/borrowed-window.ts";
import { takeData } from "./patches/taken-data.ts";
import { adjustWindow, packetSizeOf } from "./windows.ts";

export type { Answer, Terminal, TerminalSize };

/** How a command ended, as its channel told (RFC 4254 §6.10); empty where it didn't. */
export interface Exit {
  readonly code?: number;
  /** Without SIG, as the server sent it. */
  readonly signal?: string;
}

/**
 * One open session channel (RFC 4254 §6), as it is: writes and requests that are pending when it closes may
 * never be answered. `SessionChannel` settles that.
 */
export class RawChannel {
  readonly #client: Client;
  readonly #channel: ClientChannel;

  /** @param channel one that `client` has just opened */
  constructor(client: Client, channel: ClientChannel) {
    this.#client = client;
    this.#channel = channel;
    // For ever: without a listener, an `error` event would end the process.
    channel.on("error", () => {});
    channel.stderr.on("error", () => {});
  }

  /** The most that the server takes in one packet (RFC 4254 §5.1), in bytes. */
  get packetSize(): number {
    return packetSizeOf(this.#channel);
  }

  /** Runs a command (RFC 4254 §6.5), of any bytes. */
  exec(command: Uint8Array): Promise<Answer> {
    return requestExec(this.#client, this.#channel, command);
  }

  /** RFC 4254 §6.5. */
  shell(): Promise<Answer> {
    return requestShell(this.#client, this.#channel);
  }

  /** RFC 4254 §6.5. */
  subsystem(name: string): Promise<Answer> {
    return requestSubsystem(this.#client, this.#channel, name);
  }

  /** Sets a variable for the program to come (RFC 4254 §6.4). */
  env(name: string, value: string): Promise<Answer> {
    return requestEnv(this.#client, this.#channel, name, value);
  }

  /** Asks for a pseudo-terminal (RFC 4254 §6.2). */
  pty(terminal: Terminal): Promise<Answer> {
    return requestPty(this.#client, this.#channel, terminal);
  }

  /** Lets the server open channels to our agent (auth-agent-req@openssh.com). */
  agent(): Promise<Answer> {
    return requestAgent(this.#client, this.#channel);
  }

  /** RFC 4254 §6.9. */
  signal(name: string): void {
    sendSignal(this.#client, this.#channel, name);
  }

  /** RFC 4254 §6.7. */
  windowChange(size: TerminalSize): void {
    sendWindowChange(this.#client, this.#channel, size);
  }

  /**
   * Takes all that comes, as it arrives; its end is told as usual. The server may send what
   * {@link adjustWindow} grants, beyond the first window.
   *
   * @param onOverrun called when the server sends more than that
   */
  read(take: (stream: "stdout" | "stderr", chunk: Buffer) => void, onOverrun: () => void): void {
    takeData(this.#channel, take, onOverrun);
  }

  /** Lets the server send so many bytes more (RFC 4254 §5.2). */
  adjustWindow(bytes: number): void {
    adjustWindow(this.#client, this.#channel, bytes);
  }

  /** Lets so many bytes be written before the server has granted a window, which they are taken off. */
  borrowWindow(bytes: number): void {
    borrowWindow(this.#client, this.#channel, bytes);
  }

  /**
   * Writes what is one packet at the most for a turn.
   *
   * @param taken called when the server's window has taken it; never where the channel closes first
   */
  write(packet: Uint8Array, taken: (error?: Error | null) => void): void {
    this.#channel.write(packet, taken);
  }

  /** Sends EOF when all that was written has left (RFC 4254 §5.3). */
  end(): void {
    this.#channel.end();
  }

  /** Closes our side (RFC 4254 §5.3); safe to repeat. */
  close(): void {
    this.#channel.close();
  }

  /** Told each time that the server says how the program ended. */
  onExit(told: (exit: Exit) => void): void {
    this.#channel.on("exit", (code: number | null, signal?: string) =>
      told(code === null ? { signal: (signal ?? "").replace(/^SIG/, "") } : { code }),
    );
  }

  /** Told when nothing more will come on the stream. */
  onEnd(stream: "stdout" | "stderr", told: () => void): void {
    (stream === "stdout" ? this.#channel : this.#channel.stderr).once("end", told);
  }

  /** Told when both sides have closed, or the connection is gone; that doesn't wait for stderr's end. */
  onClose(told: () => void): void {
    this.#channel.once("close", told);
  }
}
