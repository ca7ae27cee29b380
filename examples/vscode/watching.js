"use strict";

const vscode = require("vscode");

/** @typedef {Map<string, string>} Seen what was seen of a folder: names, and what tells of a change */

/**
 * Finds out by looking again what changes on the server: SFTP tells nobody. It looks at what is
 * watched, and of a folder that is watched with all below it at those that VS Code has read, which
 * are those that it shows. While the window isn't in use, it rests.
 */
class Watching {
  /** @param {(uri: vscode.Uri) => Promise<import("sshrpc").RemoteFs>} files */
  constructor(files) {
    this.files = files;
    this.changes = new vscode.EventEmitter();
    this.onDidChange = this.changes.event;
    /** @type {Set<{ uri: vscode.Uri, recursive: boolean }>} */
    this.watches = new Set();
    /** @type {Map<string, { uri: vscode.Uri, seen: Seen | undefined }>} */
    this.places = new Map();
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
    this.isEnded = false;
  }

  /**
   * @param {vscode.Uri} uri
   * @param {{ readonly recursive: boolean }} options
   */
  watch(uri, { recursive }) {
    const watch = { uri, recursive };
    this.watches.add(watch);
    this.add(uri);
    this.plan();
    return new vscode.Disposable(() => {
      this.watches.delete(watch);
      for (const [key, place] of this.places) {
        if (!this.isWatched(place.uri)) this.places.delete(key);
      }
    });
  }

  /**
   * Takes what VS Code has read of a folder.
   *
   * @param {vscode.Uri} uri
   * @param {import("sshrpc").RemoteDirent[]} entries
   */
  saw(uri, entries) {
    if (this.isWatched(uri)) this.add(uri).seen = listed(entries);
  }

  /** @param {vscode.FileChangeEvent[]} events */
  tell(events) {
    if (events.length > 0) this.changes.fire(events);
  }

  dispose() {
    this.isEnded = true;
    clearTimeout(this.timer);
    this.changes.dispose();
  }

  /** @param {vscode.Uri} uri */
  add(uri) {
    const key = uri.toString();
    const place = this.places.get(key) ?? { uri, seen: undefined };
    this.places.set(key, place);
    return place;
  }

  /** @param {vscode.Uri} uri */
  isWatched({ authority, path }) {
    return [...this.watches].some(
      ({ uri, recursive }) =>
        uri.authority === authority &&
        (uri.path === path || (recursive && path.startsWith(`${uri.path.replace(/\/$/, "")}/`))),
    );
  }

  /** The next look comes some time after this one has ended, however long that took. */
  plan() {
    if (this.timer || this.isEnded || this.watches.size === 0) return;
    const seconds = vscode.workspace.getConfiguration("sshrpc").get("pollInterval", 3);
    this.timer = setTimeout(async () => {
      if (vscode.window.state.focused) {
        await Promise.all([...this.places.values()].map((place) => this.look(place)));
      }
      this.timer = undefined;
      this.plan();
    }, seconds * 1000);
  }

  /** @param {{ uri: vscode.Uri, seen: Seen | undefined }} place */
  async look(place) {
    const { uri } = place;
    /** @type {Seen} */
    let now;
    try {
      now = await state(await this.files(uri), uri.path);
    } catch {
      // A connection that is lost says nothing about files.
      return;
    }
    const before = place.seen;
    place.seen = now;
    if (before && this.places.get(uri.toString()) === place) this.tell(changes(uri, before, now));
  }
}

/**
 * @param {import("sshrpc").RemoteFs} fs
 * @param {string} path
 * @returns {Promise<Seen>}
 */
async function state(fs, path) {
  try {
    const stats = await fs.stat(path);
    if (!stats.isDirectory()) return new Map([["", mark(stats)]]);
    return listed(await fs.readdir(path, { withFileTypes: true }));
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code === "ENOENT") return new Map();
    throw error;
  }
}

/**
 * @param {import("sshrpc").RemoteDirent[]} entries
 * @returns {Seen}
 */
function listed(entries) {
  return new Map(entries.map((entry) => [entry.name, mark(entry.stats)]));
}

/**
 * What is another after a change. A folder changes with what is in it, and that is told of by itself.
 *
 * @param {{ type: string, size: number, mtimeMs: number }} stats
 */
function mark({ type, size, mtimeMs }) {
  return type === "directory" ? type : `${type} ${size} ${mtimeMs}`;
}

/**
 * @param {vscode.Uri} uri
 * @param {Seen} before
 * @param {Seen} now
 * @returns {vscode.FileChangeEvent[]}
 */
function changes(uri, before, now) {
  const { Created, Changed, Deleted } = vscode.FileChangeType;
  /** @param {string} name */
  const of = (name) => (name === "" ? uri : vscode.Uri.joinPath(uri, name));
  const events = [];
  for (const name of before.keys()) {
    if (!now.has(name)) events.push({ type: Deleted, uri: of(name) });
  }
  for (const [name, text] of now) {
    const old = before.get(name);
    if (old === undefined) events.push({ type: Created, uri: of(name) });
    else if (old !== text) events.push({ type: Changed, uri: of(name) });
  }
  return events;
}

module.exports = { Watching };
