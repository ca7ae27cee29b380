"use strict";

const vscode = require("vscode");

/**
 * The login shell of a server in a terminal of VS Code's.
 *
 * @implements {vscode.Pseudoterminal}
 */
class RemoteTerminal {
  /**
   * @param {InstanceType<typeof import("./connections.js").Connections>} connections
   * @param {string} authority
   */
  constructor(connections, authority) {
    this.connections = connections;
    this.authority = authority;
    this.output = new vscode.EventEmitter();
    this.end = new vscode.EventEmitter();
    /** @type {vscode.Event<string>} */
    this.onDidWrite = this.output.event;
    /** @type {vscode.Event<number | void>} */
    this.onDidClose = this.end.event;
    /** @type {import("sshrpc").RemoteDuplex | undefined} */
    this.shell = undefined;
    /** @type {vscode.TerminalDimensions | undefined} */
    this.dimensions = undefined;
    this.typedAhead = "";
    this.isClosed = false;
  }

  /** @param {vscode.TerminalDimensions | undefined} dimensions */
  open(dimensions) {
    this.dimensions = dimensions;
    void this.start();
  }

  close() {
    this.isClosed = true;
    this.shell?.destroy();
  }

  /** @param {string} text */
  handleInput(text) {
    if (this.shell) this.shell.write(text);
    else this.typedAhead += text;
  }

  /** @param {vscode.TerminalDimensions} dimensions */
  setDimensions(dimensions) {
    this.dimensions = dimensions;
    // One that has ended meanwhile needs no size.
    this.shell?.resize(dimensions).catch(() => {});
  }

  async start() {
    try {
      const session = await this.connections.get(this.authority);
      if (this.isClosed) return;
      const { columns = 80, rows = 24 } = this.dimensions ?? {};
      const shell = session.shell({ pty: { term: "xterm-256color", columns, rows } });
      this.shell = shell;
      if (this.typedAhead !== "") shell.write(this.typedAhead);
      // A piece may end inside a character.
      shell.setEncoding("utf8");
      for await (const text of shell) this.output.fire(text);
      const { exitCode } = await shell.wait();
      if (!this.isClosed) this.end.fire(exitCode ?? undefined);
    } catch (error) {
      if (this.isClosed) return;
      // With a code other than 0 the terminal stays, and what it says can be read.
      this.output.fire(`\r\nSSH: ${error instanceof Error ? error.message : String(error)}\r\n`);
      this.end.fire(255);
    }
  }
}

module.exports = { RemoteTerminal };
