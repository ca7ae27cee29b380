import assert from "node:assert/strict";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import type {
  ByteSource,
  RemoteFile,
  RemoteFiles,
} from "../../../../src/ssh/files/support/remote-files.ts";
import { spread } from "../../../../src/ssh/files/tree/spread.ts";
import type { Lane } from "../../../../src/ssh/files/tree/spread.ts";
import { Call } from "../../../../src/ssh/support/call.ts";

const size = 64 * 1024 * 1024;
const source: ByteSource = { isSparse: false, fill: async () => 0 };

/** A file that takes what it is given. */
const taking = {
  pour: async (
    _source: ByteSource,
    { from, end }: { from: number; end: number },
    written: (bytes: number) => void,
  ) => {
    await new Promise(setImmediate);
    written(end - from);
  },
} as unknown as RemoteFile;

describe("the further channels of a large file", () => {
  const ways: Record<string, () => Promise<Lane | undefined>> = {
    "can't be opened": () => Promise.reject(new Error("refused")),
    "refuse the file": async () => laneWith(async () => Promise.reject(new Error("EACCES"))),
    "are silent": async () => laneWith((call) => call.race(new Promise<never>(() => {}))),
  };
  let closed = 0;
  const laneWith = (open: (call: Call) => Promise<never>): Lane => ({
    files: {
      open: (_path: Buffer, _mode: string, _permissions: undefined, call: Call) => open(call),
    } as unknown as RemoteFiles,
    mayGoOn: () => true,
    close: () => (closed += 1),
  });

  for (const [name, open] of Object.entries(ways)) {
    it(`are done without where they ${name}`, async () => {
      closed = 0;
      let opened = 0;
      let bytes = 0;
      const lanes = {
        roundTrip: 24,
        open: () => {
          opened += 1;
          return open();
        },
      };
      const written = (count: number) => void (bytes += count);
      const call = new Call(new Cancellation());
      await spread(taking, Buffer.from("f"), source, { from: 0, end: size }, written, lanes, call);
      assert.equal(bytes, size);
      assert.equal(opened, 3);
      assert.equal(closed, name === "can't be opened" ? 0 : 3);
    });
  }
});
