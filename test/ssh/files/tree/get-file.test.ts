import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { FileThread } from "../../../../src/ssh/files/local/file-thread.ts";
import { remoteFileError } from "../../../../src/ssh/files/support/remote-error.ts";
import type {
  FileStat,
  RemoteFile,
  RemoteFiles,
  TakeBytes,
} from "../../../../src/ssh/files/support/remote-files.ts";
import type { FileJob } from "../../../../src/ssh/files/tree/file-job.ts";
import { getFile } from "../../../../src/ssh/files/tree/get-file.ts";
import { Pool } from "../../../../src/ssh/files/tree/pool.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { codeOf } from "./code-of.ts";

interface State {
  readonly content: string;
  readonly mtime: number;
}

const statOf = ({ content, mtime }: State): FileStat => ({
  type: "file",
  size: content.length,
  mode: 0o644,
  uid: 0,
  gid: 0,
  atime: 1,
  mtime,
});

const bytesOf = (text: string) => Buffer.from(text, "latin1");

describe("a small file that is received with others", () => {
  const scope = useScope();

  /** Gets a file that was `listed` as it isn't `now`. @param readAndClose in place of the server's own */
  async function get(
    listed: State,
    now: State,
    readAndClose?: RemoteFile["readAndClose"],
  ): Promise<{ folder: string; opened: number; moved: number; size: number }> {
    const call = new Call(new Cancellation());
    const thread = new FileThread(call);
    scope.defer(() => thread.end());
    thread.start();
    const folder = scope.tempDir();
    const state = { opened: 0, moved: 0 };
    const file = {
      readAndClose:
        readAndClose ??
        (async (length: number) => ({
          pieces: [bytesOf(now.content.slice(0, length))],
          stat: statOf(now),
        })),
      read: async (offset: number, length: number, take: TakeBytes) => {
        await take(bytesOf(now.content.slice(offset, offset + length)));
      },
      stat: async () => statOf(now),
      abandon: () => {},
    } as unknown as RemoteFile;
    const open = async () => {
      state.opened += 1;
      return file;
    };
    const files = { open } as unknown as RemoteFiles;
    const job: FileJob = {
      from: Buffer.from("file"),
      to: Buffer.from(join(folder, "file")),
      source: statOf(listed),
      old: undefined,
      partials: [],
      times: false,
      mode: false,
      handles: new Pool(1),
    };
    const moved = (bytes: number) => void (state.moved += bytes);
    try {
      const copy = getFile(files, { resume: false, umask: 0o022, thread }, call);
      const size = await copy(job, moved);
      assert.equal(readFileSync(join(folder, "file"), "latin1"), now.content);
      return { folder, size, ...state };
    } finally {
      assert.ok(readdirSync(folder).every((name) => name === "file"));
    }
  }

  const listed = { content: "as it was", mtime: 1000 };

  it("is opened once where it is as it was listed", async () => {
    const { opened, moved, size } = await get(listed, listed);
    assert.deepEqual({ opened, moved, size }, { opened: 1, moved: 9, size: 9 });
  });

  const changes: Record<string, State> = {
    "has shrunk": { content: "as it", mtime: 1001 },
    "has shrunk within the second": { content: "as it", mtime: 1000 },
    "is empty now": { content: "", mtime: 1001 },
    "has other content of that length": { content: "as it IS!", mtime: 1001 },
  };
  for (const [name, now] of Object.entries(changes)) {
    it(`is got as it is now where it ${name}`, async () => {
      const { opened, moved, size } = await get(listed, now);
      const length = now.content.length;
      assert.deepEqual({ opened, moved, size }, { opened: 2, moved: length, size: length });
    });
  }

  it("is an error, and leaves nothing, where it grows", async () => {
    const now = { content: "as it was, and more", mtime: 1001 };
    assert.equal(await codeOf(get(listed, now)), "RemoteFileError CHANGED");
  });

  it("is got once more where the server gives less than there is", async () => {
    const cut = async () => ({ pieces: [bytesOf("as")], stat: statOf(listed) });
    assert.equal((await get(listed, listed, cut)).opened, 2);
  });

  it("is got by itself where the server closes it before it reads", async () => {
    const { opened } = await get(listed, listed, async () => {
      throw remoteFileError(Buffer.from("file"), "UNKNOWN", { status: 4, said: "Failure" });
    });
    assert.equal(opened, 2);
  });
});
