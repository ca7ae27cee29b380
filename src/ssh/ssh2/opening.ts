import type { Client, ClientChannel } from "ssh2";
import { firstWindow } from "../flow/receive-window.ts";
import { words } from "./internals/protocol.ts";
import type { Internals, OpenResult } from "./internals/protocol.ts";
import type { RawSessionChannel } from "./raw-session-channel.ts";

/** ssh2's own packet size, which its channels assume. */
const packetSize = 32 * 1024;

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
function opening<Channel = ClientChannel>(
  open: (opened: OpenResult<Channel>) => void,
): Promise<Channel> {
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
