/**
 * The way of every packet that comes from a server: one gate that knows what may come when, and after
 * how many it is the others' turn. ssh2 takes anything at any time: an empty packet, a channel's data
 * before the login, what follows NEWKEYS while the host key is still being asked about; it passes over
 * what it doesn't know, and handles all that has come in one go.
 *
 * test/ssh/ssh2/patches/inbound.test.ts
 */
import type { Client } from "ssh2";
import { Negotiation } from "../key-exchange/negotiation.ts";
import type { Transport } from "../../flow/transport.ts";
import { atTurnEnd } from "../../flow/turn-end.ts";
import { endTurn, packetsPerTurn, readOn } from "../../flow/turns.ts";
import { sendDisconnect, sendUnimplemented } from "../internals/messages.ts";

/** Message numbers (RFC 4250 §4.1.2). */
const message = {
  IGNORE: 2,
  UNIMPLEMENTED: 3,
  DEBUG: 4,
  SERVICE_REQUEST: 5,
  KEXINIT: 20,
  USERAUTH_REQUEST: 50,
  USERAUTH_SUCCESS: 52,
  USERAUTH_INFO_REQUEST: 60,
  USERAUTH_INFO_RESPONSE: 61,
} as const;

/** Ranges of message numbers: key exchange methods; authentication; connection protocol; private use. */
const [firstOfKex, lastOfKex, firstOfAuth, firstOfConnection, firstLocal] = [30, 49, 50, 80, 128];

/** What only a client sends. */
const ofClients = new Set<number>([
  message.SERVICE_REQUEST,
  message.USERAUTH_REQUEST,
  message.USERAUTH_INFO_RESPONSE,
]);

/** RFC 4253 §11.1. */
const protocolError = 2;

/** What may come behind NEWKEYS before the host key is accepted: OpenSSH's sends one message of 400 bytes. */
const mostHeld = { packets: 64, bytes: 64 * 1024 };

/** The most that a packet may be when it is uncompressed; OpenSSH takes as much. */
const longestPayload = 256 * 1024;

/** As many as OpenSSH's server takes answers (RFC 4256 §3.2 has no limit). */
const mostPrompts = 100;

type Handle = (payload: Buffer) => unknown;

interface Decipher {
  inSeqno: number;
  free(): void;
  _onPayload: Handle;
}

interface Reader {
  read(payload: Buffer): Buffer;
  cleanup(): void;
  _zlib?: { _maxOutputLength: number };
}

interface Protocol {
  _decipher: Decipher | undefined;
  _onPayload: Handle;
  _parse(chunk: Buffer, start: number, end: number): number | undefined;
  parse(chunk: Buffer, start: number, end: number): void;
  _destruct: ((reason?: string) => void) | undefined;
  _onError(error: Error): void;
  _hostVerifier: (key: Buffer, verdict: (accepted: boolean) => void) => unknown;
  _kex: { _receivedNEWKEYS: boolean; _hostVerified: boolean; sessionID?: Buffer } | undefined;
  _strictMode: boolean | undefined;
  _skipNextInboundPacket: boolean;
  _authenticated: boolean;
  _authsQueue: string[];
  _packetRW: { read: Reader };
}

/**
 * Puts the gate before a client whose `connect` was called, and that has received nothing yet.
 *
 * @param messageHandlers ssh2's, by a message's number
 * @param onKexInit given the payload of each KEXINIT (RFC 4253 §7.1) before ssh2 has it, which says
 *   only that there is nothing in common
 */
export function guardInbound(
  client: Client,
  transport: Transport,
  messageHandlers: readonly unknown[],
  onKexInit: (payload: Buffer) => void = () => {},
): void {
  new Inbound(client, transport, messageHandlers, onKexInit).install();
}

class Inbound {
  readonly #client: Client;
  readonly #transport: Transport;
  readonly #messageHandlers: readonly unknown[];
  readonly #protocol: Protocol;
  /** Takes each payload that has passed. */
  #handle: Handle = () => undefined;
  #failed = false;
  /** Packets that may be handled yet in this turn. */
  #budget = packetsPerTurn;
  #isReplenishing = false;
  /** Chunks that came when the turn's budget was used up. */
  readonly #rest: Buffer[] = [];
  #hasPaused = false;
  /** Packets that came after NEWKEYS while the host key wasn't accepted yet. */
  #held: { seqno: number; payload: Buffer }[] = [];
  #heldBytes = 0;

