"use strict";

const vscode = require("vscode");
const { connect } = require("sshrpc");
const { parseAddress } = require("./address.js");
const { asker } = require("./prompts.js");

/** The sessions, one for each authority of a URI, which all of the extension shares. */
class Connections {
  constructor() {
    /** @type {Map<string, Promise<import("sshrpc").Session>>} */
    this.sessions = new Map();
    /**
     * Logins that failed. VS Code asks for files all the time, and the user isn't asked for a
     * password each time.
     *
     * @type {Map<string, unknown>}
     */
    this.failures = new Map();
    this.lost = new vscode.EventEmitter();
    /** Tells of the authority of a session that has ended. */
    this.onLost = this.lost.event;
  }

  /**
   * The session that a command is for. A login that failed is tried again.
   *
   * @param {string} authority
   */
  get(authority) {
    const found = this.sessions.get(authority);
    if (found) return found;
    this.failures.delete(authority);
    const opening = this.open(authority);
    this.sessions.set(authority, opening);
    opening.catch((error) => {
      if (this.sessions.get(authority) !== opening) return;
      this.sessions.delete(authority);
      this.failures.set(authority, error);
    });
    return opening;
  }

  /**
   * The session that a file is asked for through. A login that failed stays so until the user has it
   * tried again, for which there is a button.
   *
   * @param {string} authority
   */
  async forFiles(authority) {
    if (this.failures.has(authority)) throw this.failures.get(authority);
    const isFirst = !this.sessions.has(authority);
    try {
      return await this.get(authority);
    } catch (error) {
      if (isFirst) void this.offerAgain(authority, error);
      throw error;
    }
  }

  /** The authorities there is a session for. */
  authorities() {
    return [...this.sessions.keys()];
  }

  /** @param {string} authority */
  async close(authority) {
    const opening = this.sessions.get(authority);
    this.sessions.delete(authority);
    this.failures.delete(authority);
    const session = await opening?.catch(() => undefined);
    await session?.close();
    this.lost.fire(authority);
  }

  async dispose() {
    await Promise.all(this.authorities().map((authority) => this.close(authority)));
    this.lost.dispose();
  }

  /**
   * @param {string} authority
   * @returns {Promise<import("sshrpc").Session>}
   */
  async open(authority) {
    const address = parseAddress(authority);
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `SSH: connecting to ${authority}`,
      cancellable: true,
    };
    return vscode.window.withProgress(options, async (_progress, token) => {
      const aborter = new AbortController();
      token.onCancellationRequested(() => aborter.abort());
      const session = await connect({
        ...address,
        config: true,
        onPrompt: asker(authority),
        signal: aborter.signal,
      });
      session.once("close", (reason) => {
        const current = this.sessions.get(authority);
        void current?.then((each) => {
          if (each !== session) return;
          this.sessions.delete(authority);
          this.lost.fire(authority);
          void session.close();
          const message = `SSH: the connection to ${authority} was lost (${reason}).`;
          void vscode.window.showWarningMessage(message);
        });
      });
      return session;
    });
  }

  /**
   * @param {string} authority
   * @param {unknown} error
   */
  async offerAgain(authority, error) {
    const again = "Try Again";
    const message = `SSH: ${authority}: ${error instanceof Error ? error.message : String(error)}`;
    if ((await vscode.window.showErrorMessage(message, again)) !== again) return;
    await this.get(authority);
    await vscode.commands.executeCommand("workbench.files.action.refreshFilesExplorer");
  }
}

module.exports = { Connections };
