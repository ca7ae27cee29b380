"use strict";

const vscode = require("vscode");

/** Ports of servers that are led to this machine. */
class Ports {
  constructor() {
    /** @type {Map<import("sshrpc").Forward, string>} */
    this.forwards = new Map();
  }

  /**
   * @param {import("sshrpc").Session} session
   * @param {string} authority
   * @param {string} target a port, or host:port, as the server sees it
   */
  async open(session, authority, target) {
    const [, host = "127.0.0.1", digits] = /^(?:(.+):)?(\d+)$/.exec(target.trim()) ?? [];
    const port = Number(digits);
    if (!(port >= 1 && port <= 65535)) throw new Error(`${target} is no port, and no host:port`);
    const to = { host, port };
    // The same port here, where it is free.
    const forward = await session.forward
      .local({ port: port >= 1024 ? port : 0 }, to)
      .catch((error) => {
        if (error.code !== "EADDRINUSE") throw error;
        return session.forward.local({ port: 0 }, to);
      });
    const label = `${forward.host}:${forward.port} → ${host}:${port} of ${authority}`;
    this.forwards.set(forward, label);
    forward.once("close", () => this.forwards.delete(forward));
    forward.on("failed", ({ message }) => {
      void vscode.window.showWarningMessage(`SSH: ${label}: ${message}`);
    });
    const open = "Open in Browser";
    void vscode.window.showInformationMessage(`SSH: ${label}`, open).then((choice) => {
      const uri = vscode.Uri.parse(`http://${forward.host}:${forward.port}/`);
      if (choice === open) void vscode.env.openExternal(uri);
    });
    return forward;
  }

  async stop() {
    const items = [...this.forwards].map(([forward, label]) => ({ label, forward }));
    const choice = await vscode.window.showQuickPick(items, { placeHolder: "Stop forwarding" });
    if (!choice) return;
    this.forwards.delete(choice.forward);
    await choice.forward.close();
  }
}

module.exports = { Ports };
