import assert from "node:assert/strict";
import { safeChannels } from "../../../../src/ssh/connection/channels/server-quirks.ts";

describe("safeChannels", () => {
  const cases: [string, number | undefined][] = [
    ["SSH-2.0-dropbear_2020.81", undefined],
    ["SSH-2.0-dropbear_2022.82", 1],
    ["SSH-2.0-dropbear_2022.83", 1],
    ["SSH-2.0-dropbear_2024.85", 1],
    ["SSH-2.0-dropbear_2024.86", undefined],
    ["SSH-2.0-dropbear_2025.87", undefined],
    ["SSH-2.0-dropbear", undefined],
    ["SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10", undefined],
    ["", undefined],
  ];
  for (const [ident, expected] of cases) {
    it(`is ${expected ?? "not known"} for ${ident || "nothing"}`, () => {
      assert.equal(safeChannels(ident), expected);
    });
  }
});
