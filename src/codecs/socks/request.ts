import { Buffer } from "node:buffer";

/** What a SOCKS client asks for: a connection to a name or an address, which the server resolves. */
export interface SocksTarget {
  readonly host: string;
  readonly port: number;
}

/** Why a request isn't granted. */
export type SocksRefusal =
  "failed" | "notAllowed" | "unreachable" | "refused" | "command" | "addressType";

/** What the bytes so far amount to. */
export type SocksStep =
  /** More is needed. */
  | { readonly state: "more" }
  /** The request is whole; `rest` is what the client has sent behind it. */
  | { readonly state: "request"; readonly target: SocksTarget; readonly rest: Buffer }
  /** Not a request that is accepted here; the connection is to be closed. */
  | { readonly state: "refused"; readonly reason: string };

/** Bytes of the longest user id (SOCKS 4) or host name (4a) that is accepted; both end with a NUL. */
const maxText = 255;

const connectCommand = 1;
const noAuthentication = 0;
const noAcceptableMethod = 0xff;

/** The codes of SOCKS 5 (RFC 1928 §6). */
const refusals5: Readonly<Record<SocksRefusal, number>> = {
  failed: 1,
  notAllowed: 2,
  unreachable: 4,
  refused: 5,
  command: 7,
  addressType: 8,
};

/**
 * The server's side of SOCKS 4, 4a and 5 (RFC 1928) up to the reply, for CONNECT without
 * authentication.
 */
export class SocksRequest {
  #bytes: Buffer = Buffer.alloc(0);
  #version: 4 | 5 | undefined;
  /** SOCKS 5: the methods have been agreed on. */
  #greeted = false;
  #send: (reply: Buffer) => void;

  /** @param send takes what the client is to be sent meanwhile */
  constructor(send: (reply: Buffer) => void) {
    this.#send = send;
  }

  /** @param chunk what has come; not to be called again once the state isn't `more` */
  push(chunk: Uint8Array): SocksStep {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const [version] = this.#bytes;
    if (version === undefined) return { state: "more" };
    if (version !== 4 && version !== 5) return { state: "refused", reason: "it speaks no SOCKS" };
    this.#version = version;
    if (version === 4) return this.#request4();
    return (this.#greeted ? undefined : this.#greeting5()) ?? this.#request5();
  }

  /** The reply that the connection is made. */
  granted(): Buffer {
    if (this.#version === 4) return Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]);
    return Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  }

  /** The reply that it isn't. */
  refused(why: SocksRefusal): Buffer {
    if (this.#version === 4) return Buffer.from([0, 91, 0, 0, 0, 0, 0, 0]);
    return Buffer.from([5, refusals5[why], 0, 1, 0, 0, 0, 0, 0, 0]);
  }

  /** VN, CD, DSTPORT, DSTIP, USERID, NUL; 4a: the address 0.0.0.x, and a name and NUL behind it. */
  #request4(): SocksStep {
    const bytes = this.#bytes;
    if (bytes.length < 9) return { state: "more" };
    if (bytes[1] !== connectCommand) return this.#refuse("command", "it asks for no CONNECT");
    const port = bytes.readUInt16BE(2);
    const address = bytes.subarray(4, 8);
    const id = text(bytes, 8);
    if (id === "too long") return this.#refuse("failed", "its user id is too long");
    if (id === undefined) return { state: "more" };
    const isName = address[0] === 0 && address[1] === 0 && address[2] === 0 && address[3] !== 0;
    if (!isName) {
      const host = [...address].join(".");
      return { state: "request", target: { host, port }, rest: bytes.subarray(id.end) };
    }
    const name = text(bytes, id.end);
    if (name === "too long") return this.#refuse("failed", "its host name is too long");
    if (name === undefined) return { state: "more" };
    if (name.text === "") return this.#refuse("failed", "it names no host");
    return { state: "request", target: { host: name.text, port }, rest: bytes.subarray(name.end) };
  }

  /** VER, NMETHODS, METHODS (RFC 1928 §3); undefined on success: the request may follow at once. */
  #greeting5(): SocksStep | undefined {
    const bytes = this.#bytes;
    const count = bytes[1];
    if (count === undefined || bytes.length < 2 + count) return { state: "more" };
    if (!bytes.subarray(2, 2 + count).includes(noAuthentication)) {
      this.#send(Buffer.from([5, noAcceptableMethod]));
      return { state: "refused", reason: "it wants to authenticate" };
    }
    this.#greeted = true;
    this.#bytes = bytes.subarray(2 + count);
    this.#send(Buffer.from([5, noAuthentication]));
    return undefined;
  }

  /** VER, CMD, RSV, ATYP, DST.ADDR, DST.PORT (RFC 1928 §4). */
  #request5(): SocksStep {
    const bytes = this.#bytes;
    if (bytes.length < 5) return { state: "more" };
    if (bytes[0] !== 5) return this.#refuse("failed", "it changes the version");
    if (bytes[1] !== connectCommand) return this.#refuse("command", "it asks for no CONNECT");
    const found = address5(bytes);
    if (found === "unknown") {
      return this.#refuse("addressType", "it has an address of an unknown type");
    }
    if (found === undefined || bytes.length < found.end + 2) return { state: "more" };
    if (found.host === "") return this.#refuse("failed", "it names no host");
    const port = bytes.readUInt16BE(found.end);
    return {
      state: "request",
      target: { host: found.host, port },
      rest: bytes.subarray(found.end + 2),
    };
  }

  #refuse(why: SocksRefusal, reason: string): SocksStep {
    this.#send(this.refused(why));
    return { state: "refused", reason };
  }
}

/** @returns undefined where it isn't whole yet */
function address5(bytes: Buffer): { host: string; end: number } | "unknown" | undefined {
  const [ipv4, name, ipv6] = [1, 3, 4];
  const type = bytes[3];
  if (type === ipv4) {
    return bytes.length < 8 ? undefined : { host: [...bytes.subarray(4, 8)].join("."), end: 8 };
  }
  if (type === name) {
    const end = 5 + (bytes[4] as number);
    return bytes.length < end ? undefined : { host: bytes.toString("latin1", 5, end), end };
  }
  if (type !== ipv6) return "unknown";
  if (bytes.length < 20) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) =>
    bytes.readUInt16BE(4 + 2 * index).toString(16),
  );
  return { host: groups.join(":"), end: 20 };
}

/** The text up to a NUL; undefined if the NUL hasn't come yet. */
function text(
  bytes: Buffer,
  start: number,
): { text: string; end: number } | "too long" | undefined {
  const end = bytes.indexOf(0, start);
  if ((end < 0 ? bytes.length : end) - start > maxText) return "too long";
  return end < 0 ? undefined : { text: bytes.toString("latin1", start, end), end: end + 1 };
}
