/** The options and the progress of a tree's transfer of which a test doesn't speak. */
export const plain = {
  recursive: true,
  preserve: false,
  overwrite: "always",
  delete: false,
  exclude: [],
  symlinks: "copy",
  resume: false,
  dryRun: false,
} as const;
export const silent = { found() {}, moved() {}, finished() {} };
