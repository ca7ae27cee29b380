import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { writtenFor } from "../../../src/ssh/ssh2/release.ts";

const require = createRequire(import.meta.url);

describe("ssh2's internals", () => {
  it(`are those of ${writtenFor}`, () => {
    assert.equal((require("ssh2/package.json") as { version: string }).version, writtenFor);
  });

  const relied: [string, RegExp[]][] = [
    [
      "ssh2/lib/client.js",
      [
        /this\._chanMgr = new ChannelManager\(this\)/,
        /this\._protocol = new Protocol\(/,
        /typeof channel !== 'function'/,
        // What raw-session-channel.ts and tunnel-channel.ts stand in for.
        /const channel = this\._chanMgr\.get\(info\.recipient\)/,
        /this\._chanMgr\.update\(info\.recipient, instance\);\s+channel\(undefined, instance\);/,
        /channel\.outgoing\.window \+= amount;\s+if \(channel\._waitWindow\) \{\s+channel\._waitWindow = false;/,
        /if \(channel\._chunk\) \{\s+channel\._write\(channel\._chunk, null, channel\._chunkcb\);/,
        /\} else if \(channel\._chunkcb\) \{\s+channel\._chunkcb\(\);/,
        /const stream = new Channel\(self, chanInfo\);\s+self\._chanMgr\.update\(localChan, stream\);/,
        /channel\.emit\('exit', exit\.code = data\);/,
        /if \(channel\.readable\)\s+channel\.push\(null\);\s+if \(channel\.stderr\.readable\)\s+channel\.stderr\.push\(null\);/,
        /channel\._callbacks\.shift\(\)\(false\)/,
        /channel\.incoming\.window -= data\.length/,
        /if \(channel\.push\(data\) === false\) \{\s+channel\._waitChanDrain = true;\s+return;/,
        /if \(!channel\.stderr\.push\(data\)\) \{\s+channel\._waitChanDrain = true;\s+return;/,
        /let callbacks = this\._callbacks = \[\]/,
        /callbacks\.shift\(\)\(false, data\)/,
        // Our first authentication request follows the service request, sent right behind this event.
        /this\.emit\('handshake', negotiated\);\s+if \(!ready\) \{\s+ready = true;\s+proto\.service\('ssh-userauth'\);/,
        /SERVICE_ACCEPT: \(p, name\) =>/,
        /GLOBAL_REQUEST: \(p, name, wantReply, data\) => \{\s+switch \(name\) \{\s+case 'hostkeys-00@openssh\.com':/,
        /EXT_INFO: \(p, exts\) =>/,
        /USERAUTH_SUCCESS: \(p\) =>/,
        /USERAUTH_FAILURE: \(p, authMethods, partialSuccess\) =>/,
        /USERAUTH_PASSWD_CHANGEREQ: \(p, prompt\) =>/,
        /USERAUTH_PK_OK: \(p\) =>/,
        /USERAUTH_INFO_REQUEST: \(p, name, instructions, prompts\) =>/,
      ],
    ],
    [
      "ssh2/lib/protocol/Protocol.js",
      [
        /this\._remoteIdentRaw = Buffer\.from\(identRaw\)/,
        /parse\(chunk, i, len\) \{\s+while \(i < len\)\s+i = this\._parse\(chunk, i, len\);/,
        /this\._decipher && this\._decipher\.free\(\);/,
        /cleanup\(\) \{\s+this\._destruct && this\._destruct\(\);/,
        /session\(chan, initWindow, maxPacket\) \{/,
        /exec\(chan, cmd, wantReply\) \{/,
        /signal\(chan, signal\) \{/,
        /env\(chan, key, val, wantReply\) \{/,
        /pty\(chan, rows, cols, height, width, term, modes, wantReply\)/,
        /sendPacket\(this, this\._packetRW\.write\.finalize\(packet, true\), true\)/,
        /this\._authsQueue\.push\('publickey'\)/,
        /const sessionID = this\._kex\.sessionID/,
        /authNone\(username\) \{/,
        /authPassword\(username, password, newPassword\) \{/,
        /authKeyboard\(username\) \{/,
        /authInfoRes\(responses\) \{/,
        /requestFailure\(\) \{/,
        /ping\(\) \{/,
        /channelWindowAdjust\(chan, amount\) \{/,
        /channelData\(chan, data\) \{/,
        /directTcpip\(chan, initWindow, maxPacket, cfg\) \{/,
        /openssh_directStreamLocal\(chan, initWindow, maxPacket, cfg\) \{/,
      ],
    ],
    [
      "ssh2/lib/Channel.js",
      [/PACKET_SIZE = 32 \* 1024/, /_read\(n\) \{\s+if \(this\._waitChanDrain\)/],
    ],
    ["ssh2/lib/protocol/handlers.misc.js", [/switch \(self\._authsQueue\[0\]\) \{/]],
    ["ssh2/lib/protocol/utils.js", [/proto\._queue\.push\(packet\)/, /protocol\._destruct\(\)/]],
    [
      "ssh2/lib/protocol/crypto.js",
      [
        // ssh2.ts: looked up once, and called so.
        /randomFillSync, timingSafeEqual\s+\} = require\('crypto'\)/,
        /randomFillSync\(packet, 5 \+ payloadLen, padLen\)/,
        /const ret = this\._onPayload\(payload\);\s+if \(ret !== undefined\)\s+return \(ret === false \? p : ret\);/,
      ],
    ],
    [
      "ssh2/lib/utils.js",
      [
        /err\.reason = info\.reason/,
        /add\(val\) \{/,
        /update\(id, val\) \{/,
        /case 'direct-tcpip':\s+doClose = \(\) => channel\.emit\('close'\);/,
        /channel\.incoming\.state = 'closed';\s+if \(channel\.readable\)\s+channel\.push\(null\);/,
        /if \(writeState && !writeState\.ending/,
        /if \(!channel\.readable\s+\|\| channel\.destroyed\s+\|\| \(readState && readState\.endEmitted\)\) \{\s+doClose\(\);/,
      ],
    ],
  ];
  for (const [file, patterns] of relied) {
    it(`are still in ${file}`, () => {
      const source = readFileSync(require.resolve(file), "utf8");
      for (const pattern of patterns) assert.ok(pattern.test(source), `${pattern} in ${file}`);
    });
  }
});
