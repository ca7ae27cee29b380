import { before, describe, it } from "mocha";
import { startDaemon } from "../../fixtures/daemon.ts";
import type { Daemon } from "../../fixtures/daemon.ts";
import { useScope } from "../../fixtures/scope.ts";
import { fails } from "../../e2e/support/fails.ts";

/** What goes to the remote shell, and the most bytes that it may have by PROTOCOL.md. */
const bounded: [method: string, param: string, most: number, rest: object][] = [
  ["session.exec", "command", 250_000, {}],
  ["session.scpRecv", "source", 60_000, {}],
  ["session.scpSend", "dest", 60_000, { data: "" }],
  ["session.scpSendfile", "dest", 60_000, { source: "/dev/null" }],
];

describe("handlers: commands and remote paths", () => {
  const suite = useScope("suite");
  let daemon: Daemon;
  before(() => {
    daemon = suite.add(startDaemon());
  });

  for (const [method, param, most, rest] of bounded) {
    const call = (params: object) => daemon.request(method, { session: 1, ...rest, ...params });
    const tooLong = { path: param, reason: `must be at most ${most} bytes` };

    it(`${method} takes a ${param} of ${most} bytes, and not of one more`, async () => {
      // Params are judged before the session is looked for.
      await fails(call({ [param]: "x".repeat(most) }), "SessionNotFound");
      await fails(call({ [param]: "x".repeat(most + 1) }), "InvalidParams", tooLong);
    });

    it(`${method} counts the bytes of a ${param}, however they are carried`, async () => {
      const half = "é".repeat(most / 2);
      await fails(call({ [param]: half }), "SessionNotFound");
      await fails(call({ [param]: `${half}x` }), "InvalidParams", tooLong);
      const base64 = (text: string) => Buffer.from(text).toString("base64");
      const encoding = { [`${param}Encoding`]: "base64" };
      await fails(call({ [param]: base64(half), ...encoding }), "SessionNotFound");
      await fails(call({ [param]: base64(`${half}x`), ...encoding }), "InvalidParams", tooLong);
    });

    if (param === "dest") {
      it(`${method} refuses an empty ${param}`, async () => {
        const empty = { path: param, reason: "must not be empty" };
        await fails(call({ [param]: "" }), "InvalidParams", empty);
      });
    }

    it(`${method} refuses a NUL in a ${param}, which would end it`, async () => {
      const reason = "must not contain NUL";
      await fails(call({ [param]: "a\0b" }), "InvalidParams", { path: param, reason });
    });
  }
});
