import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** src/ssh/ssh2-internals.ts was read against this release; another one is to be read again. */
const release = "1.17.0";

const require = createRequire(import.meta.url);

describe("ssh2's internals", () => {
  it(`are those of ${release}`, () => {
    assert.equal((require("ssh2/package.json") as { version: string }).version, release);
  });

  const relied: [string, RegExp[]][] = [
    [
      "ssh2/lib/client.js",
      [
        /this\._chanMgr = new ChannelManager\(this\)/,
        /this\._protocol = new Protocol\(/,
        /typeof channel !== 'function'/,
        /channel\._callbacks\.shift\(\)\(false\)/,
        /channel\.incoming\.window -= data\.length/,
      ],
    ],
    [
      "ssh2/lib/protocol/Protocol.js",
      [
        /this\._remoteIdentRaw = Buffer\.from\(identRaw\)/,
        /parse\(chunk, i, len\) \{/,
        /session\(chan, initWindow, maxPacket\) \{/,
        /exec\(chan, cmd, wantReply\) \{/,
        /signal\(chan, signal\) \{/,
        /env\(chan, key, val, wantReply\) \{/,
        /pty\(chan, rows, cols, height, width, term, modes, wantReply\)/,
        /sendPacket\(this, this\._packetRW\.write\.finalize\(packet, true\), true\)/,
      ],
    ],
    ["ssh2/lib/utils.js", [/err\.reason = info\.reason/, /add\(val\) \{/]],
  ];
  for (const [file, patterns] of relied) {
    it(`are still in ${file}`, () => {
      const source = readFileSync(require.resolve(file), "utf8");
      for (const pattern of patterns) assert.ok(pattern.test(source), `${pattern} in ${file}`);
    });
  }
});
