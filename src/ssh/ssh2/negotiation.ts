/**
 * What is negotiated beyond what ssh2 has (RFC 4253 §7.1). In the server's KEXINIT, and in our own
 * lists while ssh2 looks at them, a name that ssh2 doesn't know changes places with its stand-in; the
 * exchange that it makes of that is then completed here. What is sent and hashed is the true one.
 *
 * test/ssh/ssh2/negotiation.test.ts, which fails when another ssh2 closes the door
 */
import type { Client } from "ssh2";
import { Malformed, WireReader, byte, string, uint32 } from "../../codecs/ssh/wire.ts";
import { hybridMethod, makeHybrid } from "./hybrid-exchange.ts";
import type { ReplacedExchange } from "./hybrid-exchange.ts";

/** Ours, and what ssh2 is shown instead. */
const standInFor: Readonly<Record<string, string>> = { [hybridMethod]: "curve25519-sha256" };

/** ssh2's object for one key exchange. */
interface Exchange extends ReplacedExchange {
  negotiated: {
    kex: string;
    serverHostKey: string;
    cs: { cipher: string; mac: string };
    sc: { cipher: string; mac: string };
  };
  _remoteKexinit: Buffer | undefined;
}

interface List {
  array: string[];
}

interface Protocol {
  _offer: { lists: { kex: List; serverHostKey: List } };
  _kex: Exchange | undefined;
  _destruct: ((reason?: string) => void) | undefined;
  _onError(error: Error): void;
}

/** What both sides have agreed upon. */
export interface Agreed {
  readonly kex: string;
  /** From us to the server. */
  readonly cipher: string;
  /** As `ssh -v` has it: `<implicit>` where the cipher is one itself. */
  readonly mac: string;
  readonly postQuantum: boolean;
}

const protocolOf = (client: Client) => (client as unknown as { _protocol: Protocol })._protocol;

/** @param client one whose first key exchange is over */
export function agreedBy(client: Client): Agreed {
  const { _kex: exchange } = protocolOf(client);
  if (!exchange) throw new Error("nothing is agreed upon yet");
  const { kex, cs } = exchange.negotiated;
  return {
    kex,
    cipher: cs.cipher,
    mac: cs.mac === "" ? "<implicit>" : cs.mac,
    postQuantum: kex === hybridMethod,
  };
}

/** What is used of ssh2's lib/protocol/kex.js. */
export interface KexModule {
  readonly KexInit: new (lists: object) => {
    readonly totalSize: number;
    copyAllTo(payload: Buffer, offset: number): number;
  };
  /** By the number of a message. */
  readonly HANDLERS: Readonly<Record<number, (protocol: unknown, payload: Buffer) => unknown>>;
}

/**
 * Has ssh2 let through what is negotiated here, if it is an ssh2 that can be completed so: tried on an
 * exchange with nobody.
 *
 * @param supported ssh2's list of key exchange methods, which it looks at as it connects
 * @returns whether it is one
 */
export function addMethods(kex: KexModule, supported: string[]): boolean {
  try {
    if (!isCompleted(kex)) return false;
    supported.push(...Object.keys(standInFor));
    return true;
  } catch {
    return false;
  }
}

/** SSH_MSG_KEXINIT (RFC 4253 §7.1). */
const kexInit = 20;

function isCompleted({ KexInit, HANDLERS }: KexModule): boolean {
  const way = { cipher: ["aes128-ctr"], mac: ["hmac-sha2-256"], compress: ["none"], lang: [] };
  const lists = { kex: [hybridMethod], serverHostKey: ["ssh-ed25519"], cs: way, sc: way };
  const offer = new KexInit(lists);
  const names = Buffer.alloc(offer.totalSize);
  offer.copyAllTo(names, 0);
  const payload = Buffer.concat([byte(kexInit), Buffer.alloc(16), names, byte(0), uint32(0)]);
  // One that has ended: nothing is computed for it, and nothing sent.
  const protocol = { _offer: offer, _server: false, _strictMode: false, _compatFlags: 0 };
  const client = { _protocol: { ...protocol, _kex: undefined, _destruct: undefined } };
  const negotiation = new Negotiation(client as unknown as Client);
  negotiation.hear(payload, (shown) => HANDLERS[kexInit]?.(client._protocol, shown));
  const exchange = client._protocol._kex as Exchange | undefined;
  return exchange?.negotiated.kex === hybridMethod;
}

/** Stands between a server's KEXINIT and ssh2, on one connection. */
export class Negotiation {
  readonly #protocol: Protocol;
  /** While ssh2 handles a KEXINIT: its true payload, what ssh2 is shown, and the method. */
  #heard: { payload: Buffer; shown: Buffer; method: string } | undefined;

  /** @param client one whose `connect` was called, and that has received nothing yet */
  constructor(client: Client) {
    const protocol = protocolOf(client);
    this.#protocol = protocol;
    let exchange = protocol._kex;
    Object.defineProperty(protocol, "_kex", {
      get: () => exchange,
      set: (next: Exchange | undefined) => {
        if (next) this.#complete(next);
        exchange = next;
      },
    });
  }

  /**
   * Has ssh2 handle a KEXINIT, from the first one on.
   *
   * @param handle gives ssh2 the payload that it is to see
   */
  hear<T>(payload: Buffer, handle: (shown: Buffer) => T): T {
    const { kex } = this.#protocol._offer.lists;
    const method = agreedMethod(kex.array, payload);
    const standIn = method === undefined ? undefined : standInFor[method];
    if (method === undefined || standIn === undefined) return handle(payload);
    const own = kex.array;
    const exchanged = (names: readonly string[]) => swapped(names, method, standIn);
    const shown = withMethods(payload, exchanged);
    this.#heard = { payload, shown, method };
    kex.array = exchanged(own);
    try {
      return handle(shown);
    } finally {
      kex.array = own;
      this.#heard = undefined;
    }
  }

  /** Before ssh2 has it start. */
  #complete(exchange: Exchange): void {
    if (!this.#heard) return;
    const { payload, shown, method } = this.#heard;
    if (exchange._remoteKexinit !== shown) throw new Error("this ssh2 keeps the KEXINIT elsewhere");
    exchange._remoteKexinit = payload;
    if (method !== hybridMethod) return;
    const protocol = this.#protocol;
    exchange.negotiated.kex = method;
    const fail = (error: Error) => {
      protocol._destruct?.();
      protocol._onError(error);
    };
    makeHybrid(exchange, fail, () => protocol._destruct === undefined);
  }
}

/** Both lists have it in the other's place, so that a guess of the server's (RFC 4253 §7) stays what it is. */
function swapped(names: readonly string[], one: string, other: string): string[] {
  return names.map((name) => (name === one ? other : name === other ? one : name));
}

/** The message's number, and the cookie. */
const headSize = 1 + 16;

/** The first of our own that the server has, too; undefined where there is none. */
function agreedMethod(own: readonly string[], payload: Buffer): string | undefined {
  try {
    const theirs = methodsOf(payload);
    return own.find((name) => theirs.includes(name));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function methodsOf(payload: Buffer): string[] {
  const reader = new WireReader(payload);
  reader.bytes(headSize);
  return reader.name().split(",");
}

function withMethods(payload: Buffer, change: (names: string[]) => string[]): Buffer {
  const reader = new WireReader(payload);
  const head = reader.bytes(headSize);
  const names = reader.name().split(",");
  return Buffer.concat([head, string(change(names).join(",")), reader.rest()]);
}
