/**
 * This file, ssh2-userauth.ts and ssh2.ts alone reach behind ssh2's public interface. Each use says what the
 * public one lacks; test/ssh/ssh2/internals.test.ts fails when another ssh2 changes what is relied on here.
 */
import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { encodeTerminalModes } from "../../codecs/ssh/terminal-modes.ts";
import type { TerminalMode } from "../../protocol/terminal-modes.ts";
import { printable } from "../../codecs/text/printable.ts";
import { firstWindow } from "../flow/receive-window.ts";

interface Packets {
  allocStart: number;
  allocStartKEX: number;
  alloc(payloadLength: number, force?: boolean): Buffer;
  finalize(packet: Buffer, force?: boolean): Buffer;
}

interface Handlers {
  DISCONNECT(protocol: Protocol, reason: number, description: string): void;
  GLOBAL_REQUEST(protocol: Protocol, name: string, wantReply: boolean, data: unknown): void;
  CHANNEL_OPEN(protocol: Protocol, info: ChannelOpen): void;
  CHANNEL_OPEN_CONFIRMATION(protocol: Protocol, info: { packetSize: number }): void;
  CHANNEL_WINDOW_ADJUST(protocol: Protocol, recipient: number, bytes: number): void;
}

/** What the server asks for (RFC 4254 §5.1). */
export interface ChannelOpen {
  readonly type: string;
  /** The server's number for the channel. */
  readonly sender: number;
  readonly packetSize: number;
  readonly data: unknown;
}

interface Protocol {
  _handlers: Handlers;
  _remoteIdentRaw: Buffer | undefined;
  _cipher: { encrypt(packet: Buffer): void };
  _kexinit: unknown;
  _queue: Buffer[] | undefined;
  _packetRW: { write: Packets };
  parse(chunk: Buffer, start: number, length: number): void;
  session(channel: number, window: number, packetSize: number): void;
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
  ping(): void;
}

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

interface Internals {
  _protocol: Protocol;
  _chanMgr: { add(value: OpenCallback): number; get(channel: number): unknown };
  _callbacks: (() => void)[];
}

type OpenResult = (
  error: (Error & { reason?: number | string }) | undefined,
  channel?: ClientChannel,
) => void;

type OpenCallback = OpenResult & { type: "session" };

interface ChannelInternals {
  _callbacks: ((failed: boolean | Error) => void)[];
  incoming: { window: number; state: "open" | "eof" | "closed" };
  outgoing: {
    id: number;
    window: number;
    packetSize: number;
    state: "open" | "eof" | "closing" | "closed";
  };
}

/** ssh2's own packet size, which its channels assume. */
const packetSize = 32 * 1024;

const protocolOf = (client: Client) => (client as unknown as Internals)._protocol;
const internalsOf = (channel: ClientChannel) => channel as unknown as ChannelInternals;

/** The server's own words on one line, for errors, logs and terminals: see {@link printable}. */
const words = (text: string) => printable(text, 1024);

/** The server's refusal of a channel (RFC 4254 §5.1). */
export class OpenRefused extends Error {
  override name = "OpenRefused";
  readonly reason: number;

  constructor(reason: number, description: string) {
    super(words(description));
    this.reason = reason;
  }
}

/**
 * Opens a `session` channel and nothing more (RFC 4254 §6.1). ssh2's `exec` opens and requests in
 * one, which hides whether it was the channel that was refused or the command.
 *
 * @throws {OpenRefused}
 */
export function openSessionChannel(client: Client): Promise<ClientChannel> {
  return opening((opened) => {
    const { _chanMgr, _protocol } = client as unknown as Internals;
    const callback = Object.assign(opened, { type: "session" as const });
    _protocol.session(_chanMgr.add(callback), firstWindow, packetSize);
  });
}

/** RFC 4254 §7.2: who asks for a connection, as the server is told. */
export interface Originator {
  readonly address: string;
  readonly port: number;
}

/** As OpenSSH's `ssh -W` has it. */
export const ourselves: Originator = { address: "127.0.0.1", port: 65535 };

/**
 * Opens a `direct-tcpip` channel (RFC 4254 §7.2) with ssh2's own means.
 *
 * @throws {OpenRefused}
 */
export function openDirectTcpip(
  client: Client,
  host: string,
  port: number,
  originator = ourselves,
): Promise<ClientChannel> {
  return opening((opened) => {
    client.forwardOut(originator.address, originator.port, host, port, opened);
  });
}

/**
 * Opens a `direct-streamlocal@openssh.com` channel (OpenSSH's PROTOCOL, 2.4) with ssh2's own means.
 *
 * @throws {OpenRefused}
 */
export function openDirectStreamlocal(client: Client, path: string): Promise<ClientChannel> {
  return opening((opened) => {
    client.openssh_forwardOutStreamLocal(path, opened);
  });
}

