import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Call } from "../../support/call.ts";
import { keyTypeOf } from "../../support/public-key.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { WireReader, byte, string, uint32 } from "../../../codecs/ssh/wire.ts";

/** Numbers of draft-ietf-sshm-ssh-agent §6. */
const SSH_AGENT_FAILURE = 5;
const SSH_AGENTC_REQUEST_IDENTITIES = 11;
const SSH_AGENT_IDENTITIES_ANSWER = 12;
const SSH_AGENTC_SIGN_REQUEST = 13;
const SSH_AGENT_SIGN_RESPONSE = 14;

/** Flags that choose the hash of an RSA signature; without one it is SHA-1. */
const flags: Readonly<Record<string, number>> = { "rsa-sha2-256": 2, "rsa-sha2-512": 4 };

/** The longest message, as in OpenSSH. */
const maxMessage = 256 * 1024;

/** Milliseconds that an agent has to list its keys. Signing isn't limited: the user may have to consent. */
const patience = 5000;

/** Why an agent, or one of its keys, can't be used. */
export class AgentError extends Error {
  override name = "AgentError";
}

export interface AgentKey extends PublicKey {
  readonly comment: string;
}

/** An SSH agent at its Unix socket, for one login. */
export class Agent {
  readonly #socket: Socket;
  readonly #call: Call;
  #received = Buffer.alloc(0);
  #settle: { resolve: (message: Buffer) => void; reject: (error: Error) => void } | undefined;
  #lost: AgentError | undefined;

  /** Connects; if that fails, the first request rejects. */
  constructor(path: string, call: Call) {
    this.#call = call;
    this.#socket = connect(path);
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#fail(`the agent at ${path} can't be reached: ${error.code}`),
    );
    this.#socket.on("close", () => this.#fail("the agent closed the connection"));
  }

  /** The keys it holds, certificates included, in its order. @throws {AgentError} or the call's end */
  async identities(): Promise<AgentKey[]> {
    const timer = setTimeout(
      () => this.#fail(`the agent didn't answer within ${patience / 1000} s`),
      patience,
    );
    try {
      const answer = await this.#ask(byte(SSH_AGENTC_REQUEST_IDENTITIES));
      if (answer[0] !== SSH_AGENT_IDENTITIES_ANSWER) throw new AgentError("the agent refused");
      const reader = new WireReader(answer.subarray(1));
      const count = reader.uint32();
      const keys: AgentKey[] = [];
      while (keys.length < count) {
        const blob = Buffer.from(reader.string());
        keys.push({ type: keyTypeOf(blob), blob, comment: reader.string().toString("utf8") });
      }
      return keys;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param signature the algorithm that the signature must be of
   * @returns the signature blob
   * @throws {AgentError} or the call's end
   */
  async sign(blob: Buffer, data: Buffer, signature: string): Promise<Buffer> {
    const flag = uint32(flags[signature] ?? 0);
    const answer = await this.#ask(
      Buffer.concat([byte(SSH_AGENTC_SIGN_REQUEST), string(blob), string(data), flag]),
    );
    if (answer[0] === SSH_AGENT_FAILURE) throw new AgentError("the agent refused to sign");
    if (answer[0] !== SSH_AGENT_SIGN_RESPONSE) throw new AgentError("the agent answered nonsense");
    const made = new WireReader(answer.subarray(1)).string();
    const algorithm = new WireReader(made).name();
    // An agent that doesn't know the flags signs with SHA-1 all the same.
    if (algorithm === signature) return made;
    throw new AgentError(`the agent signed with ${algorithm} instead of ${signature}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(message: Buffer): Promise<Buffer> {
    const answered = new Promise<Buffer>((resolve, reject) => {
      if (this.#lost) return reject(this.#lost);
      this.#settle = { resolve, reject };
      this.#socket.write(string(message));
    });
    return this.#call.race(answered);
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#received.length < 4) return;
    const length = this.#received.readUInt32BE();
    if (length > maxMessage) return this.#fail("the agent answered nonsense");
    if (this.#received.length < 4 + length) return;
    // More bytes than the answer: they would pile up.
    if (!this.#settle || this.#received.length > 4 + length) {
      return this.#fail("the agent answered nonsense");
    }
    const message = this.#received.subarray(4);
    this.#received = Buffer.alloc(0);
    this.#settle.resolve(message);
    this.#settle = undefined;
  }

  #fail(reason: string): void {
    this.#lost ??= new AgentError(reason);
    this.#settle?.reject(this.#lost);
    this.#settle = undefined;
    this.#socket.destroy();
  }
}
