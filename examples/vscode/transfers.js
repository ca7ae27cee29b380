"use strict";

const { posix } = require("node:path");
const { join } = require("node:path");
const vscode = require("vscode");

/**
 * Copies a file or a folder of the server's to this machine.
 *
 * @param {import("sshrpc").Session} session
 * @param {vscode.Uri} source
 */
async function download(session, source) {
  const options = { canSelectFolders: true, canSelectFiles: false, openLabel: "Download to Here" };
  const [folder] = (await vscode.window.showOpenDialog(options)) ?? [];
  if (!folder) return;
  const name = posix.basename(source.path);
  await withProgress(`downloading ${name}`, (running) =>
    session.fs.get(source.path, join(folder.fsPath, name), running),
  );
}

/**
 * Copies files and folders of this machine to a folder of the server's.
 *
 * @param {import("sshrpc").Session} session
 * @param {vscode.Uri} folder
 */
async function upload(session, folder) {
  const options = { canSelectFolders: true, canSelectMany: true, openLabel: "Upload" };
  for (const { fsPath } of (await vscode.window.showOpenDialog(options)) ?? []) {
    const name = posix.basename(fsPath.replaceAll("\\", "/"));
    await withProgress(`uploading ${name}`, (running) =>
      session.fs.put(fsPath, posix.join(folder.path, name), running),
    );
  }
}

/**
 * @param {string} what
 * @param {(options: import("sshrpc").TreeOptions) => Promise<unknown>} copy
 */
function withProgress(what, copy) {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `SSH: ${what}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const aborter = new AbortController();
    token.onCancellationRequested(() => aborter.abort());
    let percent = 0;
    await copy({
      recursive: true,
      signal: aborter.signal,
      onProgress({ bytes, total }) {
        const now = total ? (100 * bytes) / total : 0;
        progress.report({ increment: Math.max(0, now - percent), message: `${bytes} bytes` });
        percent = Math.max(percent, now);
      },
    });
  });
}

module.exports = { download, upload };
