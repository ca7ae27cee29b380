import { string, uint32 } from "../../../../src/codecs/sftp/fields.ts";
import { PacketReader } from "../../../../src/codecs/sftp/packet-reader.ts";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import type { SessionChannel } from "../../../../src/ssh/connection/channels/channel.ts";
import { SftpChannel } from "../../../../src/ssh/files/sftp/sftp-channel.ts";
import { SftpFiles } from "../../../../src/ssh/files/sftp/sftp-files.ts";
import { RoundTrip } from "../../../../src/ssh/flow/round-trip.ts";
import { Call } from "../../../../src/ssh/support/call.ts";

/** A request's type and what follows its id. */
export interface Asked {
  readonly type: number;
  readonly body: Buffer;
}

/** A reply's type and what follows its id; undefined for none. */
export type Reply = readonly [number, ...Buffer[]] | undefined;

/** SSH_FXP_STATUS. */
export const status = (code: number): Reply => [101, uint32(code), string("said"), string("")];
export const handle: Reply = [102, string("h")];
/** Of a regular file of five bytes. */
export const file: Reply = [
  105,
  Buffer.concat([uint32(0x0d), uint32(0), ...[5, 0o100644, 7, 8].map(uint32)]),
];

/** An SFTP server at the other end of a channel; requests are answered in their order. */
export abstract class SftpServerChannel {
  isOpen = true;
  readonly roundTrip = new RoundTrip();
  /** Requests that have come. */
  written = 0;
  readonly #reader = new PacketReader();
  #output: (stream: "stdout", chunk: Uint8Array) => void = () => {};

  abstract readonly closed: Promise<void>;

  protected abstract answer(request: Buffer): void;

  protected send(packet: Uint8Array): void {
    this.#output("stdout", packet);
  }

  onOutput(take: (stream: "stdout", chunk: Uint8Array) => void): void {
    this.#output = take;
  }

  consumed(): void {}
  eof(): void {}
  async start(): Promise<void> {}

  close(): void {
    this.isOpen = false;
  }

  async write(bytes: Buffer): Promise<boolean> {
    for (const request of this.#reader.push(bytes)) {
      this.written += 1;
      const asked = Buffer.from(request);
      setImmediate(() => this.answer(asked));
    }
    return true;
  }
}

/** One without extensions. */
class ScriptedChannel extends SftpServerChannel {
  override readonly closed = new Promise<void>(() => {});
  readonly #answer: (asked: Asked) => Reply;

  constructor(answer: (asked: Asked) => Reply) {
    super();
    this.#answer = answer;
  }

  protected override answer(request: Buffer): void {
    const type = request[0] as number;
    if (type === 1) return this.#reply(2, [uint32(3)]);
    const reply = this.#answer({ type, body: request.subarray(5) });
    if (!reply) return;
    const [replyType, ...fields] = reply;
    this.#reply(replyType, [request.subarray(1, 5), ...fields]);
  }

  #reply(type: number, fields: Buffer[]): void {
    this.send(string(Buffer.concat([Buffer.from([type]), ...fields])));
  }
}

/** The files of a server that answers as it is told. @param eager it is OpenSSH's by its name */
export function scriptedFiles(answer: (asked: Asked) => Reply, eager = false): SftpFiles {
  const channel = new ScriptedChannel(answer) as unknown as SessionChannel;
  const sftp = new SftpChannel(channel, new Call(new Cancellation()), eager);
  return new SftpFiles(sftp, "SSH-2.0-scripted", async () => []);
}
