import assert from "node:assert/strict";
import { appendFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { FileThread } from "../../../../src/ssh/files/local/file-thread.ts";
import type { SmallFile } from "../../../../src/ssh/files/local/file-thread-shared.ts";
import type { RemoteFile, RemoteFiles } from "../../../../src/ssh/files/support/remote-files.ts";
import { fileStat } from "../../../../src/ssh/files/tree/local-side.ts";
import { Pool } from "../../../../src/ssh/files/tree/pool.ts";
import { putFile } from "../../../../src/ssh/files/tree/put-file.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { codeOf } from "./code-of.ts";

describe("a small file that is sent with others", () => {
  const scope = useScope();

  /** A server that takes files, and says what was done. */
  function taking() {
    const done: string[] = [];
    let content = "";
    const file = {
      write: async (at: number, data: Uint8Array) => {
        content = content.slice(0, at) + Buffer.from(data).toString("latin1");
        done.push("write");
      },
      pour: async (
        source: { fill: (room: Buffer, at: number) => Promise<number> },
        range: { end: number },
      ) => {
        const room = Buffer.alloc(range.end);
        for (let at = 0; at < room.length;) at += await source.fill(room.subarray(at), at);
        content = room.toString("latin1");
        done.push("write");
      },
      truncate: async () => {},
      setTimes: async (_atime: number, mtime: number) => void done.push(`times ${mtime}`),
      close: async () => void done.push("close"),
      abandon: () => {},
    } as unknown as RemoteFile;
    const files = {
      open: async () => {
        done.push("open");
        return file;
      },
      rename: async () => void done.push("rename"),
      discard: () => void done.push("discard"),
    } as unknown as RemoteFiles;
    return { files, done, content: () => content };
  }

  function start() {
    const call = new Call(new Cancellation());
    const thread = new FileThread(call);
    scope.defer(() => thread.end());
    thread.start();
    const path = join(scope.tempDir(), "file");
    writeFileSync(path, "as it was");
    utimesSync(path, 1000, 1000);
    const job = {
      from: Buffer.from(path),
      to: Buffer.from("file"),
      source: fileStat(statSync(path)),
      old: undefined,
      partials: [],
      times: true,
      mode: false,
      handles: new Pool(1),
    };
    const server = taking();
    const put = (by: Pick<FileThread, "isStarted" | "run"> = thread) => {
      const options = { resume: false, lanes: undefined, thread: by as FileThread };
      return putFile(server.files, options, call)(job, () => {});
    };
    return { path, put, ...server };
  }

  const changes: Record<string, { change: (path: string) => void; content: string }> = {
    "has shrunk": { change: (path) => truncateSync(path, 5), content: "as it" },
    "is empty now": { change: (path) => truncateSync(path, 0), content: "" },
    "has grown": {
      change: (path) => appendFileSync(path, ", and more"),
      content: "as it was, and more",
    },
    "isn't small any more": {
      change: (path) => writeFileSync(path, "x".repeat(40_000)),
      content: "x".repeat(40_000),
    },
  };
  for (const [name, { change, content }] of Object.entries(changes)) {
    it(`is sent as it is now, with its times, where since it was listed it ${name}`, async () => {
      const { path, put, done, content: sent } = start();
      change(path);
      utimesSync(path, 2000, 2000);
      assert.equal(await put(), content.length);
      assert.equal(sent(), content);
      assert.deepEqual(done.slice(-3), ["times 2000", "close", "rename"]);
    });
  }

  it("isn't sent where it changes while it is read", async () => {
    const { put, done } = start();
    const found: SmallFile = {
      data: "as it",
      size: 9,
      mode: 0,
      atimeMs: 0,
      mtimeMs: 0,
      changed: true,
    };
    const thread = { isStarted: true, run: async () => found as never };
    assert.equal(await codeOf(put(thread)), "LocalFileError CHANGED");
    assert.deepEqual(done, []);
  });

  it("is an error where it has gone", async () => {
    const { path, put, done } = start();
    rmSync(path);
    assert.equal(await codeOf(put()), "LocalFileError ENOENT");
    assert.deepEqual(done, []);
  });
});
