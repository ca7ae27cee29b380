import { Buffer } from "node:buffer";
import { encodeTerminalModes } from "../../codecs/ssh/terminal-modes.ts";
import type { TerminalMode } from "../../protocol/terminal-modes.ts";
import type { ChannelState, Protocol } from "./internals/protocol.ts";

/** A terminal's size in characters and in pixels (0: unknown). */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
}

/** A pseudo-terminal to ask for. */
export interface Terminal extends TerminalSize {
  readonly term: string;
  readonly modes?: Partial<Record<TerminalMode, number>> | undefined;
}

/** A server's answer to a request, or `closed` where it closed the channel instead. */
export type Answer = "agreed" | "refused" | "closed";

function asked(channel: ChannelState, send: (id: number) => void) {
  return new Promise<Answer>((resolve) => {
    const { _callbacks, incoming, outgoing } = channel;
    if (outgoing.state === "closing" || outgoing.state === "closed") return resolve("closed");
    // When the channel closes, ssh2 calls back as if the request had been refused.
    _callbacks.push((failed) => {
      if (!failed) resolve("agreed");
      else resolve(incoming.state === "closed" ? "closed" : "refused");
    });
    send(outgoing.id);
  });
}

/** RFC 4254 §6.5. Apart from opening, so that both can be told apart and sent ahead; of any bytes. */
export const requestExec = (protocol: Protocol, channel: ChannelState, command: Uint8Array) =>
  asked(channel, (id) => protocol.exec(id, Buffer.from(command), true));

/** RFC 4254 §6.5. */
export const requestShell = (protocol: Protocol, channel: ChannelState) =>
  asked(channel, (id) => protocol.shell(id, true));

/** RFC 4254 §6.5. */
export const requestSubsystem = (protocol: Protocol, channel: ChannelState, name: string) =>
  asked(channel, (id) => protocol.subsystem(id, name, true));

/** RFC 4254 §6.4, with a reply: ssh2 counts the replies of several variables wrongly. */
export const requestEnv = (
  protocol: Protocol,
  channel: ChannelState,
  name: string,
  value: string,
) => asked(channel, (id) => protocol.env(id, name, value, true));

/** RFC 4254 §6.2. */
export const requestPty = (
  protocol: Protocol,
  channel: ChannelState,
  { term, columns, rows, width, height, modes = {} }: Terminal,
) =>
  asked(channel, (id) =>
    protocol.pty(id, rows, columns, height, width, term, encodeTerminalModes(modes), true),
  );

/** auth-agent-req@openssh.com: that the server may open channels to the agent of our side. */
export const requestAgent = (protocol: Protocol, channel: ChannelState) =>
  asked(channel, (id) => protocol.openssh_agentForward(id, true));

/** RFC 4254 §6.7. */
export function sendWindowChange(
  protocol: Protocol,
  channel: ChannelState,
  size: TerminalSize,
): void {
  const { outgoing } = channel;
  const { columns, rows, width, height } = size;
  if (outgoing.state === "open" || outgoing.state === "eof") {
    protocol.windowChange(outgoing.id, rows, columns, height, width);
  }
}

/** RFC 4254 §6.9. ssh2's `signal()` does nothing once our side has sent EOF. */
export function sendSignal(protocol: Protocol, channel: ChannelState, name: string): void {
  const { outgoing } = channel;
  if (outgoing.state === "open" || outgoing.state === "eof") {
    protocol.signal(outgoing.id, name);
  }
}
