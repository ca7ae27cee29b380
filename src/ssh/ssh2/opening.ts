import type { Client } from "ssh2";
import { firstWindow } from "../flow/receive-window.ts";
import { words } from "./internals/protocol.ts";
import type { Internals, OpenResult, Protocol } from "./internals/protocol.ts";
import type { RawSessionChannel } from "./raw-session-channel.ts";
import type { TunnelChannel } from "./tunnel-channel.ts";
import { packetSize } from "./windows.ts";

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
export function openSessionChannel(client: Client): Promise<RawSessionChannel> {
  return opening<RawSessionChannel>((opened) => {
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
 * Opens a `direct-tcpip` channel (RFC 4254 §7.2).
 *
 * @param opened called at once when it is open, since data may be right behind that
 * @returns what `opened` gives
 * @throws {OpenRefused}
 */
export function openDirectTcpip<T>(
  client: Client,
  host: string,
  port: number,
  opened: (channel: TunnelChannel) => T,
  originator = ourselves,
): Promise<T> {
  const to = { srcIP: originator.address, srcPort: originator.port, dstIP: host, dstPort: port };
  return tunnel(
    client,
    (protocol, channel, window, most) => protocol.directTcpip(channel, window, most, to),
    opened,
  );
}

/**
 * Opens a `direct-streamlocal@openssh.com` channel (OpenSSH's PROTOCOL, 2.4).
 *
 * @param opened called at once when it is open, since data may be right behind that
 * @returns what `opened` gives
 * @throws {OpenRefused}
 */
export function openDirectStreamlocal<T>(
  client: Client,
  path: string,
  opened: (channel: TunnelChannel) => T,
): Promise<T> {
  const to = { socketPath: path };
  return tunnel(
    client,
    (protocol, channel, window, most) =>
      protocol.openssh_directStreamLocal(channel, window, most, to),
    opened,
  );
}

/** Gives the channel that `open` opens. @throws {OpenRefused} */
function opening<Channel>(open: (opened: OpenResult<Channel>) => void): Promise<Channel> {
  return new Promise((resolve, reject) => {
    open((error, channel) => {
      if (channel) resolve(channel);
      else reject(notOpened(error));
    });
  });
}

/**
 * Opens a tunnel's channel.
 *
 * @param ask sends the request for it, with our number for the channel
 * @param opened called at once when the server has opened it, since data may be right behind that
 */
function tunnel<T>(
  client: Client,
  ask: (protocol: Protocol, channel: number, window: number, packetSize: number) => void,
  opened: (channel: TunnelChannel) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const answered: OpenResult<TunnelChannel> = (error, channel) => {
      if (!channel) return reject(notOpened(error));
      try {
        resolve(opened(channel));
      } catch (failure) {
        // Else ssh2 would take the exception for an error of its own.
        reject(failure);
      }
    };
    const { _chanMgr, _protocol } = client as unknown as Internals;
    const callback = Object.assign(answered, { type: "direct-tcpip" as const });
    ask(_protocol, _chanMgr.add(callback), firstWindow, packetSize);
  });
}

function notOpened(error: Parameters<OpenResult>[0]): Error {
  if (typeof error?.reason !== "number") return error ?? new Error("the channel was not opened");
  const description = error.message.replace(/^\(SSH\) Channel open failure: /, "");
  return new OpenRefused(error.reason, description);
}