/** Gives the channel that `open` opens, and tells a refusal apart from other errors. */
function opening(open: (opened: OpenResult) => void): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    open((error, channel) => {
      if (channel) resolve(channel);
      else if (typeof error?.reason === "number") {
        const description = error.message.replace(/^\(SSH\) Channel open failure: /, "");
        reject(new OpenRefused(error.reason, description));
      } else reject(error ?? new Error("the channel was not opened"));
    });
  });
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

/**
 * Has a channel's `destroy`, which Node calls when both its ends are done, do nothing: ssh2's closes the
 * channel, while the server may have the command's status to tell yet (RFC 4254 §6.10).
 */
export function closeByHand(channel: ClientChannel): void {
  channel.destroy = () => channel;
}

/** By so much a channel's window is larger for ssh2, which drops without a word what comes at 0. */
const lent = 2 ** 40;

/**
 * Takes a channel's output as it arrives. ssh2's streams would give the server a window of a fixed
 * size anew as soon as data has been emitted; here only {@link adjustWindow} does. Their `end` is
 * emitted as usual.
 *
 * @param onOverrun called when the server sends more than its window allows
 */
export function takeData(
  channel: ClientChannel,
  take: (stream: "stdout" | "stderr", chunk: Buffer) => void,
  onOverrun: () => void,
): void {
  const { incoming } = internalsOf(channel);
  const streams = { stdout: channel, stderr: channel.stderr };
  incoming.window += lent;
  for (const name of ["stdout", "stderr"] as const) {
    const stream: Readable = streams[name];
    // What came right behind the channel's opening, in the same moment.
    const early = stream.read() as Buffer | null;
    if (early) take(name, early);
    const push = stream.push.bind(stream);
    stream.push = (chunk: Buffer | null) => {
      if (chunk === null) return push(null);
      if (incoming.window < lent) onOverrun();
      else if (chunk.length > 0) take(name, chunk);
      // "Full", and nobody ever reads: with that ssh2 leaves the window alone.
      return false;
    };
    stream.resume();
  }
}

/** The most that the server takes in one packet on a channel (RFC 4254 §5.1). */
export const packetSizeOf = (channel: ClientChannel) => internalsOf(channel).outgoing.packetSize;

/** Lets the server send so many bytes more (RFC 4254 §5.2). */
export function adjustWindow(client: Client, channel: ClientChannel, bytes: number): void {
  const { incoming, outgoing } = internalsOf(channel);
  if (outgoing.state !== "open" && outgoing.state !== "eof") return;
  incoming.window += bytes;
  protocolOf(client).channelWindowAdjust(outgoing.id, bytes);
}

/** The smallest maximum packet size (RFC 4254 §5.1) that isn't absurd: less than a line of text. */
const smallestPacket = 64;

/** RFC 4253 §11.1. */
const protocolError = 2;

/** RFC 4254 §5.1. */
const administrativelyProhibited = 1;

/**
 * Refuses channels with a maximum packet size with which nothing can be sent: at 0 ssh2 sends for ever.
 */
export function refuseTinyPackets(client: Client): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.CHANNEL_OPEN_CONFIRMATION.bind(handlers);
  handlers.CHANNEL_OPEN_CONFIRMATION = (protocol, info) => {
    if (info.packetSize >= smallestPacket) return original(protocol, info);
    const description = `the server opened a channel with a maximum packet size of ${info.packetSize}`;
    sendDisconnect(client, protocolError, description);
    client.emit("error", new Error(description));
  };
  onChannelOpen(client, (info) => {
    if (info.packetSize >= smallestPacket) return info;
    const { sender } = info;
    protocolOf(client).channelOpenFail(sender, administrativelyProhibited, "tiny packets");
    return undefined;
  });
}

/**
 * Has what the server wants to open seen before ssh2 decides about it.
 *
 * @param see gives what ssh2 is to be told; undefined where the server has its answer
 */
export function onChannelOpen(
  client: Client,
  see: (info: ChannelOpen) => ChannelOpen | undefined,
): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.CHANNEL_OPEN.bind(handlers);
  handlers.CHANNEL_OPEN = (protocol, info) => {
    const seen = see(info);
    if (seen) original(protocol, seen);
  };
}

const borrowed = new WeakMap<object, number>();
const lenders = new WeakSet<Client>();

/**
 * Lets so much be written on a channel that has no window yet (RFC 4254 §5.2), and takes it off the
 * first that the server grants; see `earlyInput` for which servers that is safe with.
 */
export function borrowWindow(client: Client, channel: ClientChannel, bytes: number): void {
  const { outgoing } = internalsOf(channel);
  if (outgoing.window > 0) return;
  repayFromGrants(client);
  outgoing.window = bytes;
  borrowed.set(channel, bytes);
}

function repayFromGrants(client: Client): void {
  if (lenders.has(client)) return;
  lenders.add(client);
  const { _chanMgr, _protocol } = client as unknown as Internals;
  const original = _protocol._handlers.CHANNEL_WINDOW_ADJUST.bind(_protocol._handlers);
  _protocol._handlers.CHANNEL_WINDOW_ADJUST = (protocol, recipient, bytes) => {
    const channel = _chanMgr.get(recipient) as object;
    const debt = borrowed.get(channel) ?? 0;
    borrowed.delete(channel);
    original(protocol, recipient, bytes - debt);
  };
}

