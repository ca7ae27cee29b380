import assert from "node:assert/strict";
import { SftpProtocolError } from "../../../src/codecs/sftp/errors.ts";
import * as extensions from "../../../src/codecs/sftp/extensions.ts";
import { PacketReader } from "../../../src/codecs/sftp/packet-reader.ts";
import { readResponse, readVersion } from "../../../src/codecs/sftp/responses.ts";
import { bytes } from "./bytes.ts";

const malformed = { name: "SftpProtocolError" };

describe("SFTP responses", () => {
  it("version, with extensions", () => {
    const { version, extensions: found } = readVersion(
      bytes('02 00000003 00000018 "posix-rename@openssh.com" 00000001 "1" 00000001 "x" 00000000'),
    );
    assert.equal(version, 3);
    assert.deepEqual(
      [...found],
      [
        ["posix-rename@openssh.com", Buffer.from("1")],
        ["x", Buffer.alloc(0)],
      ],
    );
    assert.throws(() => readVersion(bytes("65 00000003")), malformed);
    assert.throws(() => readVersion(bytes('02 00000003 00000002 "x"')), malformed);
  });

  const cases: [string, string, object][] = [
    [
      "status",
      '65 00000001 00000002 0000000c "No such file" 00000002 "en"',
      { type: "status", code: 2, message: Buffer.from("No such file") },
    ],
    [
      "status of an old server",
      "65 00000001 00000001",
      { type: "status", code: 1, message: Buffer.alloc(0) },
    ],
    ["handle", '66 00000001 00000002 "h" 00', { type: "handle", handle: bytes('"h" 00') }],
    ["data", '67 00000001 00000003 "abc"', { type: "data", data: Buffer.from("abc") }],
    [
      "name",
      '68 00000001 00000002 00000001 ff 00000003 "-rw" 00000000 00000001 "b" 00000000 0000000d 00000000 00000005 000081a4 00000007 00000008',
      {
        type: "name",
        names: [
          { name: bytes("ff"), longname: Buffer.from("-rw"), attributes: {} },
          {
            name: Buffer.from("b"),
            longname: Buffer.alloc(0),
            attributes: { size: 5, permissions: 0o100644, atime: 7, mtime: 8 },
          },
        ],
      },
    ],
    [
      "attributes, with what is unknown",
      '69 00000001 80000002 00000001 00000002 00000001 00000003 "a@b" 00000001 "c"',
      { type: "attributes", attributes: { uid: 1, gid: 2 } },
    ],
    [
      "attributes of a size beyond all",
      "69 00000001 00000001 ffffffff ffffffff",
      { type: "attributes", attributes: { size: Number.MAX_SAFE_INTEGER } },
    ],
    ["extended", 'c9 00000001 "xy"', { type: "extended", data: Buffer.from("xy") }],
  ];
  for (const [name, literal, expected] of cases) {
    it(name, () => {
      const packet = bytes(literal);
      assert.deepEqual(readResponse(packet), { id: 1, ...expected });
    });
    it(`${name}, cut short at any byte`, () => {
      const packet = bytes(literal);
      for (let end = 0; end < packet.length; end++) {
        try {
          readResponse(packet.subarray(0, end));
        } catch (error) {
          assert.ok(error instanceof SftpProtocolError, String(error));
        }
      }
    });
  }

  it("a count of names that the packet hasn't room for", () => {
    assert.throws(() => readResponse(bytes("68 00000001 ffffffff")), malformed);
  });
  it("a handle that is too long", () => {
    const packet = Buffer.concat([bytes("66 00000001 00000101"), Buffer.alloc(257)]);
    assert.throws(() => readResponse(packet), malformed);
  });
  it("an unknown type", () => {
    assert.throws(() => readResponse(bytes("6a 00000001")), malformed);
  });

  it("limits", () => {
    const data = bytes("00000000 00040000 00000000 0003fc00 00000000 0003fc01 00000000 000003fb");
    assert.deepEqual(extensions.readLimits(data), {
      packetLength: 262_144,
      readLength: 261_120,
      writeLength: 261_121,
      openHandles: 1019,
    });
  });
  it("statvfs", () => {
    const field = (value: number) => `00000000 000000${value.toString(16).padStart(2, "0")}`;
    const data = bytes(Array.from({ length: 11 }, (_, n) => field(n + 1)).join(" "));
    assert.deepEqual(extensions.readStatvfs(data), {
      blockSize: 1,
      fragmentSize: 2,
      blocks: 3,
      freeBlocks: 4,
      availableBlocks: 5,
      files: 6,
      freeFiles: 7,
      availableFiles: 8,
    });
  });
  it("users and groups", () => {
    const data = bytes('0000000c 00000004 "root" 00000000 00000006 00000002 "ab"');
    assert.deepEqual(extensions.readUsersGroups(data), {
      users: [Buffer.from("root"), Buffer.alloc(0)],
      groups: [Buffer.from("ab")],
    });
  });
});

describe("SFTP packets", () => {
  const stream = bytes('00000001 "a" 00000005 "bcdef" 00000002 "gh"');
  const packets = [Buffer.from("a"), Buffer.from("bcdef"), Buffer.from("gh")];

  function read(chunks: Buffer[]): Buffer[] {
    const reader = new PacketReader();
    const read_ = chunks.flatMap((chunk) => [...reader.push(chunk)]);
    assert.equal(reader.isInside, false);
    return read_;
  }

  it("are the same wherever the stream is cut once", () => {
    for (let at = 0; at <= stream.length; at++) {
      assert.deepEqual(read([stream.subarray(0, at), stream.subarray(at)]), packets, String(at));
    }
  });
  it("are the same byte by byte", () => {
    assert.deepEqual(read(Array.from(stream, (_, at) => stream.subarray(at, at + 1))), packets);
  });
  it("know that one isn't whole", () => {
    const reader = new PacketReader();
    assert.deepEqual([...reader.push(stream.subarray(0, 7))], [Buffer.from("a")]);
    assert.equal(reader.isInside, true);
  });
  it("are refused where they are too long, or empty", () => {
    assert.throws(() => [...new PacketReader(5).push(bytes("00000006"))], malformed);
    assert.throws(() => [...new PacketReader().push(bytes("00000000"))], malformed);
  });
  it("show what a login file prints", () => {
    assert.throws(() => [...new PacketReader().push(Buffer.from("Welcome"))], /begins with "Welc"/);
  });
});
