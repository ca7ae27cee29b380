import assert from "node:assert/strict";
import {
  checkTimesHeader,
  destinationName,
  formatFileHeader,
  parseFileHeader,
} from "../../../src/codecs/scp/header.ts";
import { bytes } from "./transcript.ts";

describe("SCP file header", () => {
  for (const [line, mode, size] of [
    ["C0644 5 name\n", 0o644, 5],
    ["C644 5 name\n", 0o644, 5],
    ["C7777 0 x\n", 0o7777, 0],
    ["C0000 007 x\n", 0, 7],
    ["C0644 2147483649 x\n", 0, 2 ** 31 + 1],
    ["C0644 9007199254740991 x\n", 0, Number.MAX_SAFE_INTEGER],
    ["C0644 1  two spaces \n", 0, 1],
    ["C0644 1 \xff\xfe\n", 0, 1],
    ["C0644 1 h\xc3\xa9\n", 0, 1],
    ["C0644 1 new\\^Jline\n", 0, 1],
    ["C0644 1 ...\n", 0, 1],
    ["C0644 1 -rf\n", 0, 1],
  ] as const) {
    it(`reads ${JSON.stringify(line)}`, () => {
      const header = parseFileHeader(bytes(line));
      assert.equal(header.size, size);
      if (mode !== 0) assert.equal(header.mode, mode);
    });
  }

  for (const line of [
    "",
    "\n",
    "C\n",
    "C0644\n",
    "C0644 5\n",
    "C0644 5 \n",
    "C0644 5 name",
    "C0644 5 name\0",
    "C0644 5 .\n",
    "C0644 5 ..\n",
    "C0644 5 /etc/passwd\n",
    "C0644 5 a/b\n",
    "C0644 5 a\0b\n",
    "C64 5 x\n",
    "C00644 5 x\n",
    "C0648 5 x\n",
    "C 644 5 x\n",
    "C-644 5 x\n",
    "C+644 5 x\n",
    "c0644 5 x\n",
    "C0644  5 x\n",
    "C0644 -1 x\n",
    "C0644 +1 x\n",
    "C0644 0x10 x\n",
    "C0644 1e3 x\n",
    "C0644 1.5 x\n",
    "C0644 9007199254740992 x\n",
    "C0644 18446744073709551616 x\n",
    `C0644 ${"9".repeat(400)} x\n`,
    "C0644\t5\tx\n",
    "D0755 0 dir\n",
    " C0644 5 x\n",
  ]) {
    it(`refuses ${JSON.stringify(line.slice(0, 40))}`, () => {
      assert.throws(() => parseFileHeader(bytes(line)), { name: "ScpError", kind: "protocol" });
    });
  }

  it("is written as it is read", () => {
    const name = bytes("n\xe4me with\nline");
    const line = formatFileHeader({ mode: 0o20, size: 2 ** 53 - 1, name });
    const written = "C0020 9007199254740991 n\xe4me with\\^Jline\n";
    assert.equal(Buffer.from(line).toString("latin1"), written);
    assert.deepEqual(parseFileHeader(line), { mode: 0o20, size: 2 ** 53 - 1 });
  });
});

describe("SCP times header", () => {
  it("is checked", () => {
    checkTimesHeader(bytes("T1700000000 0 1700000001 999999\n"));
    for (const line of [
      "T\n",
      "T1 0 1\n",
      "T-1 0 1 0\n",
      "T1 1000000 1 0\n",
      "T1 0 1 0 \n",
      "T1 0 1 0",
    ]) {
      assert.throws(() => checkTimesHeader(bytes(line)), { name: "ScpError", kind: "protocol" });
    }
  });
});

describe("destinationName", () => {
  it("is the last component of the destination", () => {
    for (const [path, name] of [
      ["x", "x"],
      ["/d/x", "x"],
      ["../-x", "-x"],
      ["a/...", "..."],
      ["/\xff/\xfe\xe9", "\xfe\xe9"],
    ] as const) {
      assert.deepEqual(destinationName(bytes(path)), bytes(name));
    }
  });

  it("refuses what names no file", () => {
    for (const path of ["", "/", "dir/", ".", "..", "dir/..", "a\0b"]) {
      assert.throws(() => destinationName(bytes(path)), { name: "PathError" });
    }
  });
});
