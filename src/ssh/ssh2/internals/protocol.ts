/**
 * What this folder knows of ssh2 behind its public interface. test/ssh/ssh2/internals.test.ts fails where
 * another ssh2 changes what is relied on.
 */
import type { Buffer } from "node:buffer";
import type { Client, ClientChannel } from "ssh2";
import { printable } from "../../../codecs/text/printable.ts";

interface Packets {
  allocStart: number;
  allocStartKEX: number;
  alloc(payloadLength: number, force?: boolean): Buffer;
  finalize(packet: Buffer, force?: boolean): Buffer;
}

interface Handlers {
  SERVICE_ACCEPT(protocol: Protocol, name: string): void;
  DISCONNECT(protocol: Protocol, reason: number, description: string): void;
  GLOBAL_REQUEST(protocol: Protocol, name: string, wantReply: boolean, data: unknown): void;
  CHANNEL_OPEN(protocol: Protocol, info: ChannelOpen): void;
  CHANNEL_OPEN_CONFIRMATION(protocol: Protocol, info: Opened): void;
}

/** RFC 4254 §7.2. */
interface Connecting {
  readonly srcIP: string;
  readonly srcPort: number;
  readonly dstIP: string;
  readonly dstPort: number;
}

/** The server's answer to an open (RFC 4254 §5.1). */
export interface Opened {
  /** Our number for the channel, and the server's. */
  readonly recipient: number;
  readonly sender: number;
  readonly window: number;
  readonly packetSize: number;
}

/** What the server asks for (RFC 4254 §5.1). */
export interface ChannelOpen {
  readonly type: string;
  /** The server's number for the channel. */
  readonly sender: number;
  readonly packetSize: number;
  readonly data: unknown;
}

export interface Protocol {
  _handlers: Handlers;
  _remoteIdentRaw: Buffer | undefined;
  _cipher: { encrypt(packet: Buffer): void };
  _kexinit: unknown;
  _queue: Buffer[] | undefined;
  _packetRW: { write: Packets };
  parse(chunk: Buffer, start: number, length: number): void;
  session(channel: number, window: number, packetSize: number): void;
  directTcpip(channel: number, window: number, packetSize: number, to: Connecting): void;
  openssh_directStreamLocal(
    channel: number,
    window: number,
    packetSize: number,
    to: { readonly socketPath: string },
  ): void;
  exec(channel: number, command: Buffer, wantReply: boolean): void;
  shell(channel: number, wantReply: boolean): void;
  subsystem(channel: number, name: string, wantReply: boolean): void;
  env(channel: number, name: string, value: string, wantReply: boolean): void;
  pty(
    channel: number,
    rows: number,
    columns: number,
    height: number,
    width: number,
    term: string,
    modes: Buffer,
    wantReply: boolean,
  ): void;
  signal(channel: number, name: string): void;
  windowChange(channel: number, rows: number, columns: number, height: number, width: number): void;
  requestFailure(): void;
  channelOpenFail(channel: number, reason: number, description: string): void;
  openssh_agentForward(channel: number, wantReply: boolean): void;
  channelWindowAdjust(channel: number, bytes: number): void;
  channelData(channel: number, data: Buffer): void;
  channelEOF(channel: number): void;
  channelClose(channel: number): void;
  ping(): void;
}

/** A client's own. */
export interface Internals {
  _protocol: Protocol;
  _chanMgr: {
    add(value: OpenCallback): number;
    get(channel: number): OpenCallback | ChannelState | undefined;
    update(channel: number, value: ChannelState): void;
  };
  _callbacks: (() => void)[];
}

export type OpenResult<Channel = never> = (
  error: (Error & { reason?: number | string }) | undefined,
  channel?: Channel,
) => void;

/** What it has in a channel's place until that is open. */
type OpenCallback = OpenResult & { type: string };

/** What ssh2 keeps of a channel. */
export interface ChannelState {
  _callbacks: ((failed: boolean | Error) => void)[];
  incoming: { id: number; window: number; state: "open" | "eof" | "closed" };
  outgoing: {
    id: number;
    window: number;
    packetSize: number;
    state: "open" | "eof" | "closing" | "closed";
  };
}

/** Bytes added to a channel's window in ssh2's own account: at 0, ssh2 silently drops data. */
export const lent = 2 ** 40;

/** The connection's messages. */
export const protocolOf = (client: Client) => (client as unknown as Internals)._protocol;
/** A channel as ssh2 keeps it. */
export const internalsOf = (channel: ClientChannel) => channel as unknown as ChannelState;

/** The server's own words on one line, for errors, logs and terminals: see {@link printable}. */
export const words = (text: string) => printable(text, 1024);
