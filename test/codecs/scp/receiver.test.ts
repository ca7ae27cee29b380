import assert from "node:assert/strict";
import { ScpReceiver } from "../../../src/codecs/scp/receiver.ts";
import { bytes, everySplit, type Received, runReceiver } from "./transcript.ts";

function expectReceived(remote: string, expected: Received): void {
  for (const chunks of everySplit(remote)) assert.deepEqual(runReceiver(chunks), expected);
}

/** What a receiver that has been sent a good header has done so far. */
const opened = { written: "\0\0", data: "", done: false };

describe("ScpReceiver", () => {
  it("receives a file", () => {
    expectReceived("C0644 5 name\nhello\0", {
      written: "\0\0\0",
      file: { mode: 0o644, size: 5 },
      data: "hello",
      done: true,
    });
  });

  it("takes any bytes as data", () => {
    expectReceived("C0755 10 x\n\0\x01\x02\nC\xff\0\0\0E\0", {
      written: "\0\0\0",
      file: { mode: 0o755, size: 10 },
      data: "\0\x01\x02\nC\xff\0\0\0E",
      done: true,
    });
  });

  it("reads the final answer of an empty file, too", () => {
    const file = { mode: 0o444, size: 0 };
    expectReceived("C0444 0 version\n\0", { written: "\0\0\0", file, data: "", done: true });
    expectReceived("C0444 0 version\n\x01scp: version: gone\n", {
      ...opened,
      file,
      error: "remote: scp: version: gone",
    });
  });

  it("acknowledges times", () => {
    expectReceived("T1700000000 0 1700000001 999999\nC0600 1 a\nx\0", {
      written: "\0\0\0\0",
      file: { mode: 0o600, size: 1 },
      data: "x",
      done: true,
    });
  });

  it("acknowledges ahead when told to, but for what could not be known", () => {
    for (const [remote, written] of [
      ["C0644 5 name\nhello\0", "\0\0\0"],
      ["T1 0 1 0\nC0644 5 name\nhello\0", "\0\0\0\0"],
    ] as const) {
      for (const chunks of everySplit(remote)) {
        const outcome = runReceiver(chunks, { acknowledgeAhead: true });
        assert.deepEqual(outcome, {
          written,
          file: { mode: 0o644, size: 5 },
          data: "hello",
          done: true,
        });
      }
    }
  });

  it("starts with each acknowledgement in a write of its own", () => {
    const ok = { type: "write", bytes: Uint8Array.of(0) };
    assert.deepEqual(new ScpReceiver().start(), [ok]);
    assert.deepEqual(new ScpReceiver({ acknowledgeAhead: true }).start(), [ok, ok, ok]);
  });

  it("gives data as views of the chunks", () => {
    const receiver = new ScpReceiver();
    for (const _ of receiver.receive(bytes("C0644 100 x\n")));
    const chunk = new Uint8Array(32);
    const effects = [...receiver.receive(chunk)];
    assert.equal(effects.length, 1);
    assert.ok(effects[0]?.type === "data" && effects[0].bytes.buffer === chunk.buffer);
  });

  describe("refusals", () => {
    const closed = { written: "\0", data: "", done: false };

    it("reports an error or a fatal error in place of the header", () => {
      const error = "remote: scp: nope: No such file or directory";
      for (const code of ["\x01", "\x02"]) {
        expectReceived(`${code}scp: nope: No such file or directory\n`, { ...closed, error });
      }
    });

    it("reports an error that is cut short or has no text", () => {
      expectReceived("\x01scp: no", { ...closed, error: "remote: scp: no" });
      expectReceived("\x01\n", { ...closed, error: "remote: the remote gave no reason" });
      expectReceived("\x02", { ...closed, error: "remote: the remote gave no reason" });
    });

    it("reports an error after the times", () => {
      expectReceived("T1 0 1 0\n\x01gone\n", {
        written: "\0\0",
        data: "",
        done: false,
        error: "remote: gone",
      });
    });

    it("is not done with a file that shrank and was filled up with zeros", () => {
      expectReceived("C0644 5 name\nhe\0\0\0\x01scp: name: Input/output error\n", {
        ...opened,
        file: { mode: 0o644, size: 5 },
        data: "he\0\0\0",
        error: "remote: scp: name: Input/output error",
      });
    });

    it("strips control characters from an error", () => {
      expectReceived("\x01scp: \x1b[31mred\x1b[0m\x07\r\b \x9b2J\n", {
        ...closed,
        error: "remote: scp: [31mred[0m  2J",
      });
    });

    it("cuts an endless error", () => {
      const { error } = runReceiver([bytes(`\x01${"x".repeat(100_000)}`)]);
      assert.equal(error, `remote: ${"x".repeat(1024)}`);
    });
  });

  describe("hostile sources", () => {
    const closed = { written: "\0", data: "", done: false };

    for (const [what, line, reason] of [
      ["a folder", "D0755 0 dir\n", `unexpected answer before the file header: "D0755 0 dir"`],
      ["the end of a folder", "E\n", `unexpected answer before the file header: "E"`],
      ["an acknowledgement", "\0", "unexpected answer before the file header: 0x00"],
      ["a blank line", "\n", "unexpected answer before the file header: 0x0a"],
      [
        "a greeting",
        "Welcome to \x1b[1mhost\x1b[0m\nC0644 1 x\nx\0",
        `unexpected answer before the file header: "Welcome to [1mhost[0m"`,
      ],
      ["a greeting like a header", "Call 911\n", `malformed file header: "Call 911"`],
      ["bad times", "T1 0 x 0\n", `malformed times header: "T1 0 x 0"`],
      ["a name of a path", "C0644 1 ../x\nx\0", `unexpected file name: "C0644 1 ../x"`],
      ["a size beyond 2^53", "C0644 9007199254740992 x\n", "file size out of range: "],
      ["a header cut by NUL", "C0644 1 x\0y\nx\0", `malformed file header: "C0644 1 x"`],
    ] as const) {
      it(`refuses ${what}`, () => {
        for (const chunks of everySplit(line)) {
          const { error, ...outcome } = runReceiver(chunks);
          assert.deepEqual(outcome, closed);
          assert.ok(error?.startsWith(`protocol: ${reason}`), error);
        }
      });
    }

    it("refuses a second times header", () => {
      expectReceived("T1 0 1 0\nT1 0 1 0\n", {
        written: "\0\0",
        data: "",
        done: false,
        error: `protocol: malformed file header: "T1 0 1 0"`,
      });
    });

    it("refuses a header without end, reading no more than it must", () => {
      const receiver = new ScpReceiver();
      const piece = bytes(`C0644 1 ${"x".repeat(1016)}`);
      const feed = () => [...receiver.receive(piece)];
      for (let length = piece.length; length < 5120; length += piece.length) feed();
      assert.throws(feed, { kind: "protocol", message: /^malformed file header: "C0644 1 xxx/ });
    });

    it("takes sizes up to 2^53 - 1", () => {
      for (const size of [2 ** 31 + 1, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
        expectReceived(`C0644 ${size} x\nab`, {
          ...opened,
          file: { mode: 0o644, size },
          data: "ab",
          error: "protocol: it ended during the data",
        });
      }
    });

    it("refuses a file longer than announced", () => {
      expectReceived("C0644 4 x\nhello\0", {
        ...opened,
        file: { mode: 0o644, size: 4 },
        data: "hell",
        error: `protocol: unexpected answer after the data: "o"`,
      });
    });

    it("is done, and then fails, when more follows the end", () => {
      // Only so much: how much of what follows is quoted depends on the chunk it comes in.
      expectReceived("C0644 1 x\nx\0C", {
        written: "\0\0\0",
        file: { mode: 0o644, size: 1 },
        data: "x",
        done: true,
        error: `protocol: unexpected bytes after the end: "C"`,
      });
    });
  });

  describe("end of input", () => {
    it("is told apart if the remote said nothing at all", () => {
      assert.deepEqual(runReceiver([]), {
        written: "\0",
        data: "",
        done: false,
        error: "no-reply: the remote scp ended without a word",
      });
    });

    it("is an error everywhere but after the final answer", () => {
      const remote = "T1 0 1 0\nC0644 5 name\nhello\0";
      const errors = new Set<string | undefined>();
      for (let length = 1; length < remote.length; length++) {
        const outcome = runReceiver([bytes(remote.slice(0, length))]);
        assert.equal(outcome.done, false);
        assert.match(outcome.error ?? "", /^protocol: /);
        errors.add(outcome.error?.replace(/ header: .*/, " header"));
      }
      assert.deepEqual(
        [...errors],
        [
          "protocol: malformed times header",
          "protocol: it ended before the file header",
          "protocol: malformed file header",
          "protocol: it ended during the data",
          "protocol: it ended after the data",
        ],
      );
    });
  });

  it("keeps to its first error", () => {
    const receiver = new ScpReceiver();
    const refused = { kind: "remote", message: "no" };
    assert.throws(() => [...receiver.receive(bytes("\x01no\nmore"))], refused);
    assert.throws(() => [...receiver.receive(bytes("C0644 1 x\n"))], refused);
    assert.throws(() => receiver.end(), refused);
  });

  it("refuses a chunk before the effects of the last are taken", () => {
    const receiver = new ScpReceiver();
    receiver.receive(bytes("C0644 5 x\nhello\0")).next();
    assert.throws(() => [...receiver.receive(bytes("more"))], /not all taken/);
  });
});
