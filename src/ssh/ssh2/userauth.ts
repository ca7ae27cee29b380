/**
 * The messages of RFC 4252 and 4256, over ssh2's transport. ssh2's own authentication uses SHA-1 for
 * RSA if the server lists nothing better, forgets a partial success by an agent's key, and can't wait
 * for a key to be decrypted.
 */
import { Buffer } from "node:buffer";
import type { Client } from "ssh2";
import { printable } from "../../codecs/text/printable.ts";
import { byte, string } from "../../codecs/ssh/wire.ts";

export interface Prompt {
  readonly prompt: string;
  readonly echo: boolean;
}

/** What the server answers to a request. */
export type Reply =
  | { readonly type: "success" }
  /** RFC 4252 §5.1. */
  | {
      readonly type: "failure";
      readonly methods: readonly string[];
      readonly partialSuccess: boolean;
    }
  /** The key would do (RFC 4252 §7). */
  | { readonly type: "keyOk" }
  /** RFC 4256 §3.2. */
  | {
      readonly type: "infoRequest";
      readonly name: string;
      readonly instruction: string;
      readonly prompts: readonly Prompt[];
    }
  /** RFC 4252 §8. */
  | { readonly type: "passwordChange" };

interface Handlers {
  SERVICE_ACCEPT: (protocol: Protocol, name: string) => void;
  EXT_INFO: (protocol: Protocol, extensions: { name: string; algs: string[] }[]) => void;
  USERAUTH_SUCCESS: (protocol: Protocol) => void;
  USERAUTH_FAILURE: (protocol: Protocol, methods: string[], partialSuccess: boolean) => void;
  USERAUTH_PASSWD_CHANGEREQ: (protocol: Protocol) => void;
  USERAUTH_PK_OK: (protocol: Protocol) => void;
  USERAUTH_INFO_REQUEST: (
    protocol: Protocol,
    name: string,
    instruction: string,
    prompts: Prompt[],
  ) => void;
}

interface Protocol {
  _handlers: Handlers;
  _authsQueue: string[];
  _kex: { sessionID: Buffer };
  _kexinit: unknown;
  _queue: Buffer[] | undefined;
  _cipher: { encrypt(packet: Buffer): void };
  _packetRW: {
    write: { allocStart: number; alloc(length: number): Buffer; finalize(packet: Buffer): Buffer };
  };
  authNone(username: string): void;
  authPassword(username: string, password: string): void;
  authKeyboard(username: string): void;
  authInfoRes(answers: readonly string[]): void;
}

const SSH_MSG_USERAUTH_REQUEST = 50;

/** The longest name that RFC 4250 §4.6.1 allows, in characters. */
const longestName = 64;

/** Authentication requests, one at a time, each with its reply. */
export class UserAuth {
  /**
   * The host key is accepted and the keys are in use (RFC 4253 §7.3): requests may be sent. ssh2 asks
   * for the service in the same moment; nothing says that its answer must be awaited (RFC 4253 §10).
   */
  readonly ready: Promise<void>;
  readonly #accepted: Promise<void>;
  #serverSigAlgs: readonly string[] | undefined;
  readonly #protocol: Protocol;
  readonly #username: string;
  #settle: ((reply: Reply) => void) | undefined;