/** RFC 4253 §11.1 with its description, which ssh2 leaves empty. */
export function sendDisconnect(client: Client, reason: number, description: string): void {
  const protocol = protocolOf(client);
  const text = Buffer.from(description, "utf8");
  const payload = Buffer.alloc(1 + 4 + 4 + text.length + 4);
  payload[0] = 1;
  payload.writeUInt32BE(reason, 1);
  payload.writeUInt32BE(text.length, 5);
  text.copy(payload, 9);
  const start = protocol._packetRW.write.allocStartKEX;
  const packet = protocol._packetRW.write.alloc(payload.length, true);
  payload.copy(packet, start);
  // Straight to the cipher: during a key exchange ssh2 would queue it until that is over.
  protocol._cipher.encrypt(protocol._packetRW.write.finalize(packet, true));
}

/** RFC 4253 §11.4, which ssh2 never sends. @param seqno of the packet that isn't understood */
export function sendUnimplemented(client: Client, seqno: number): void {
  const payload = Buffer.alloc(5);
  payload[0] = 3;
  payload.writeUInt32BE(seqno, 1);
  sendPayload(client, payload);
}

/** Sends any message; during a key exchange, when that is over. */
function sendPayload(client: Client, payload: Buffer): void {
  const protocol = protocolOf(client);
  const { write } = protocol._packetRW;
  const packet = write.alloc(payload.length);
  payload.copy(packet, write.allocStart);
  const whole = write.finalize(packet);
  if (protocol._kexinit === undefined) protocol._cipher.encrypt(whole);
  else (protocol._queue ??= []).push(whole);
}

/** Asks the server for a sign of life, as OpenSSH does: a global request (RFC 4254 §4). */
export function ping(client: Client): void {
  // ssh2 pairs the answers to global requests with these, in order.
  (client as unknown as Internals)._callbacks.push(() => {});
  protocolOf(client).ping();
}

/** RFC 4253 §11.1. */
const byApplication = 11;

/** Makes a disconnect "by application" an `error` as every other is: ssh2 tells nobody of it. */
export function tellDisconnects(client: Client): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.DISCONNECT.bind(handlers);
  handlers.DISCONNECT = (protocol, reason, text) => {
    const description = words(text);
    if (reason === byApplication) {
      client.emit("error", Object.assign(new Error(description), { code: reason }));
    }
    original(protocol, reason, description);
  };
}

/**
 * Passes over the server's other host keys, which OpenSSH's tells after each login (PROTOCOL §2.5).
 * ssh2 has it prove every one, whether or not anybody listens: a signature there, a check here.
 */
export function ignoreHostKeys(client: Client): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.GLOBAL_REQUEST.bind(handlers);
  handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
    if (name !== "hostkeys-00@openssh.com") original(protocol, name, wantReply, data);
    else if (wantReply) protocol.requestFailure();
  };
}

/** The server's identification string, whole; ssh2 gives the software's name only. */
export const serverIdent = (client: Client) =>
  words(protocolOf(client)._remoteIdentRaw?.toString("latin1") ?? "");

/** Versions of the protocol that ssh2 speaks (RFC 4253 §5.1). */
const versionTwo = /^SSH-(?:2\.0|1\.99)-/;

/** The most that a server may say before its identification string ends. */
const longestGreeting = 64 * 1024;

/**
 * Holds back what the server sends until its identification string is whole (RFC 4253 §4.2):
 * ssh2 fails on one that arrives in three pieces or more.
 *
 * @param onIdent called when it is whole, and of a version that ssh2 speaks; else that is its error
 * @param onTooLong called when there is none within 64 KiB
 * @returns what gives the text that has come so far; empty from `onIdent` on
 */
export function gateIdent(
  client: Client,
  onIdent: () => void,
  onTooLong: () => void,
): () => string {
  const protocol = protocolOf(client);
  const parse = protocol.parse.bind(protocol);
  let held = Buffer.alloc(0);
  let lineStart = 0;
  protocol.parse = (chunk, start, length) => {
    const scanFrom = held.length;
    held = Buffer.concat([held, chunk.subarray(start, length)]);
    let newline = held.indexOf(10, scanFrom);
    while (newline !== -1 && held.toString("latin1", lineStart, lineStart + 4) !== "SSH-") {
      lineStart = newline + 1;
      newline = held.indexOf(10, lineStart);
    }
    if (newline !== -1) {
      protocol.parse = parse;
      const whole = held;
      if (versionTwo.test(held.toString("latin1", lineStart, newline))) {
        held = Buffer.alloc(0);
        onIdent();
      }
      parse(whole, 0, whole.length);
    } else if (held.length > longestGreeting) onTooLong();
  };
  return () => held.toString("latin1");
}
