import * as z from "zod/mini";
import { content, file, fileErrors, fileStat, length, offset, size } from "./fs-fields.ts";
import { limits } from "./limits.ts";
import { method } from "./method.ts";
import { described, inputBytes, inputEncoding, outputEncoding, timeout } from "./schema.ts";

/** A handle that isn't there, or whose session or channel has ended, is RemoteFileError EBADF. */
const errors = fileErrors;

const common = () => ({ file: file(), timeout: z.optional(timeout()) });
const done = () => z.literal(true);

export const read = method({
  summary: "Bytes of an open file; fewer than asked for only at its end.",
  positional: ["file", "offset", "length"],
  params: () =>
    z.strictObject({
      ...common(),
      offset: described(offset(), "Bytes from the file's beginning, 0 or more."),
      length: described(
        length().check(z.maximum(limits.maxOutput)),
        `The most that is read, in bytes, 0 to ${limits.maxOutput}.`,
      ),
      encoding: z.optional(outputEncoding()),
    }),
  result: content,
  errors: [...errors, "NotUtf8"],
});

export const write = method({
  summary: "Writes to an open file.",
  positional: ["file", "offset", "data"],
  params: () =>
    z.strictObject({
      ...common(),
      offset: described(
        offset(),
        "Bytes from the file's beginning, 0 or more; of no meaning where it was opened to append.",
      ),
      data: inputBytes("The bytes."),
      encoding: z.optional(inputEncoding()),
    }),
  result: () => z.strictObject({ bytes: described(z.int(), "How many were written.") }),
  errors,
});

export const stat = method({
  summary: "What `fs.stat` gives, of an open file.",
  positional: ["file"],
  params: () => z.strictObject(common()),
  result: fileStat,
  errors,
});

export const truncate = method({
  summary: "Sets the size of an open file.",
  positional: ["file", "size"],
  params: () => z.strictObject({ ...common(), size: size() }),
  result: done,
  errors,
});

export const sync = method({
  summary: "Has the server put an open file's bytes on its disk (fsync@openssh.com).",
  positional: ["file"],
  params: () => z.strictObject(common()),
  result: done,
  errors,
});

export const close = method({
  summary: "Closes a file, and forgets its handle, whatever the server says to it.",
  positional: ["file"],
  params: () => z.strictObject(common()),
  result: done,
  errors,
});
