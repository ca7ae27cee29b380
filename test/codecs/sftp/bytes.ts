/** Bytes from a literal: hexadecimal digits, and text in quotes; white space means nothing. */
export function bytes(literal: string): Buffer {
  const parts = literal.match(/"[^"]*"|[0-9a-f]{2}|\s+/g) ?? [];
  if (parts.join("") !== literal) throw new Error(`not a literal: ${literal}`);
  return Buffer.concat(
    parts.map((part) =>
      part.startsWith('"') ? Buffer.from(part.slice(1, -1), "latin1") : Buffer.from(part, "hex"),
    ),
  );
}
