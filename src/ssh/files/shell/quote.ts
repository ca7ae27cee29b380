/** A piece of a script for sh: text, or bytes. */
export type Piece = string | Uint8Array;

/** A word as it is, of any bytes but NUL, for a POSIX shell's script (XCU 2.2.2). */
export function word(value: Uint8Array): Buffer {
  const text = Buffer.from(value).toString("latin1");
  return Buffer.from(`'${text.replaceAll("'", String.raw`'\''`)}'`, "latin1");
}

/** The same for a path, so that no command takes it for an option. */
export function pathWord(path: Uint8Array): Buffer {
  const isAbsolute = path[0] === 0x2f;
  return word(isAbsolute ? path : Buffer.concat([Buffer.from("./"), path]));
}

/** A template tag for scripts: words are inserted as they are, so they must be quoted. */
export function script(strings: TemplateStringsArray, ...words: (Piece | number)[]): Buffer {
  const parts = strings.flatMap((text, n) => {
    const value = words[n];
    return value === undefined ? [text] : [text, typeof value === "number" ? String(value) : value];
  });
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

/** A format of which printf(1) makes these bytes (octal escapes). */
export function printfWord(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && !"\\%'-".includes(String.fromCharCode(byte));
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `'${text.join("")}'`;
}