  readonly #onKexInit: (payload: Buffer) => void;
  readonly #negotiation: Negotiation;

  constructor(
    client: Client,
    transport: Transport,
    messageHandlers: readonly unknown[],
    onKexInit: (payload: Buffer) => void,
  ) {
    this.#client = client;
    this.#transport = transport;
    this.#messageHandlers = messageHandlers;
    this.#onKexInit = onKexInit;
    this.#protocol = (client as unknown as { _protocol: Protocol })._protocol;
    this.#negotiation = new Negotiation(client);
  }

  install(): void {
    const protocol = this.#protocol;
    this.#watchDeciphers();
    protocol.parse = (chunk, start, end) => this.#parse(chunk.subarray(start, end));
    const destruct = protocol._destruct?.bind(protocol);
    protocol._destruct = (reason) => {
      this.#failed = true;
      // A decipher may be in the middle of a chunk: it is left to the garbage collector.
      if (protocol._decipher) protocol._decipher.free = () => {};
      destruct?.(reason);
    };
    const verify = protocol._hostVerifier;
    protocol._hostVerifier = (key, verdict) =>
      verify(key, (accepted) => {
        verdict(accepted);
        if (accepted) this.#release();
      });
  }

  /** ssh2 makes a decipher with each key exchange, and changes where its payloads go as one begins. */
  #watchDeciphers(): void {
    let decipher = this.#protocol._decipher;
    Object.defineProperty(this.#protocol, "_decipher", {
      get: () => decipher,
      set: (next: Decipher) => {
        decipher = next;
        this.#handle = next._onPayload;
        // ssh2 has counted the packet before it hands it on.
        const take = (payload: Buffer) => this.#take((next.inSeqno - 1) >>> 0, payload);
        Object.defineProperty(next, "_onPayload", {
          get: () => take,
          set: (handle: Handle) => {
            this.#handle = handle;
          },
        });
      },
    });
  }

  /** Handles as many packets as this turn has room for, and keeps the rest for the next. */
  #parse(chunk: Buffer): void {
    if (this.#failed) return;
    const isLate = this.#rest.length > 0;
    const left = isLate ? chunk : this.#handleAll(chunk);
    if (!left) return;
    this.#rest.push(left);
    // If somebody else has paused it, that one resumes it.
    if (!this.#transport.isPaused()) {
      this.#hasPaused = true;
      this.#transport.pause();
    }
    if (!isLate) endTurn(this.#transport, () => this.#goOn());
  }

  /** @returns what is left of the chunk when the turn is over */
  #handleAll(chunk: Buffer): Buffer | undefined {
    const protocol = this.#protocol;
    try {
      for (let at: number | undefined = 0; at !== undefined && at < chunk.length;) {
        if (this.#budget <= 0) return chunk.subarray(at);
        at = protocol._parse(chunk, at, chunk.length);
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    }
    return undefined;
  }

  #goOn(): void {
    this.#budget = packetsPerTurn;
    for (let chunk = this.#rest[0]; chunk; chunk = this.#rest[0]) {
      if (this.#failed || this.#transport.destroyed) return;
      let left: Buffer | undefined;
      try {
        left = this.#handleAll(chunk);
      } catch (error) {
        this.#client.emit("error", error);
        this.#transport.end();
        return;
      }
      if (left) {
        this.#rest[0] = left;
        endTurn(this.#transport, () => this.#goOn());
        return;
      }
      this.#rest.shift();
    }
    if (!this.#hasPaused) return;
    this.#hasPaused = false;
    readOn(this.#transport);
  }

  #count(isExchange: boolean): void {
    if (!this.#isReplenishing) {
      this.#isReplenishing = true;
      atTurnEnd(() => {
        this.#isReplenishing = false;
        if (this.#rest.length === 0) this.#budget = packetsPerTurn;
      });
    }
    // A key exchange is slow: one of its messages uses up the turn.
    this.#budget -= isExchange ? packetsPerTurn : 1;
  }

  /** @returns as ssh2's handlers: false, or a position, where the decipher is to stop */
  #take(seqno: number, payload: Buffer): unknown {
    if (this.#failed) return Infinity;
    if (payload.length === 0) return this.#refuse("an empty packet");
    const { _kex: kex } = this.#protocol;
    if (kex?._receivedNEWKEYS && !kex._hostVerified) return this.#hold(seqno, payload);
    const result = this.#pass(seqno, payload);
    if (result !== undefined) return result;
    return this.#budget <= 0 ? false : undefined;
  }

  #pass(seqno: number, payload: Buffer): unknown {
    const { _packetRW: packets } = this.#protocol;
    const { read: reader } = packets;
    if (!reader._zlib) return this.#judge(seqno, payload);
    reader._zlib._maxOutputLength = longestPayload;
    const plain = reader.read(payload);
    if (plain.length === 0) return this.#refuse("an empty packet");
    // The payload is decompressed already, so ssh2 reads it as it is. Handling it may set another reader.
    const asIs: Reader = { read: (data) => data, cleanup: () => reader.cleanup() };
    packets.read = asIs;
    const result = this.#judge(seqno, plain);
    if (packets.read === asIs) packets.read = reader;
    return result;
  }

  #judge(seqno: number, payload: Buffer): unknown {
    const protocol = this.#protocol;
    const type = payload[0] as number;
    const isExchanging = this.#handle !== protocol._onPayload;
    this.#count(isExchanging || type === message.KEXINIT);
    if (type === message.KEXINIT) {
      this.#onKexInit(payload);
      return this.#negotiation.hear(payload, (shown) =>
        isExchanging ? this.#duringExchange(type, shown) : this.#handle(shown),
      );
    }
    if (isExchanging) return this.#duringExchange(type, payload);
    if (type >= firstOfConnection && type < firstLocal && !protocol._authenticated) {
      return this.#refuse(`a message of the connection protocol (${type}) before the login`);
    }
    if (type === message.USERAUTH_SUCCESS && protocol._authsQueue.length === 0) {
      if (!protocol._authenticated) return this.#refuse("a login's success without a request");
    }
    const isPastAuth = protocol._authenticated && type >= firstOfAuth && type < firstOfConnection;
    if (isPastAuth || !this.#isKnown(type)) {
      // RFC 4253 §11.4.
      sendUnimplemented(this.#client, seqno);
      return undefined;
    }
    if (type === message.USERAUTH_INFO_REQUEST) {
      const prompts = protocol._authsQueue[0] === "keyboard-interactive" ? promptsOf(payload) : 0;
      if (prompts > mostPrompts) return this.#refuse(`${prompts} questions at once`);
    }
    return this.#handle(payload);
  }

  /** RFC 4253 §7.1; OpenSSH's PROTOCOL, 1.9, for the first one under strict key exchange. */
  #duringExchange(type: number, payload: Buffer): unknown {
    const protocol = this.#protocol;
    const isStrict = protocol._strictMode === true && protocol._kex?.sessionID === undefined;
    const isWord =
      type === message.IGNORE || type === message.DEBUG || type === message.UNIMPLEMENTED;
    if (isWord && !isStrict) return undefined;
    const isOfMethod = type >= firstOfKex && type <= lastOfKex;
    if (protocol._skipNextInboundPacket && !isOfMethod) {
      return this.#refuse(`a message (${type}) in the place of one of the key exchange`);
    }
    return this.#handle(payload);
  }

  #hold(seqno: number, payload: Buffer): unknown {
    this.#heldBytes += payload.length;
    this.#held.push({ seqno, payload: Buffer.from(payload) });
    const tooMuch = this.#held.length > mostHeld.packets || this.#heldBytes > mostHeld.bytes;
    return tooMuch ? this.#refuse("too much before its host key was accepted") : undefined;
  }

  /** Handles the packets that were held. */
  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const { seqno, payload } of held) {
      if (this.#failed) return;
      this.#pass(seqno, payload);
    }
  }

  /** Whether a client may get a message of that number, and ssh2 handles it. */
  #isKnown(type: number): boolean {
    return this.#messageHandlers[type] !== undefined && !ofClients.has(type);
  }

  /** Ends the connection: what came breaks the protocol. */
  #refuse(what: string): number {
    const protocol = this.#protocol;
    const description = `the server sent ${what}`;
    sendDisconnect(this.#client, protocolError, description);
    protocol._destruct?.();
    protocol._onError(new Error(description));
    return Infinity;
  }
}

/** The num-prompts of SSH_MSG_USERAUTH_INFO_REQUEST (RFC 4256 §3.2); 0 where it is cut short. */
function promptsOf(payload: Buffer): number {
  let at = 1;
  for (let string = 0; string < 3; string++) {
    if (at + 4 > payload.length) return 0;
    at += 4 + payload.readUInt32BE(at);
  }
  return at + 4 > payload.length ? 0 : payload.readUInt32BE(at);
}
