import { Buffer } from "node:buffer";
import type { Client } from "ssh2";
import { protocolOf } from "./protocol.ts";
import type { Internals } from "./protocol.ts";

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

/** RFC 4253 §11.2, with nothing in it. */
export function sendIgnore(client: Client): void {
  const payload = Buffer.alloc(5);
  payload[0] = 2;
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