  /** @param client one whose `connect` was called, and that has received nothing yet */
  constructor(client: Client, username: string) {
    this.#protocol = (client as unknown as { _protocol: Protocol })._protocol;
    this.#username = username;
    const handlers = this.#protocol._handlers;
    this.ready = new Promise((resolve) => {
      client.once("handshake", () => resolve());
    });
    this.#accepted = new Promise((resolve) => {
      handlers.SERVICE_ACCEPT = () => resolve();
    });
    const { EXT_INFO, USERAUTH_SUCCESS } = handlers;
    handlers.EXT_INFO = (protocol, extensions) => {
      const algorithms = extensions.find(({ name }) => name === "server-sig-algs");
      this.#serverSigAlgs ??= algorithms?.algs;
      EXT_INFO(protocol, extensions);
    };
    handlers.USERAUTH_SUCCESS = (protocol) => {
      USERAUTH_SUCCESS(protocol);
      this.#reply({ type: "success" });
    };
    handlers.USERAUTH_FAILURE = (_, names, partialSuccess) => {
      const methods = names.map((name) => printable(name, longestName));
      this.#reply({ type: "failure", methods, partialSuccess });
    };
    handlers.USERAUTH_PK_OK = () => this.#reply({ type: "keyOk" });
    handlers.USERAUTH_PASSWD_CHANGEREQ = () => this.#reply({ type: "passwordChange" });
    handlers.USERAUTH_INFO_REQUEST = (_, name, instruction, prompts) =>
      this.#reply({ type: "infoRequest", name, instruction, prompts });
  }

  /**
   * The signature algorithms that the server verifies, where it says (RFC 8308 §3.1): right behind its
   * own NEWKEYS, and thus before it accepts the service. Where that hasn't come, this waits for it.
   */
  async serverSigAlgs(): Promise<readonly string[] | undefined> {
    if (!this.#serverSigAlgs) await this.#accepted;
    return this.#serverSigAlgs;
  }

  /** Whether the server owes a reply. */
  get waiting(): boolean {
    return this.#settle !== undefined;
  }

  /** RFC 4252 §5.2. */
  none(): Promise<Reply> {
    return this.#request(() => this.#protocol.authNone(this.#username));
  }

  /** RFC 4252 §8. */
  password(password: string): Promise<Reply> {
    return this.#request(() => this.#protocol.authPassword(this.#username, password));
  }

  /** RFC 4256 §3.1. */
  keyboardInteractive(): Promise<Reply> {
    return this.#request(() => this.#protocol.authKeyboard(this.#username));
  }

  /** RFC 4256 §3.4. */
  infoResponse(answers: readonly string[]): Promise<Reply> {
    return this.#request(() => this.#protocol.authInfoRes(answers));
  }

  /** Asks whether a key would do (RFC 4252 §7). */
  publicKeyQuery(algorithm: string, blob: Buffer): Promise<Reply> {
    return this.#request(() => this.#sendKey(this.#keyRequest(algorithm, blob, false)));
  }

  /**
   * Authenticates with a key (RFC 4252 §7).
   *
   * @param sign makes the signature blob of what it is given
   */
  async publicKey(
    algorithm: string,
    blob: Buffer,
    sign: (data: Buffer) => Promise<Buffer>,
  ): Promise<Reply> {
    const request = this.#keyRequest(algorithm, blob, true);
    const signed = Buffer.concat([string(this.#protocol._kex.sessionID), request]);
    const signature = await sign(signed);
    return this.#request(() => this.#sendKey(Buffer.concat([request, string(signature)])));
  }

  #keyRequest(algorithm: string, blob: Buffer, signed: boolean): Buffer {
    return Buffer.concat([
      byte(SSH_MSG_USERAUTH_REQUEST),
      string(this.#username),
      string("ssh-connection"),
      string("publickey"),
      byte(signed ? 1 : 0),
      string(algorithm),
      string(blob),
    ]);
  }

  /** As ssh2's sendPacket: what is sent during a key exchange waits for its end. */
  #sendKey(payload: Buffer): void {
    const protocol = this.#protocol;
    const { write } = protocol._packetRW;
    const packet = write.alloc(payload.length);
    payload.copy(packet, write.allocStart);
    // From this ssh2 knows what message number 60 means.
    protocol._authsQueue.push("publickey");
    const whole = write.finalize(packet);
    if (protocol._kexinit === undefined) protocol._cipher.encrypt(whole);
    else (protocol._queue ??= []).push(whole);
  }

  #request(send: () => void): Promise<Reply> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      send();
    });
  }

  /** Ignored if no request is waiting. */
  #reply(reply: Reply): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(reply);
  }
}
