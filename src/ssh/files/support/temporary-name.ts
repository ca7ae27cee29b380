/** Loaded on its first use, as it takes milliseconds that the start doesn't need. */
const crypto = () => process.getBuiltinModule("node:crypto");

/** Bytes of a file's own name in its temporary name, which may have at most 255. */
const keptName = 60;
const slash = 0x2f;

/** The path of a temporary name beside `path`, new each time. */
export function temporaryBeside(path: Uint8Array): Buffer {
  const at = path.lastIndexOf(slash) + 1;
  const random = randomBytes(6).toString("hex");
  return Buffer.concat([
    path.subarray(0, at),
    prefixOf(path.subarray(at)),
    Buffer.from(`${random}.sshrpc`),
  ]);
}

/** Random bytes that are fetched at once: a tree needs thousands of names. */
const poolSize = 1536;
let pool = Buffer.alloc(0);

function randomBytes(count: number): Buffer {
  if (pool.length < count) pool = crypto().randomBytes(poolSize);
  const bytes = pool.subarray(0, count);
  pool = pool.subarray(count);
  return bytes;
}

/** How all names begin that {@link temporaryBeside} makes for a file of this name; latin1. */
export function temporaryStart(name: Uint8Array): string {
  return prefixOf(name).toString("latin1");
}

/** How a temporary name begins, as {@link temporaryStart} gives it for its file; undefined for other names. */
export function startOfTemporary(name: Uint8Array): string | undefined {
  return /^(\..*\.)[0-9a-f]{12}\.sshrpc$/s.exec(Buffer.from(name).toString("latin1"))?.[1];
}

/** Whether it is one for any file. */
export function isTemporary(name: Uint8Array): boolean {
  return startOfTemporary(name) !== undefined;
}

function prefixOf(name: Uint8Array): Buffer {
  const dot = Buffer.from(".");
  if (name.length <= keptName) return Buffer.concat([dot, name, dot]);
  // The hash tells apart names with the same beginning.
  const hash = crypto().createHash("sha256").update(name).digest("hex").slice(0, 16);
  return Buffer.concat([dot, name.subarray(0, keptName), Buffer.from(`.${hash}.`)]);
}
