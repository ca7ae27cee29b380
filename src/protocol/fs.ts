/** The methods on a session's files. */
export * from "./fs-attributes.ts";
export * from "./fs-contents.ts";
export * from "./fs-names.ts";
export * from "./fs-trees.ts";
