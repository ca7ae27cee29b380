"use strict";

const { FileSystemError } = require("vscode");
const { SshError } = require("sshrpc");

/** @type {Record<string, "FileNotFound" | "FileExists" | "FileNotADirectory" | "FileIsADirectory" | "NoPermissions">} */
const names = {
  ENOENT: "FileNotFound",
  EEXIST: "FileExists",
  ENOTEMPTY: "FileExists",
  ENOTDIR: "FileNotADirectory",
  EISDIR: "FileIsADirectory",
  EACCES: "NoPermissions",
  EPERM: "NoPermissions",
  EROFS: "NoPermissions",
};

/**
 * What VS Code wants to be told by.
 *
 * @param {unknown} error
 * @param {import("vscode").Uri} uri what it was about
 */
function fileError(error, uri) {
  if (error instanceof FileSystemError) return error;
  const name =
    error instanceof SshError && error.code !== undefined ? names[error.code] : undefined;
  if (name) return FileSystemError[name](uri);
  return FileSystemError.Unavailable(error instanceof Error ? error.message : String(error));
}

module.exports = { fileError };
