/** The longest text kept of what a remote says, in characters. */
const MAX_TEXT = 1024;

/** How much of an unexpected answer is quoted in an error, in characters. */
const MAX_QUOTE = 64;

/**
 * Makes remote bytes safe to show, as `printable` does. Bytes that are not UTF-8 are read as Latin-1.
 */
export function sanitize(bytes: Uint8Array, limit = MAX_TEXT): string {
  return printable(decode(bytes), limit);
}

/**
 * The text on one line, without control characters (C0, DEL, C1) and Unicode's bidirectional
 * controls, at most `limit` characters.
 *
 * A hostile server could otherwise rewrite the terminal of whoever reads its message: CVE-2019-6109,
 * CVE-2019-6110; by bidirectional controls, CVE-2021-42574.
 */
export function printable(text: string, limit: number): string {
  const line = text
    .replace(/[\t-\r\u0085\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, "")
    .trim();
  return Array.from(line).slice(0, limit).join("");
}

/** Another program's words, for a terminal or a log: no control characters but newlines and tabs. */
export function printableLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "").trim();
}

/** The start of an unexpected answer, for an error message; bytes nothing can be shown of, in hex. */
export function quote(bytes: Uint8Array): string {
  const text = sanitize(bytes, MAX_QUOTE);
  return text === "" ? hex(bytes.subarray(0, MAX_QUOTE / 2)) : JSON.stringify(text);
}

/** One character per byte. */
export function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function decode(bytes: Uint8Array): string {
  try {
    // As a stream, so that a text cut inside a character is still UTF-8.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return latin1(bytes);
  }
}

function hex(bytes: Uint8Array): string {
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
