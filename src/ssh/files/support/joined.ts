const slash = Buffer.from("/");

/** A path of a name in a folder. */
export function joined(folder: Buffer, name: Buffer): Buffer {
  if (folder.length === 0) return name;
  return Buffer.concat(folder.at(-1) === 0x2f ? [folder, name] : [folder, slash, name]);
}
