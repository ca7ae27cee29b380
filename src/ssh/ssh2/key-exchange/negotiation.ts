/**
 * What is negotiated beyond what ssh2 has (RFC 4253 §7.1). In the server's KEXINIT, and in our own
 * lists while ssh2 looks at them, a name that ssh2 doesn't know changes places with its stand-in; the
 * exchange that it makes of that is then completed here. What is sent and hashed is the true one.
 *
 * test/ssh/ssh2/negotiation.test.ts, which fails when another ssh2 closes the door
 */
import type { Client } from "ssh2";
import { Malformed, WireReader, byte, string, uint32 } from "../../../codecs/ssh/wire.ts";
import { parseCertificate, withoutCertificate } from "../../../codecs/ssh/certificate.ts";
import { algorithmNames } from "../../../protocol/algorithms.ts";
import { hybridMethod, makeHybrid } from "./hybrid-exchange.ts";
import type { ReplacedExchange } from "./hybrid-exchange.ts";

/** Names of our methods, and ssh2's own that it is shown instead. */
const standInFor: Readonly<Record<string, string>> = { [hybridMethod]: "curve25519-sha256" };

const certificateAlgorithms = algorithmNames.hostKey.usual.filter(
  (name) => withoutCertificate(name) !== undefined,
);

/** ssh2's object for one key exchange. */
interface Exchange extends ReplacedExchange {
  negotiated: {
    kex: string;
    serverHostKey: string;
    cs: { cipher: string; mac: string };
    sc: { cipher: string; mac: string };
  };
  readonly type: string;
  _remoteKexinit: Buffer | undefined;
  _hostKey: Buffer | undefined;
  parse(payload: Buffer): unknown;
}

/** ssh2's keyParser.js: `data` is a key's blob without its type. */
export type ParseKey = (data: Buffer, type: string) => unknown;

/** The same function, but for a certificate it parses the key within, which has made the signature. */
export function takingCertificates(parse: ParseKey): ParseKey {
  return (data, type) => {
    if (withoutCertificate(type) === undefined) return parse(data, type);
    const certificate = parseCertificate(Buffer.concat([string(type), data]));
    if (!certificate) return new Error(`${type} is no certificate that is known here`);
    const { key, keyType } = certificate;
    return parse(key.subarray(4 + keyType.length), keyType);
  };
}

interface List {
  array: string[];
}

