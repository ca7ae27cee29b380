import assert from "node:assert/strict";
import * as extensions from "../../../src/codecs/sftp/extensions.ts";
import { openFlags } from "../../../src/codecs/sftp/constants.ts";
import * as requests from "../../../src/codecs/sftp/requests.ts";
import type { Request } from "../../../src/codecs/sftp/requests.ts";
import { bytes } from "./bytes.ts";

const path = Buffer.from("/a\xff", "latin1");
const other = Buffer.from("b");
const handle = Buffer.from([0, 0, 0, 7]);

describe("SFTP requests", () => {
  it("begin with the version", () => {
    assert.deepEqual(requests.init(), bytes("00000005 01 00000003"));
  });

  const cases: [string, Request, string][] = [
    [
      "open",
      requests.open(path, openFlags.write | openFlags.create | openFlags.exclusive, {
        permissions: 0o644,
      }),
      '00000018 03 00000102 00000003 "/a" ff 0000002a 00000004 000001a4',
    ],
    ["close", requests.close(handle), "0000000d 04 00000102 00000004 00000007"],
    [
      "read",
      requests.read(handle, 0x1_2345_6789, 261_120),
      "00000019 05 00000102 00000004 00000007 00000001 23456789 0003fc00",
    ],
    ["lstat", requests.lstat(path), '0000000c 07 00000102 00000003 "/a" ff'],
    ["fstat", requests.fstat(handle), "0000000d 08 00000102 00000004 00000007"],
    [
      "setstat of all",
      requests.setstat(path, {
        size: 2 ** 40,
        uid: 1,
        gid: 2,
        permissions: 0o600,
        atime: 3,
        mtime: 0xffffffff,
      }),
      '0000002c 09 00000102 00000003 "/a" ff 0000000f 00000100 00000000 00000001 00000002 00000180 00000003 ffffffff',
    ],
    [
      "fsetstat of nothing",
      requests.fsetstat(handle, {}),
      "00000011 0a 00000102 00000004 00000007 00000000",
    ],
    ["opendir", requests.opendir(path), '0000000c 0b 00000102 00000003 "/a" ff'],
    ["readdir", requests.readdir(handle), "0000000d 0c 00000102 00000004 00000007"],
    ["remove", requests.remove(path), '0000000c 0d 00000102 00000003 "/a" ff'],
    [
      "mkdir",
      requests.mkdir(path, { permissions: 0o755 }),
      '00000014 0e 00000102 00000003 "/a" ff 00000004 000001ed',
    ],
    ["rmdir", requests.rmdir(path), '0000000c 0f 00000102 00000003 "/a" ff'],
    ["realpath", requests.realpath(path), '0000000c 10 00000102 00000003 "/a" ff'],
    ["stat", requests.stat(path), '0000000c 11 00000102 00000003 "/a" ff'],
    ["rename", requests.rename(path, other), '00000011 12 00000102 00000003 "/a" ff 00000001 "b"'],
    ["readlink", requests.readlink(path), '0000000c 13 00000102 00000003 "/a" ff'],
    [
      "symlink",
      requests.symlink(other, path),
      '00000011 14 00000102 00000001 "b" 00000003 "/a" ff',
    ],
    [
      "posix-rename",
      extensions.posixRename(path, other),
      '0000002d c8 00000102 00000018 "posix-rename@openssh.com" 00000003 "/a" ff 00000001 "b"',
    ],
    [
      "hardlink",
      extensions.hardlink(path, other),
      '00000029 c8 00000102 00000014 "hardlink@openssh.com" 00000003 "/a" ff 00000001 "b"',
    ],
    [
      "fsync",
      extensions.fsync(handle),
      '00000022 c8 00000102 00000011 "fsync@openssh.com" 00000004 00000007',
    ],
    [
      "statvfs",
      extensions.statvfs(other),
      '00000021 c8 00000102 00000013 "statvfs@openssh.com" 00000001 "b"',
    ],
    [
      "lsetstat",
      extensions.lsetstat(other, { atime: 1, mtime: 2 }),
      '0000002e c8 00000102 00000014 "lsetstat@openssh.com" 00000001 "b" 00000008 00000001 00000002',
    ],
    ["limits", extensions.limits(), '0000001b c8 00000102 00000012 "limits@openssh.com"'],
    [
      "copy-data",
      extensions.copyData(handle, 1, 2, other, 3),
      '00000037 c8 00000102 00000009 "copy-data" 00000004 00000007 00000000 00000001 00000000 00000002 00000001 "b" 00000000 00000003',
    ],
    [
      "expand-path",
      extensions.expandPath(Buffer.from("~")),
      '00000025 c8 00000102 00000017 "expand-path@openssh.com" 00000001 "~"',
    ],
    [
      "home-directory",
      extensions.homeDirectory(""),
      '0000001b c8 00000102 0000000e "home-directory" 00000000',
    ],
    [
      "users-groups-by-id",
      extensions.usersGroupsById([0, 1], [2]),
      '0000003b c8 00000102 0000001e "users-groups-by-id@openssh.com" 00000008 00000000 00000001 00000004 00000002',
    ],
  ];
  for (const [name, request, literal] of cases) {
    it(name, () => {
      const packet = request(0x102);
      const expected = bytes(literal);
      assert.equal(packet.toString("hex"), expected.toString("hex"));
      assert.equal(expected.readUInt32BE(), expected.length - 4, "the literal's own length");
    });
  }

  it("write into the room in front of the data", () => {
    const room = Buffer.alloc(requests.writeOverhead(handle) + 3);
    room.write("xyz", requests.writeOverhead(handle));
    const packet = requests.write(handle, 2 ** 33 + 5, room)(0x102);
    assert.equal(packet, room);
    assert.deepEqual(
      packet,
      bytes('0000001c 06 00000102 00000004 00000007 00000002 00000005 00000003 "xyz"'),
    );
  });
});
