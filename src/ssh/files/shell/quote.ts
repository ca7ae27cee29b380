/** A piece of a script for sh: text, or bytes. */
export type Piece = string | Uint8Array;

/** A word as it is, of any bytes but NUL, for a POSIX shell's script (XCU 2.2.2). */
export function word(value: Uint8Array): Buffer {
  const text = Buffer.from(value).toString("latin1");
  return Buffer.from(`'${text.replaceAll("'", String.raw`'\''`)}'`, "latin1");
}

/** The same of a path, which no command takes for an option then. */
export function pathWord(path: Uint8Array): Buffer {
  const isAbsolute = path[0] === 0x2f;
  return word(isAbsolute ? path : Buffer.concat([Buffer.from("./"), path]));
}

/** A script with its words put in. */
export function script(strings: TemplateStringsArray, ...words: (Piece | number)[]): Buffer {
  const parts = strings.flatMap((text, n) => {
    const value = words[n];
    return value === undefined ? [text] : [text, typeof value === "number" ? String(value) : value];
  });
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

/** What `printf` makes these bytes of (XCU printf, octal escapes). */
export function printfWord(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && !"\\%'-".includes(String.fromCharCode(byte));
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `'${text.join("")}'`;
}
