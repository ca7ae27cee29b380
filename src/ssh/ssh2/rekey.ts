/**
 * New keys in time (RFC 4253 §9, RFC 4344 §3): ssh2 never exchanges keys of its own accord.
 *
 * test/ssh/ssh2/rekey.test.ts, test/e2e/ciphers.test.ts
 */
import type { Client } from "ssh2";
import type { Transport } from "../flow/transport.ts";

/** ssh_config(5), RekeyLimit; 0 for OpenSSH's own limit of bytes, and for no limit of time. */
export interface RekeyLimit {
  readonly bytes: number;
  readonly seconds: number;
}

interface Protocol {
  _kexinit: unknown;
  _kex: { negotiated: Record<"cs" | "sc", { cipher: string }> } | undefined;
  rekey(): void;
}

const protocolOf = (client: Client) => (client as unknown as { _protocol: Protocol })._protocol;

/** Bytes under one key: 2**32 blocks of 16 bytes (RFC 4344 §3.2), else a gigabyte, as OpenSSH has it. */
const ofBlocks = 2 ** 32 * 16;
const gigabyte = 2 ** 30;
/** Ciphers with smaller blocks, or none. */
const isSmall = /^(?:chacha20|3des)/;

/** What one key may encrypt before it is replaced, in bytes. */
export function mostBytes(cipher: string, configured: number): number {
  const own = isSmall.test(cipher) ? gigabyte : ofBlocks;
  return configured > 0 ? Math.min(configured, own) : own;
}

/**
 * Exchanges keys anew whenever one of the two directions has had as many bytes as a key is good for,
 * or the time is up.
 *
 * @param client one that is logged in over `transport`
 */
export function rekeyInTime(client: Client, transport: Transport, limit: RekeyLimit): void {
  const protocol = protocolOf(client);
  let since = { read: transport.bytesRead, written: transport.bytesWritten };
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    if (!transport.destroyed) protocol.rekey();
  };
  const anew = () => {
    since = { read: transport.bytesRead, written: transport.bytesWritten };
    clearTimeout(timer);
    if (limit.seconds > 0) timer = setTimeout(begin, limit.seconds * 1000).unref();
  };
  anew();
  client.on("handshake", anew);
  // Checked when data arrives: whatever we send, the server answers now and then, at least by a window adjust.
  transport.on("data", () => {
    if (protocol._kexinit !== undefined || !protocol._kex) return;
    const { cs, sc } = protocol._kex.negotiated;
    const read = transport.bytesRead - since.read;
    const written = transport.bytesWritten - since.written;
    const isDue =
      read >= mostBytes(sc.cipher, limit.bytes) || written >= mostBytes(cs.cipher, limit.bytes);
    if (isDue) begin();
  });
  transport.once("close", () => clearTimeout(timer));
}

/**
 * Resolves when no key exchange is under way: what is sent meanwhile, ssh2 keeps, however much that
 * is. At once where there is none; also when the connection is gone.
 */
export function exchangeOver(client: Client, transport: Transport): Promise<void> | undefined {
  if (protocolOf(client)._kexinit === undefined || transport.destroyed) return undefined;
  return new Promise((resolve) => {
    const over = () => {
      client.off("handshake", over);
      transport.off("close", over);
      resolve();
    };
    client.on("handshake", over);
    transport.on("close", over);
  });
}
