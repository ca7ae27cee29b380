import assert from "node:assert/strict";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import type {
  ByteSource,
  RemoteFile,
  RemoteFiles,
} from "../../../../src/ssh/files/support/remote-files.ts";
import { brokenWay, remoteFileError } from "../../../../src/ssh/files/support/remote-error.ts";
import { FurtherLanes, spread } from "../../../../src/ssh/files/tree/spread.ts";
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
      const further = new FurtherLanes(lanes, size);
      const range = { from: 0, end: size };
      await spread(taking, Buffer.from("f"), source, range, written, further, call);
      assert.equal(bytes, size);
      assert.equal(opened, 3);
      assert.equal(closed, name === "can't be opened" ? 0 : 3);
    });
  }

  const path = Buffer.from("f");
  const range = { from: 0, end: size };

  /** A file that says so of each range that it has taken, once it may. */
  const keeping = (ranges: { from: number; end: number }[], mayGoOn: Promise<unknown>) =>
    ({
      pour: async (
        _source: ByteSource,
        { from, end }: { from: number; end: number },
        written: (bytes: number) => void,
      ) => {
        await mayGoOn;
        written(end - from);
        ranges.push({ from, end });
      },
    }) as unknown as RemoteFile;

  /** One that takes a part of its first pieces, and fails. */
  const failing = (failure: Error, close: () => Promise<void>, onClose: () => void) => {
    const file = {
      pour: async (_source: ByteSource, _range: object, written: (bytes: number) => void) => {
        written(1000);
        throw failure;
      },
      close,
      abandon: () => {},
    } as unknown as RemoteFile;
    const files = { open: async () => file } as unknown as RemoteFiles;
    return { files, mayGoOn: () => true, close: onClose };
  };

  const refused = remoteFileError(path, "EACCES", {});
  const over = brokenWay("the server ended its SFTP", "EPIPE");
  const failures: Record<string, { failure: Error; close: () => Promise<void> }> = {
    "refuses what is written": { failure: refused, close: async () => {} },
    "has ended": { failure: over, close: () => Promise.reject(over) },
    "ends when it has refused": { failure: refused, close: () => Promise.reject(over) },
  };

  for (const [name, { failure, close }] of Object.entries(failures)) {
    it(`leave what they don't get done to the others: one that ${name}`, async () => {
      const ranges: { from: number; end: number }[] = [];
      let bytes = 0;
      let release!: () => void;
      const mayGoOn = new Promise<void>((resolve) => (release = resolve));
      const lanes = { roundTrip: 12, open: async () => failing(failure, close, release) };
      const further = new FurtherLanes(lanes, size);
      const written = (count: number) => void (bytes += count);
      const call = new Call(new Cancellation());
      await spread(keeping(ranges, mayGoOn), path, source, range, written, further, call);
      assert.equal(bytes, size);
      let at = 0;
      for (const { from, end } of ranges.toSorted((a, b) => a.from - b.from)) {
        assert.equal(from, at);
        at = end;
      }
      assert.equal(at, size);
    });
  }

  it("tell of each byte once, whatever the server has taken behind what it refused", async () => {
    let bytes = 0;
    let told = (_bytes: number) => {};
    const lane = failing(
      refused,
      async () => told(5000),
      () => {},
    );
    const file = await lane.files.open(path, "r+", undefined, new Call(new Cancellation()));
    file.pour = async (_source, _range, written) => {
      told = written;
      written(1000);
      throw refused;
    };
    const further = new FurtherLanes({ roundTrip: 12, open: async () => lane }, size);
    const written = (count: number) => void (bytes += count);
    const call = new Call(new Cancellation());
    await spread(taking, path, source, range, written, further, call);
    assert.equal(bytes, size);
  });

  it("fail the whole where the server may be at it yet", async () => {
    const broken = brokenWay("the server broke the SFTP protocol", "EPROTO");
    const lanes = {
      roundTrip: 12,
      open: async () =>
        failing(
          broken,
          () => Promise.reject(broken),
          () => {},
        ),
    };
    const further = new FurtherLanes(lanes, size);
    const call = new Call(new Cancellation());
    await assert.rejects(
      spread(taking, path, source, range, () => {}, further, call),
      broken,
    );
  });

  it("are given back where the file isn't begun", async () => {
    let givenBack = 0;
    const lane = failing(
      refused,
      async () => {},
      () => (givenBack += 1),
    );
    const further = new FurtherLanes({ roundTrip: 24, open: async () => lane }, size);
    further.close();
    await new Promise(setImmediate);
    assert.equal(givenBack, 3);
  });
});
