"use strict";

const vscode = require("vscode");
const { fileError } = require("./file-errors.js");
const { Watching } = require("./watching.js");

const { FileSystemError, FileType, FilePermission } = vscode;

/**
 * The files of `sshrpc://user@host:port/path`.
 *
 * @implements {vscode.FileSystemProvider}
 */
class RemoteFileSystem {
  /** @param {InstanceType<typeof import("./connections.js").Connections>} connections */
  constructor(connections) {
    this.connections = connections;
    this.watching = new Watching((uri) => this.files(uri));
    this.onDidChangeFile = this.watching.onDidChange;
  }

  dispose() {
    this.watching.dispose();
  }

  /**
   * @param {vscode.Uri} uri
   * @param {{ readonly recursive: boolean, readonly excludes: readonly string[] }} options
   */
  watch(uri, options) {
    return this.watching.watch(uri, options);
  }

  /** @param {vscode.Uri} uri */
  stat(uri) {
    return this.on(uri, async (fs) => {
      // Side by side, at the price of one.
      const [found, link] = await Promise.all([
        fs.stat(uri.path).catch(asAbsent),
        fs.lstat(uri.path),
      ]);
      const stats = found ?? link;
      return {
        type: typeOf(found) | (link.isSymbolicLink() ? FileType.SymbolicLink : 0),
        // SFTP has no time of creation.
        ctime: 0,
        mtime: stats.mtimeMs || 0,
        size: stats.size || 0,
        ...(isReadonly(stats.mode) && { permissions: FilePermission.Readonly }),
      };
    });
  }

  /**
   * @param {vscode.Uri} uri
   * @returns {Promise<[string, vscode.FileType][]>}
   */
  readDirectory(uri) {
    return this.on(uri, async (fs) => {
      const entries = await fs.readdir(uri.path, { withFileTypes: true });
      this.watching.saw(uri, entries);
      return Promise.all(
        entries.map(async (entry) => {
          if (!entry.isSymbolicLink()) return /** @type {const} */ ([entry.name, typeOf(entry)]);
          const target = await fs.stat(`${uri.path}/${entry.name}`).catch(() => undefined);
          return /** @type {const} */ ([entry.name, typeOf(target) | FileType.SymbolicLink]);
        }),
      ).then((found) => found.map(([name, type]) => [name, type]));
    });
  }

  /** @param {vscode.Uri} uri */
  createDirectory(uri) {
    return this.change(uri, vscode.FileChangeType.Created, (fs) => fs.mkdir(uri.path));
  }

  /** @param {vscode.Uri} uri */
  readFile(uri) {
    return this.on(uri, (fs) => fs.readFile(uri.path));
  }

  /**
   * @param {vscode.Uri} uri
   * @param {Uint8Array} content
   * @param {{ readonly create: boolean, readonly overwrite: boolean }} options
   */
  async writeFile(uri, content, { create, overwrite }) {
    const { Changed, Created } = vscode.FileChangeType;
    const kind = overwrite ? Changed : Created;
    await this.change(uri, kind, async (fs) => {
      if (!create) await fs.stat(uri.path);
      await fs.writeFile(uri.path, content, create && !overwrite ? { flag: "wx" } : {});
    });
  }

  /**
   * @param {vscode.Uri} uri
   * @param {{ readonly recursive: boolean }} options
   */
  delete(uri, { recursive }) {
    return this.change(uri, vscode.FileChangeType.Deleted, async (fs) => {
      const isFolder = !recursive && (await fs.lstat(uri.path)).isDirectory();
      await (isFolder ? fs.rmdir(uri.path) : fs.rm(uri.path, { recursive }));
    });
  }

  /**
   * @param {vscode.Uri} from
   * @param {vscode.Uri} to
   * @param {{ readonly overwrite: boolean }} options
   */
  async rename(from, to, { overwrite }) {
    // VS Code copies and deletes instead.
    if (from.authority !== to.authority) throw FileSystemError.Unavailable("another server");
    await this.on(from, async (fs) => {
      await fs.rename(from.path, to.path, { overwrite }).catch((error) => {
        throw fileError(error, error?.code === "EEXIST" ? to : from);
      });
    });
    this.watching.tell([
      { type: vscode.FileChangeType.Deleted, uri: from },
      { type: vscode.FileChangeType.Created, uri: to },
    ]);
  }

  /** @param {vscode.Uri} uri */
  async files(uri) {
    return (await this.connections.forFiles(uri.authority)).fs;
  }

  /**
   * @template T
   * @param {vscode.Uri} uri
   * @param {(fs: import("sshrpc").RemoteFs) => Promise<T>} act
   */
  async on(uri, act) {
    try {
      return await act(await this.files(uri));
    } catch (error) {
      throw fileError(error, uri);
    }
  }

  /**
   * @param {vscode.Uri} uri
   * @param {vscode.FileChangeType} type
   * @param {(fs: import("sshrpc").RemoteFs) => Promise<unknown>} act
   */
  async change(uri, type, act) {
    await this.on(uri, act);
    this.watching.tell([{ type, uri }]);
  }
}

/**
 * @param {{ isDirectory(): boolean, isFile(): boolean } | undefined} found
 * @returns {vscode.FileType}
 */
function typeOf(found) {
  if (found?.isDirectory()) return FileType.Directory;
  return found?.isFile() ? FileType.File : FileType.Unknown;
}

/**
 * Nobody may write it, so that VS Code says so before something was typed. Who may of several, the
 * server knows.
 *
 * @param {number} mode
 */
function isReadonly(mode) {
  return Number.isFinite(mode) && (mode & 0o222) === 0;
}

/**
 * A link that leads nowhere is no error.
 *
 * @param {{ code?: string }} error
 */
function asAbsent(error) {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

module.exports = { RemoteFileSystem };
