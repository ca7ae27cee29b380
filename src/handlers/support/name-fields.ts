import { isUtf8 } from "node:buffer";
import type { Entry } from "../../ssh/files/support/remote-files.ts";

/** A name or a path as text, or where it is no UTF-8 as base64, which is said beside it. */
export function nameText(bytes: Buffer): { text: string; encoding?: "base64" } {
  if (isUtf8(bytes)) return { text: bytes.toString("utf8") };
  return { text: bytes.toString("base64"), encoding: "base64" };
}

export function pathFields(bytes: Buffer) {
  const { text, ...encoding } = nameText(bytes);
  return { path: text, ...encoding };
}

export function entryFields(entry: Entry) {
  const { text, encoding } = nameText(entry.name);
  // A large directory has very many of these, and most need no other field.
  const fields = { ...entry, name: text };
  return encoding ? { ...fields, encoding } : fields;
}
