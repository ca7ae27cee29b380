import { Buffer } from "node:buffer";
import type { Client, ClientChannel } from "ssh2";
import { encodeTerminalModes } from "../../codecs/ssh/terminal-modes.ts";
import type { TerminalMode } from "../../protocol/terminal-modes.ts";
import { internalsOf, protocolOf } from "./internals/protocol.ts";
import type { Protocol } from "./internals/protocol.ts";

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

function asked(
  channel: ClientChannel,
  send: (protocol: Protocol, id: number) => void,
  client: Client,
) {
  return new Promise<Answer>((resolve) => {
    const { _callbacks, incoming, outgoing } = internalsOf(channel);
    if (outgoing.state === "closing" || outgoing.state === "closed") return resolve("closed");
    // When the channel closes, ssh2 calls back as if the request had been refused.
    _callbacks.push((failed) => {
      if (!failed) resolve("agreed");
      else resolve(incoming.state === "closed" ? "closed" : "refused");
    });
    send(protocolOf(client), outgoing.id);
  });
}

/** RFC 4254 §6.5. Apart from opening, so that both can be told apart and sent ahead; of any bytes. */
export const requestExec = (client: Client, channel: ClientChannel, command: Uint8Array) =>
  asked(channel, (protocol, id) => protocol.exec(id, Buffer.from(command), true), client);

/** RFC 4254 §6.5. */
export const requestShell = (client: Client, channel: ClientChannel) =>
  asked(channel, (protocol, id) => protocol.shell(id, true), client);

/** RFC 4254 §6.5. */
export const requestSubsystem = (client: Client, channel: ClientChannel, name: string) =>
  asked(channel, (protocol, id) => protocol.subsystem(id, name, true), client);

/** RFC 4254 §6.4, with a reply: ssh2 counts the replies of several variables wrongly. */
export const requestEnv = (client: Client, channel: ClientChannel, name: string, value: string) =>
  asked(channel, (protocol, id) => protocol.env(id, name, value, true), client);

/** RFC 4254 §6.2. */
export const requestPty = (
  client: Client,
  channel: ClientChannel,
  { term, columns, rows, width, height, modes = {} }: Terminal,
) =>
  asked(
    channel,
    (protocol, id) =>
      protocol.pty(id, rows, columns, height, width, term, encodeTerminalModes(modes), true),
    client,
  );

/** auth-agent-req@openssh.com: that the server may open channels to the agent of our side. */
export const requestAgent = (client: Client, channel: ClientChannel) =>
  asked(channel, (protocol, id) => protocol.openssh_agentForward(id, true), client);

/** RFC 4254 §6.7. */
export function sendWindowChange(client: Client, channel: ClientChannel, size: TerminalSize): void {
  const { outgoing } = internalsOf(channel);
  const { columns, rows, width, height } = size;
  if (outgoing.state === "open" || outgoing.state === "eof") {
    protocolOf(client).windowChange(outgoing.id, rows, columns, height, width);
  }
}

/** RFC 4254 §6.9. ssh2's `signal()` does nothing once our side has sent EOF. */
export function sendSignal(client: Client, channel: ClientChannel, name: string): void {
  const { outgoing } = internalsOf(channel);
  if (outgoing.state === "open" || outgoing.state === "eof") {
    protocolOf(client).signal(outgoing.id, name);
  }
}
