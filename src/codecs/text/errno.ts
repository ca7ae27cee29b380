/** The system's names of errors that files give, and strerror(3)'s words for them. */
const texts: Readonly<Record<string, string>> = {
  EACCES: "Permission denied",
  EBUSY: "Device or resource busy",
  EAGAIN: "Resource temporarily unavailable",
  EDQUOT: "Disk quota exceeded",
  EEXIST: "File exists",
  EFBIG: "File too large",
  EINVAL: "Invalid argument",
  EIO: "Input/output error",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  EMFILE: "Too many open files",
  ENAMETOOLONG: "File name too long",
  ENFILE: "Too many open files in system",
  ENOENT: "No such file or directory",
  ENOMEM: "Cannot allocate memory",
  ENOSPC: "No space left on device",
  ENOTDIR: "Not a directory",
  ENXIO: "No such device or address",
  EPERM: "Operation not permitted",
  EPIPE: "Broken pipe",
  EROFS: "Read-only file system",
  ESTALE: "Stale file handle",
  ETXTBSY: "Text file busy",
};

/** What other systems say (musl, the BSDs), and what scp says itself. */
const otherTexts: Readonly<Record<string, string>> = {
  "filename too long": "ENAMETOOLONG",
  "quota exceeded": "EDQUOT",
  "disc quota exceeded": "EDQUOT",
  "symbolic link loop": "ELOOP",
  "i/o error": "EIO",
  "resource busy": "EBUSY",
  "no file descriptors available": "EMFILE",
  "out of memory": "ENOMEM",
  // scp says it of directories and of devices; a directory is what people mostly name.
  "not a regular file": "EISDIR",
};

const codes: Readonly<Record<string, string>> = {
  ...otherTexts,
  ...Object.fromEntries(Object.entries(texts).map(([code, text]) => [text.toLowerCase(), code])),
};

/** strerror(3)'s words for a code as `ENOENT`; the code itself where they aren't known. */
export function errnoText(code: string): string {
  return texts[code] ?? code;
}

/** The code in a message as programs make them, `PATH: No such file or directory`, if it is one. */
export function errnoIn(message: string): string | undefined {
  const words = message.slice(message.lastIndexOf(": ") + 1).trim();
  const code = words.toLowerCase().replace(/\.$/, "");
  return Object.hasOwn(codes, code) ? codes[code] : undefined;
}
