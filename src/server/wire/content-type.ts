/** The media type of a frame with bytes beside its JSON: docs/protocol/binary-frames.md. */
export const binaryMediaType = "application/vnd.sshrpc";

/** What a frame's Content-Type says of its body. */
export interface ContentType {
  /** The charset is UTF-8, as it is where nothing is said: LSP knows no other. */
  readonly isUtf8: boolean;
  /** Of a binary frame: the length of its JSON part in bytes; NaN where that is malformed. */
  readonly jsonLength?: number;
}

/** Reads the field's value (RFC 9110 §8.3.1). Other media types than ours are passed over, as in LSP. */
export function readContentType(value: string): ContentType {
  const [mediaType = "", ...parameters] = value.split(";").map((part) => part.trim());
  const named = (name: string): string[] =>
    parameters
      .map((each) => each.split("="))
      .filter(([key = ""]) => key.trim().toLowerCase() === name)
      .map(([, text = ""]) => text.trim().replaceAll('"', ""));
  const [charset] = named("charset");
  // "utf8" is what LSP's own early clients sent; the specification asks to accept it.
  const isUtf8 = charset === undefined || /^utf-?8$/i.test(charset);
  if (mediaType.toLowerCase() !== binaryMediaType) return { isUtf8 };
  const lengths = named("json");
  const isNumber = lengths.length === 1 && /^\d+$/.test(lengths[0] ?? "");
  return { isUtf8, jsonLength: isNumber ? Number(lengths[0]) : Number.NaN };
}