interface Protocol {
  _offer: { lists: { kex: List; serverHostKey: List } };
  _kex: Exchange | undefined;
  _destruct: ((reason?: string) => void) | undefined;
  _onError(error: Error): void;
  _hostVerifier: ((key: Buffer, verdict: (accepted: boolean) => void) => unknown) | undefined;
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
 * @param hostKeys that of host key algorithms
 * @returns whether it is one
 */
export function addMethods(kex: KexModule, supported: string[], hostKeys: string[] = []): boolean {
  try {
    if (!isCompleted(kex)) return false;
    supported.push(...Object.keys(standInFor));
    hostKeys.push(...certificateAlgorithms);
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
  // Stands for a connection that has ended, so that nothing is computed or sent.
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
  #heard:
    | { payload: Buffer; shown: Buffer; method: string | undefined; isCertified: boolean }
    | undefined;
  /** What the server has shown in the exchange that is under way. */
  #certificate: Buffer | undefined;

  /** @param client one whose `connect` was called, and that has received nothing yet */
  constructor(client: Client) {
    const protocol = protocolOf(client);
    this.#protocol = protocol;
    const verify = protocol._hostVerifier;
    if (verify) {
      protocol._hostVerifier = (key, verdict) => {
        const certificate = this.#certificate;
        // The certificate is what is hashed, and what the caller is to check.
        if (certificate && protocol._kex) protocol._kex._hostKey = certificate;
        return verify(certificate ?? key, verdict);
      };
    }
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
    this.#certificate = undefined;
    const { kex, serverHostKey } = this.#protocol._offer.lists;
    const own = [kex.array, serverHostKey.array] as const;
    const [method, algorithm] = agreed(own, payload);
    const standIns = [
      [method, method === undefined ? undefined : standInFor[method]],
      [algorithm, algorithm === undefined ? undefined : withoutCertificate(algorithm)],
    ] as const;
    if (standIns.every(([, standIn]) => standIn === undefined)) return handle(payload);
    const exchanged = (names: readonly string[], list: 0 | 1) => {
      const [name, standIn] = standIns[list];
      return name === undefined || standIn === undefined
        ? [...names]
        : swapped(names, name, standIn);
    };
    const shown = withLists(payload, exchanged);
    this.#heard = { payload, shown, method, isCertified: standIns[1][1] !== undefined };
    kex.array = exchanged(own[0], 0);
    serverHostKey.array = exchanged(own[1], 1);
    try {
      return handle(shown);
    } finally {
      [kex.array, serverHostKey.array] = own;
      this.#heard = undefined;
    }
  }

  /** Before ssh2 has it start. */
  #complete(exchange: Exchange): void {
    if (!this.#heard) return;
    const { payload, shown, method, isCertified } = this.#heard;
    if (exchange._remoteKexinit !== shown) throw new Error("this ssh2 keeps the KEXINIT elsewhere");
    exchange._remoteKexinit = payload;
    if (isCertified) this.#takeCertificate(exchange);
    if (method !== hybridMethod) return;
    const protocol = this.#protocol;
    exchange.negotiated.kex = method;
    const fail = (error: Error) => {
      protocol._destruct?.();
      protocol._onError(error);
    };
    makeHybrid(exchange, fail, () => protocol._destruct === undefined);
  }

  /** ssh2 is shown the key that is in the certificate; see the constructor for the rest. */
  #takeCertificate(exchange: Exchange): void {
    // SSH_MSG_KEX_DH_GEX_REPLY (RFC 4419 §5); the others have SSH_MSG_KEXDH_REPLY's number.
    const reply = exchange.type === "groupex" ? 33 : 31;
    const parse = exchange.parse.bind(exchange);
    exchange.parse = (payload) => {
      if (payload[0] !== reply) return parse(payload);
      const reader = new WireReader(payload);
      try {
        const head = reader.bytes(1);
        const shown = reader.string();
        const certificate = parseCertificate(shown);
        if (!certificate) return parse(payload);
        this.#certificate = Buffer.from(shown);
        return parse(Buffer.concat([head, string(certificate.key), reader.rest()]));
      } catch (error) {
        // ssh2 then reports that the host key doesn't match.
        if (error instanceof Malformed) return parse(payload);
        throw error;
      }
    };
  }
}

/** Both lists have it in the other's place, so that a guess of the server's (RFC 4253 §7) stays what it is. */
function swapped(names: readonly string[], one: string, other: string): string[] {
  return names.map((name) => (name === one ? other : name === other ? one : name));
}

/** The message's number, and the cookie. */
const headSize = 1 + 16;

/** Of key exchange methods and of host key algorithms the first of our own that the server has, too. */
function agreed(
  own: readonly [readonly string[], readonly string[]],
  payload: Buffer,
): [string | undefined, string | undefined] {
  try {
    const [methods, algorithms] = listsOf(payload);
    return [
      own[0].find((name) => methods.includes(name)),
      own[1].find((name) => algorithms.includes(name)),
    ];
  } catch (error) {
    if (error instanceof Malformed) return [undefined, undefined];
    throw error;
  }
}

function listsOf(payload: Buffer): [string[], string[]] {
  const reader = new WireReader(payload);
  reader.bytes(headSize);
  return [reader.name().split(","), reader.name().split(",")];
}

function withLists(
  payload: Buffer,
  change: (names: readonly string[], list: 0 | 1) => string[],
): Buffer {
  const reader = new WireReader(payload);
  const head = reader.bytes(headSize);
  const lists = [reader.name().split(","), reader.name().split(",")];
  const changed = lists.map((names, list) => string(change(names, list as 0 | 1).join(",")));
  return Buffer.concat([head, ...changed, reader.rest()]);
}
