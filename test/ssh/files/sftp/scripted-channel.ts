import { string, uint32 } from "../../../../src/codecs/sftp/fields.ts";
import { PacketReader } from "../../../../src/codecs/sftp/packet-reader.ts";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import type { SessionChannel } from "../../../../src/ssh/connection/channels/channel.ts";
import { SftpChannel } from "../../../../src/ssh/files/sftp/sftp-channel.ts";
import { SftpFiles } from "../../../../src/ssh/files/sftp/sftp-files.ts";
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

/** A server without extensions, at the other end of a channel; requests are answered in their order. */
class ScriptedChannel {
  isOpen = true;
  readonly closed = new Promise<void>(() => {});
  readonly #answer: (asked: Asked) => Reply;
  readonly #reader = new PacketReader();
  #output: (stream: "stdout", chunk: Uint8Array) => void = () => {};

  constructor(answer: (asked: Asked) => Reply) {
    this.#answer = answer;
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
      const asked = Buffer.from(request);
      setImmediate(() => this.#take(asked));
    }
    return true;
  }

  #take(request: Buffer): void {
    const type = request[0] as number;
    if (type === 1) return this.#send(2, [uint32(3)]);
    const reply = this.#answer({ type, body: request.subarray(5) });
    if (!reply) return;
    const [replyType, ...fields] = reply;
    this.#send(replyType, [request.subarray(1, 5), ...fields]);
  }

  #send(type: number, fields: Buffer[]): void {
    this.#output("stdout", string(Buffer.concat([Buffer.from([type]), ...fields])));
  }
}

/** The files of a server that answers as it is told. @param eager it is OpenSSH's by its name */
export function scriptedFiles(answer: (asked: Asked) => Reply, eager = false): SftpFiles {
  const channel = new ScriptedChannel(answer) as unknown as SessionChannel;
  const sftp = new SftpChannel(channel, new Call(new Cancellation()), eager);
  return new SftpFiles(sftp, "SSH-2.0-scripted", async () => []);
}
