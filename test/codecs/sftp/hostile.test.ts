import assert from "node:assert/strict";
import fc from "fast-check";
import { SftpProtocolError } from "../../../src/codecs/sftp/errors.ts";
import { readLimits, readStatvfs, readUsersGroups } from "../../../src/codecs/sftp/extensions.ts";
import { PacketReader } from "../../../src/codecs/sftp/packet-reader.ts";
import { readResponse, readVersion } from "../../../src/codecs/sftp/responses.ts";
import { bytes } from "./bytes.ts";

/** Replies as servers send them. */
const replies = [
  '0000001e 02 00000003 00000009 "copy-data" 00000001 "1" 00000000 00000000',
  '0000001f 65 00000001 00000002 0000000c "No such file" 00000002 "en"',
  '0000000b 66 00000001 00000002 "h" 00',
  '0000000c 67 00000001 00000003 "abc"',
  '0000003d 68 00000001 00000002 00000001 ff 00000003 "-rw" 00000000 00000001 "b" 00000000 0000000d 00000000 00000005 000081a4 00000007 00000008',
  '00000021 69 00000001 80000002 00000001 00000002 00000001 00000003 "a@b" 00000001 "c"',
  'c9 00000001 0000000c 00000004 "root" 00000000 00000006 00000002 "ab"',
].map(bytes);

/** One change of a reply's bytes. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(), to: fc.nat(255) }),
  fc.record({ kind: fc.constant("huge" as const), at: fc.nat(), to: fc.constant(255) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), to: fc.constant(0) }),
  fc.record({ kind: fc.constant("double" as const), at: fc.nat(), to: fc.constant(0) }),
);

function mutate(reply: Buffer, { kind, at, to }: { kind: string; at: number; to: number }): Buffer {
  const place = reply.length === 0 ? 0 : at % reply.length;
  if (kind === "cut") return reply.subarray(0, place);
  if (kind === "double") return Buffer.concat([reply, reply.subarray(place)]);
  const copy = Buffer.from(reply);
  // "huge" makes a length or a count of what was none.
  copy.fill(to, place, Math.min(copy.length, kind === "huge" ? place + 4 : place + 1));
  return copy;
}

/** Whether `read` gives something, or fails as it should. */
function survives(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof SftpProtocolError)) throw error;
  }
}

describe("hostile SFTP replies", () => {
  it("are read or refused, 10,000 of them", () => {
    const changed = fc
      .tuple(fc.constantFrom(...replies), fc.array(mutation, { minLength: 1, maxLength: 4 }))
      .map(([reply, changes]) => changes.reduce(mutate, reply));
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(changed, { minLength: 1, maxLength: 3 }), cuts, (parts, lengths) => {
        const stream = Buffer.concat(parts);
        const reader = new PacketReader();
        let held = 0;
        survives(() => {
          for (let at = 0, n = 0; at < stream.length; n++) {
            const length = lengths[n % lengths.length] as number;
            for (const packet of reader.push(stream.subarray(at, at + length))) {
              held += packet.length;
              survives(() => readVersion(packet));
              survives(() => readResponse(packet));
              for (const read of [readLimits, readStatvfs, readUsersGroups]) {
                survives(() => read(packet));
              }
            }
            at += length;
          }
        });
        // Nothing is made of nothing.
        assert.ok(held <= stream.length);
      }),
      { numRuns: 10_000 },
    );
  });
});
