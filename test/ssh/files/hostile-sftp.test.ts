import assert from "node:assert/strict";
import fc from "fast-check";
import { string, uint32 } from "../../../src/codecs/sftp/fields.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import { Failure } from "../../../src/protocol/errors.ts";
import type { SessionChannel } from "../../../src/ssh/connection/channels/channel.ts";
import { NoSftp, SftpChannel } from "../../../src/ssh/files/sftp/sftp-channel.ts";
import { SftpFiles } from "../../../src/ssh/files/sftp/sftp-files.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { SftpServerChannel } from "./sftp/scripted-channel.ts";

type Mutate = (reply: Buffer) => Buffer;

const attributes = Buffer.concat([uint32(0x0d), uint32(0), ...[5, 0o100644, 7, 8].map(uint32)]);

/** A valid reply to a request, by its type. */
function replyTo(type: number): [number, Buffer[]] {
  switch (type) {
    case 3:
    case 11:
      return [102, [string("h")]];
    case 5:
      return [103, [string("abcde")]];
    case 7:
    case 8:
    case 17:
      return [105, [attributes]];
    case 12:
      return [104, [uint32(2), ...["a", "b"].flatMap((n) => [string(n), string(n), attributes])]];
    case 16:
    case 19:
      return [104, [uint32(1), string("/home"), string(""), attributes]];
    case 200:
      return [
        201,
        [
          uint32(0),
          uint32(262_144),
          uint32(0),
          uint32(261_120),
          uint32(0),
          uint32(261_120),
          uint32(0),
          uint32(1000),
        ],
      ];
    default:
      return [101, [uint32(0), string("ok"), string("")]];
  }
}

function packet(type: number, fields: Buffer[]): Buffer {
  return string(Buffer.concat([Buffer.from([type]), ...fields]));
}

/** A server whose replies are changed on their way. */
class HostileChannel extends SftpServerChannel {
  replies = 0;
  override readonly closed: Promise<void>;
  readonly #mutate: Mutate;
  #close!: () => void;

  constructor(mutate: Mutate) {
    super();
    this.#mutate = mutate;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  override close(): void {
    super.close();
    this.#close();
  }

  protected override answer(request: Buffer): void {
    if (!this.isOpen || this.replies > 200) return this.close();
    this.replies += 1;
    const type = request[0] as number;
    const [replyType, fields] = replyTo(type);
    // The first one is left as it is, or there would be nothing else.
    if (type === 1) this.send(packet(2, [uint32(3), string("limits@openssh.com"), string("1")]));
    else this.send(this.#mutate(packet(replyType, [request.subarray(1, 5), ...fields])));
  }
}

const mutation = fc.record({
  at: fc.nat(),
  to: fc.nat(255),
  kind: fc.constantFrom("set", "set", "set", "huge", "cut", "twice", "none", "none"),
});

function mutator(changes: { at: number; to: number; kind: string }[]): Mutate {
  let n = 0;
  return (reply) => {
    const { at, to, kind } = changes[n++ % changes.length] as (typeof changes)[0];
    const place = at % reply.length;
    if (kind === "none") return reply;
    if (kind === "cut") return reply.subarray(0, place);
    if (kind === "twice") return Buffer.concat([reply, reply]);
    const copy = Buffer.from(reply);
    copy.fill(to, place, Math.min(copy.length, kind === "huge" ? place + 4 : place + 1));
    return copy;
  };
}

describe("a hostile SFTP server", () => {
  it("can't make a call crash, hang or grow, with 10,000 changed replies", async function () {
    this.timeout(60_000);
    let replies = 0;
    const run = async (changes: { at: number; to: number; kind: string }[]) => {
      const fake = new HostileChannel(mutator(changes));
      const greeting = new Call(new Cancellation());
      const channel = new SftpChannel(fake as unknown as SessionChannel, greeting, true);
      const files = new SftpFiles(channel, "SSH-2.0-OpenSSH_9.2", async () => []);
      const call = new Call(new Cancellation());
      const path = Buffer.from("/x");
      let taken = 0;
      const take = (bytes: Uint8Array) => {
        taken += bytes.length;
        return undefined;
      };
      const range = { offset: 0, length: 1000 };
      const work = [
        files.stat(path, call),
        files.readdir(path, () => undefined, call),
        files.readFile(path, range, take, call),
        files.writeFile(path, Buffer.from("abc"), { flag: "w", offset: 0, mode: undefined }, call),
        files.realpath(path, call),
        files.statfs(path, call),
        files.mkdir(path, 0o700, call),
        files.readlink(path, call),
      ];
      // A server that has nothing more to say ends, as one does that waits in vain.
      const settled = Promise.allSettled(work);
      const quiet = setInterval(() => fake.close(), 15);
      const outcomes = await settled;
      clearInterval(quiet);
      fake.close();
      replies += fake.replies;
      assert.ok(taken <= 1000, `${taken} bytes of 1000`);
      assert.ok(fake.written < 2000, `${fake.written} requests`);
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") continue;
        const { reason } = outcome;
        assert.ok(reason instanceof Failure || reason instanceof NoSftp, String(reason?.stack));
      }
    };
    const batch = fc.array(fc.array(mutation, { minLength: 1, maxLength: 12 }), {
      minLength: 50,
      maxLength: 50,
    });
    await fc.assert(
      fc.asyncProperty(batch, async (runs) => {
        await Promise.all(runs.map(run));
      }),
      { numRuns: 75 },
    );
    assert.ok(replies > 10_000, String(replies));
  });
});
