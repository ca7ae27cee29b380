import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import { Failure } from "../../../src/protocol/errors.ts";
import { EntryRoom } from "../../../src/ssh/files/support/entry-room.ts";
import type {
  Entry,
  RemoteFiles,
  TakeEntries,
} from "../../../src/ssh/files/support/remote-files.ts";
import { remove } from "../../../src/ssh/files/support/remove.ts";
import { RemoteSide } from "../../../src/ssh/files/tree/remote-side.ts";
import type { Side } from "../../../src/ssh/files/tree/side.ts";
import { Transfer } from "../../../src/ssh/files/tree/transfer.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { plain, silent } from "./tree/plain.ts";

const stat = (type: Entry["type"]) => ({
  type,
  size: 1,
  mode: 0o700,
  uid: 0,
  gid: 0,
  atime: 0,
  mtime: 0,
});
const entry = (name: string, type: Entry["type"]): Entry => ({
  name: Buffer.from(name),
  ...stat(type),
});
const newCall = () => new Call(new Cancellation());

type List = (path: Buffer, take: TakeEntries) => Promise<void>;

/** A server that says of everything that it is a directory, and lists what it likes. */
function server(
  list: List,
  done: { unlink: string[]; rmdir: string[] } = { unlink: [], rmdir: [] },
) {
  return {
    listsLinks: true,
    stat: async () => stat("directory"),
    lstat: async () => stat("directory"),
    list,
    readdir: list,
    handles: async () => 100,
    unlink: async (path: Buffer) => void done.unlink.push(String(path)),
    rmdir: async (path: Buffer) => void done.rmdir.push(String(path)),
  } as unknown as RemoteFiles;
}

const endless: List = async (_path, take) => {
  for (let n = 0; ; n += 100) {
    await take(Array.from({ length: 100 }, (_, i) => entry(`f${n + i}`, "file")));
  }
};

/** A tree in which each directory has another. */
const deep =
  (beside: Entry[] = []): List =>
  async (_path, take) =>
    void (await take([entry("d".repeat(50), "directory"), ...beside]));

/** The daemon's side, where nothing is. */
function nothing(): Side {
  return {
    isRemote: false,
    stat: async () => stat("directory"),
    lstat: async () => stat("directory"),
    list: async () => [],
    readlink: async () => Buffer.from("x"),
    realpath: async (path: Buffer) => path,
    mkdir: async () => {},
    symlink: async () => {},
    remove: async () => {},
    setAttributes: async () => {},
    width: async () => ({ files: 4, directories: 4 }),
    error: (path: Buffer, code: string) =>
      new Failure("LocalFileError", `${String(path)}: ${code}`, { code }),
  };
}

function get(
  files: RemoteFiles,
  room: EntryRoom,
  { dryRun = false, dest = nothing() }: { dryRun?: boolean; dest?: Side } = {},
) {
  const call = newCall();
  const source = new RemoteSide(files, call, room);
  const sides = { source, dest, copy: async () => 1 };
  return new Transfer(sides, { ...plain, dryRun }, silent, call).run(
    Buffer.from("/root"),
    Buffer.from("/to"),
  );
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail("it went well"),
    (error: unknown) => {
      assert.ok(error instanceof Failure, String(error));
      return error;
    },
  );

describe("directories without end", () => {
  it("one is given up, and what was kept of it is let go", async () => {
    const room = new EntryRoom(1_000_000);
    const error = await failureOf(get(server(endless), room));
    assert.equal(error.kind, "RemoteFileError");
    assert.equal(error.data["code"], "ENOMEM");
    assert.match(String(error.data["remoteMessage"]), /Too many entries/);
    assert.equal(room.kept, 0);
  });

  it("one that was listed ahead is left alone once nobody needs it", async () => {
    const room = new EntryRoom();
    let listing: Promise<void> | undefined;
    const list: List = (_path, take) => {
      listing = endless(_path, async (entries) => {
        await nextTurn();
        await take(entries);
      });
      return listing;
    };
    const dest = { ...nothing(), stat: async () => stat("file") };
    const error = await failureOf(get(server(list), room, { dest }));
    assert.equal(error.data["code"], "ENOTDIR");
    const ended = await failureOf(listing as Promise<void>);
    assert.equal(ended.data["code"], "ECANCELED");
    assert.equal(room.kept, 0);
  });

  it("one in a tree fails by itself, and what lies beside it gets there", async () => {
    const room = new EntryRoom(1_000_000);
    const list: List = (path, take) =>
      String(path) === "/root"
        ? Promise.resolve(void take([entry("bad", "directory"), entry("good", "file")]))
        : endless(path, take);
    const error = await failureOf(get(server(list), room));
    assert.equal(error.kind, "TransferIncomplete");
    assert.equal(error.data["failed"], 1);
    assert.equal(error.data["files"], 1);
    assert.equal(room.kept, 0);
  });

  for (const dryRun of [false, true]) {
    it(`a tree is given up at the longest path${dryRun ? ", by a dry run too" : ""}`, async () => {
      const room = new EntryRoom();
      const error = await failureOf(get(server(deep()), room, { dryRun }));
      assert.equal(error.kind, "TransferIncomplete");
      const [{ message }] = error.data["failures"] as [{ message: string }];
      assert.match(message, /File name too long/);
      assert.equal(room.kept, 0);
    });
  }

  it("a tree's directories are bounded together", async () => {
    const beside = Array.from({ length: 100 }, (_, n) => entry(`f${n}`, "file"));
    const room = new EntryRoom(200_000);
    const error = await failureOf(get(server(deep(beside)), room));
    const [{ message }] = error.data["failures"] as [{ message: string }];
    assert.match(message, /Too many entries/);
    assert.equal(room.kept, 0);
  });

  it("those that are listed at once go on in turns where there is much to be kept", async () => {
    const folders = Array.from({ length: 200 }, (_, n) => entry(`d${n}`, "directory"));
    const all = Array.from({ length: 200 }, (_, n) => entry(`f${n}`, "file"));
    const list: List = async (path, take) => {
      if (String(path) === "/root") return void (await take(folders));
      for (let n = 0; n < all.length; n += 20) {
        await new Promise(setImmediate);
        await take(all.slice(n, n + 20));
      }
    };
    // All of them together have some 10 MB.
    const room = new EntryRoom(8_000_000);
    const files = { ...server(list), handles: async () => 1000 };
    const { files: count } = await get(files, room);
    assert.equal(count, 40_000);
    assert.equal(room.kept, 0);
  });

  it("a directory of very many files is removed piece by piece", async () => {
    const done = { unlink: [] as string[], rmdir: [] as string[] };
    const count = 25_000;
    const list: List = async (_path, take) => {
      for (let n = done.unlink.length; n < count; n += 100) {
        await take(Array.from({ length: 100 }, (_, i) => entry(`f${n + i}`, "file")));
      }
    };
    const room = new EntryRoom(4_000_000);
    const options = { recursive: true, force: false };
    await remove(server(list, done), Buffer.from("/root"), options, newCall(), room);
    assert.equal(new Set(done.unlink).size, count);
    assert.deepEqual(done.rmdir, ["/root"]);
    assert.equal(room.kept, 0);
  });

  it("a tree without end isn't removed without end", async () => {
    const room = new EntryRoom();
    const options = { recursive: true, force: true };
    const work = remove(server(deep()), Buffer.from("/root"), options, newCall(), room);
    assert.equal((await failureOf(work)).data["code"], "ENAMETOOLONG");
    assert.equal(room.kept, 0);
  });
});
