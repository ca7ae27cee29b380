import assert from "node:assert/strict";
import { ScpSender } from "../../../src/codecs/scp/sender.ts";
import { bytes, everySplit, type Outcome, runSender } from "./transcript.ts";

const file = { mode: 0o644, size: 5, destination: bytes("/tmp/name") };
const header = "C0644 5 name\n";

/** Runs the script with what the remote says in every split. */
function expectSent(
  script: { before: string; after?: string; data?: string; failure?: string; file?: typeof file },
  expected: Outcome,
): void {
  const { before, after, ...rest } = script;
  for (const beforeDataSent of everySplit(before)) {
    if (after === undefined) {
      assert.deepEqual(runSender({ file, ...rest, beforeDataSent }), expected);
      continue;
    }
    for (const afterDataSent of everySplit(after)) {
      const outcome = runSender({ file, ...rest, beforeDataSent, afterDataSent });
      assert.deepEqual(outcome, expected);
    }
  }
}

describe("ScpSender", () => {
  it("sends a file", () => {
    expectSent(
      { before: "\0\0", data: "hello", after: "\0" },
      { written: `${header}hello\0`, done: true },
    );
  });

  it("sends an empty file", () => {
    expectSent(
      { file: { ...file, size: 0 }, before: "\0\0", after: "\0" },
      { written: "C0644 0 name\n\0", done: true },
    );
  });

  it("announces sizes up to 2^53 - 1", () => {
    for (const size of [2 ** 31 + 1, Number.MAX_SAFE_INTEGER]) {
      const sender = new ScpSender({ ...file, size });
      const line = new Uint8Array(bytes(`C0644 ${size} name\n`));
      assert.deepEqual(sender.start(), [{ type: "write", bytes: line }]);
      assert.deepEqual([...sender.receive(bytes("\0\0"))], [{ type: "sendData", size }]);
    }
  });

  it("refuses what cannot be announced", () => {
    assert.throws(() => new ScpSender({ ...file, size: 2 ** 53 }), RangeError);
    assert.throws(() => new ScpSender({ ...file, size: -1 }), RangeError);
    assert.throws(() => new ScpSender({ ...file, size: 0.5 }), RangeError);
    assert.throws(() => new ScpSender({ ...file, mode: 0o10000 }), RangeError);
    assert.throws(() => new ScpSender({ ...file, destination: bytes("dir/") }), {
      name: "PathError",
    });
  });

  it("sends the header ahead, and no more", () => {
    assert.deepEqual(runSender({ file, beforeDataSent: [] }), {
      written: header,
      done: false,
      error: "no-reply: the remote scp ended without a word",
    });
  });

  it("asks for data when the header is answered, and not when the remote is ready", () => {
    const sender = new ScpSender(file);
    assert.deepEqual([...sender.receive(bytes("\0"))], []);
    assert.deepEqual([...sender.receive(bytes("\0"))], [{ type: "sendData", size: 5 }]);
  });

  describe("a local file that is not as announced", () => {
    it("is filled up with zeros, and reported", () => {
      expectSent(
        { before: "\0\0", data: "he", failure: "EIO:\nread", after: "\0" },
        { written: `${header}he\0\0\0\x01EIO: read\n`, done: false },
      );
      expectSent(
        { before: "\0\0", data: "he", after: "\0" },
        { written: `${header}he\0\0\0\x01the file ended early\n`, done: false },
      );
    });

    it("is reported though all was sent", () => {
      expectSent(
        { before: "\0\0", data: "hello", failure: "EIO", after: "\x01scp: too bad\n" },
        { written: `${header}hello\x01EIO\n`, done: false, error: "remote: scp: too bad" },
      );
    });

    it("is filled up in pieces", () => {
      const sender = new ScpSender({ ...file, size: 100_000 });
      for (const _ of sender.receive(bytes("\0\0")));
      const sizes = Array.from(sender.dataSent(1), (effect) => effect.bytes.length);
      assert.deepEqual(sizes.slice(0, -1), [32768, 32768, 32768, 99_999 - 3 * 32768]);
    });

    it("cannot be longer than announced", () => {
      assert.throws(() => new ScpSender(file).dataSent(6), RangeError);
    });
  });

  describe("refusals", () => {
    it("stops where the remote isn't ready, whatever it says to the header", () => {
      for (const code of ["\x01", "\x02"]) {
        for (const rest of ["", "\0", "\0\0", "\x01scp: protocol error\n"]) {
          expectSent(
            { before: `${code}scp: no\n${rest}`, after: "" },
            { written: header, done: false, error: "remote: scp: no" },
          );
        }
      }
    });

    it("stops after the header, without asking for data", () => {
      for (const code of ["\x01", "\x02"]) {
        for (const beforeDataSent of everySplit(`\0${code}scp: /tmp/name: Permission denied\n`)) {
          assert.deepEqual(runSender({ file, data: "hello", beforeDataSent, afterDataSent: [] }), {
            written: header,
            done: false,
            error: "remote: scp: /tmp/name: Permission denied",
          });
        }
      }
    });

    it("stops during the data", () => {
      expectSent(
        { before: "\0\0\x01scp: name: write: No space left on device\n" },
        {
          written: header,
          done: false,
          error: "remote: scp: name: write: No space left on device",
        },
      );
    });

    it("does not ask for data when the refusal of it has come along", () => {
      const sender = new ScpSender(file);
      const types: string[] = [];
      assert.throws(
        () => {
          for (const effect of sender.receive(bytes("\0\0\x02full\n"))) types.push(effect.type);
        },
        { kind: "remote", message: "full" },
      );
      assert.deepEqual(types, []);
    });

    it("is not done if the final answer is an error", () => {
      expectSent(
        { before: "\0\0", data: "hello", after: "\x01scp: /dev/full: No space left on device\n" },
        {
          written: `${header}hello\0`,
          done: false,
          error: "remote: scp: /dev/full: No space left on device",
        },
      );
    });

    it("understands an error that began during the data and ended after it", () => {
      const sender = new ScpSender(file);
      for (const _ of sender.receive(bytes("\0\0")));
      for (const _ of sender.receive(bytes("\x01disk")));
      for (const _ of sender.dataSent(5));
      assert.throws(() => [...sender.receive(bytes(" full\n"))], {
        kind: "remote",
        message: "disk full",
      });
    });
  });

  describe("hostile sinks", () => {
    it("quotes what a shell prints first", () => {
      const error = `protocol: unexpected answer before the file header: "Welcome"`;
      for (const text of ["Welcome\n\0", "Welcome\0", "\x1bWelcome\r\n\0"]) {
        expectSent({ before: text }, { written: header, done: false, error });
      }
    });

    it("refuses a success before the data is sent", () => {
      expectSent(
        { before: "\0\0\0", data: "hello" },
        {
          written: header,
          done: false,
          error: "protocol: unexpected answer during the data: 0x00",
        },
      );
    });

    it("is not confused by an empty chunk during the data", () => {
      const sender = new ScpSender(file);
      for (const _ of sender.receive(bytes("\0\0")));
      for (const _ of sender.receive(bytes("")));
      for (const _ of sender.dataSent(5));
      assert.deepEqual([...sender.receive(bytes("\0"))], [{ type: "done" }]);
    });

    it("refuses an unknown answer", () => {
      expectSent(
        { before: "\0\x03\n" },
        {
          written: header,
          done: false,
          error: "protocol: unexpected answer after the file header: 0x030a",
        },
      );
      expectSent(
        { before: "\0\0", data: "hello", after: "ok\n" },
        {
          written: `${header}hello\0`,
          done: false,
          error: `protocol: unexpected answer after the data: "ok"`,
        },
      );
    });

    it("fails when more follows the end", () => {
      expectSent(
        { before: "\0\0", data: "hello", after: "\0\0" },
        {
          written: `${header}hello\0`,
          done: true,
          error: "protocol: unexpected bytes after the end: 0x00",
        },
      );
    });
  });

  it("fails wherever the input ends too early", () => {
    const ended = (script: Omit<Parameters<typeof runSender>[0], "file">) =>
      runSender({ file, data: "hello", ...script }).error;
    const lost = "protocol: it ended";
    assert.equal(ended({ beforeDataSent: [bytes("\0")] }), `${lost} after the file header`);
    assert.equal(ended({ beforeDataSent: [bytes("\0\0")] }), `${lost} during the data`);
    assert.equal(
      ended({ beforeDataSent: [bytes("\0\0")], afterDataSent: [] }),
      `${lost} after the data`,
    );
  });
});
