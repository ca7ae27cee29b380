/**
 * The server's identification string in any number of pieces (RFC 4253 §4.2): ssh2 loses the third, and
 * waits for ever where none comes.
 *
 * test/ssh/ssh2/patches/ident-gate.test.ts
 */
import { Buffer } from "node:buffer";
import type { Client } from "ssh2";
import { protocolOf } from "../internals/protocol.ts";

/** Versions of the protocol that ssh2 speaks (RFC 4253 §5.1). */
const versionTwo = /^SSH-(?:2\.0|1\.99)-/;

/** The most that a server may say before its identification string ends. */
const longestGreeting = 64 * 1024;

/**
 * Holds back what the server sends until its identification string is whole.
 *
 * @param onIdent called when it is whole, and of a version that ssh2 speaks; else that is its error
 * @param onTooLong called when there is none within 64 KiB
 * @returns what gives the text that has come so far; empty from `onIdent` on
 */
export function gateIdent(
  client: Client,
  onIdent: () => void,
  onTooLong: () => void,
): () => string {
  const protocol = protocolOf(client);
  const parse = protocol.parse.bind(protocol);
  let held = Buffer.alloc(0);
  let lineStart = 0;
  protocol.parse = (chunk, start, length) => {
    const scanFrom = held.length;
    held = Buffer.concat([held, chunk.subarray(start, length)]);
    let newline = held.indexOf(10, scanFrom);
    while (newline !== -1 && held.toString("latin1", lineStart, lineStart + 4) !== "SSH-") {
      lineStart = newline + 1;
      newline = held.indexOf(10, lineStart);
    }
    if (newline !== -1) {
      protocol.parse = parse;
      const whole = held;
      if (versionTwo.test(held.toString("latin1", lineStart, newline))) {
        held = Buffer.alloc(0);
        onIdent();
      }
      parse(whole, 0, whole.length);
    } else if (held.length > longestGreeting) onTooLong();
  };
  return () => held.toString("latin1");
}
