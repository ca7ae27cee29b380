import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, it } from "mocha";
import { SocksRequest } from "../../../src/codecs/socks/request.ts";
import type { SocksStep } from "../../../src/codecs/socks/request.ts";

/** What a client that sends these pieces gets, and what the request comes to. */
function feed(...pieces: Uint8Array[]): { step: SocksStep; sent: number[]; request: SocksRequest } {
  const sent: number[] = [];
  const request = new SocksRequest((reply) => sent.push(...reply));
  let step = { state: "more" } as SocksStep;
  for (const piece of pieces) {
    const before = step;
    if (before.state === "more") step = request.push(piece);
    else if (before.state === "request") {
      step = { ...before, rest: Buffer.concat([before.rest, piece]) };
    }
  }
  return { step, sent, request };
}

const name = [...Buffer.from("example.org")];
const rest = [...Buffer.from("GET")];

/** Requests as clients send them, byte for byte. */
const cases: [string, number[], string, number[]][] = [
  ["4 by address", [4, 1, 0, 80, 10, 0, 0, 7, 0], "10.0.0.7", []],
  ["4 with a user id", [4, 1, 0, 80, 10, 0, 0, 7, 109, 101, 0], "10.0.0.7", []],
  ["4a by name", [4, 1, 0, 80, 0, 0, 0, 1, 0, ...name, 0], "example.org", []],
  ["5 by name", [5, 1, 0, 5, 1, 0, 3, 11, ...name, 0, 80], "example.org", [5, 0]],
  ["5 by IPv4", [5, 2, 0, 2, 5, 1, 0, 1, 10, 0, 0, 7, 0, 80], "10.0.0.7", [5, 0]],
  [
    "5 by IPv6",
    [5, 1, 0, 5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1, 0, 80],
    "2001:db8:0:0:0:0:0:1",
    [5, 0],
  ],
];

describe("SOCKS requests", () => {
  for (const [what, bytes, host, answered] of cases) {
    it(`${what}, cut at every place, with more behind it`, () => {
      const whole = Buffer.from([...bytes, ...rest]);
      for (let cut = 0; cut <= whole.length; cut++) {
        const { step, sent } = feed(whole.subarray(0, cut), whole.subarray(cut));
        assert.deepEqual(step, {
          state: "request",
          target: { host, port: 80 },
          rest: Buffer.from(rest),
        });
        assert.deepEqual(sent, answered);
      }
    });
  }

  const refusals: [string, number[], number[]][] = [
    ["another protocol", [71, 69, 84, 32], []],
    ["4: BIND", [4, 2, 0, 80, 10, 0, 0, 7, 0], [0, 91, 0, 0, 0, 0, 0, 0]],
    ["5: a password wanted", [5, 1, 2], [5, 255]],
    ["5: BIND", [5, 1, 0, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80], [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0]],
    [
      "5: no such type of address",
      [5, 1, 0, 5, 1, 0, 9, 1, 2],
      [5, 0, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0],
    ],
    ["5: no name", [5, 1, 0, 5, 1, 0, 3, 0, 0, 80], [5, 0, 5, 1, 0, 1, 0, 0, 0, 0, 0, 0]],
    [
      "4: an endless user id",
      [4, 1, 0, 80, 1, 2, 3, 4, ...Array<number>(300).fill(97)],
      [0, 91, 0, 0, 0, 0, 0, 0],
    ],
  ];
  for (const [what, bytes, sent] of refusals) {
    it(`refuses: ${what}`, () => {
      const outcome = feed(Buffer.from(bytes));
      assert.equal(outcome.step.state, "refused");
      assert.deepEqual(outcome.sent, sent);
    });
  }

  it("replies in the version that was asked in", () => {
    const four = feed(Buffer.from([4, 1, 0, 80, 10, 0, 0, 7, 0])).request;
    assert.deepEqual([...four.granted()], [0, 90, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual([...four.refused("refused")], [0, 91, 0, 0, 0, 0, 0, 0]);
    const five = feed(Buffer.from([5, 1, 0, 5, 1, 0, 1, 1, 2, 3, 4, 0, 80])).request;
    assert.deepEqual([...five.granted()], [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    assert.equal(five.refused("refused")[1], 5);
    assert.equal(five.refused("notAllowed")[1], 2);
  });

  it("any bytes come to an end without an exception, and no more than a request is kept", () => {
    const start = fc.constantFrom<number[]>([], [4, 1], [5, 1, 0], [5, 1, 0, 5, 1, 0]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 700 }), (head, tail) => {
        const { step } = feed(Buffer.from([...head, ...tail]));
        assert.ok(step.state !== "more" || tail.length <= 600);
      }),
    );
  });
});
