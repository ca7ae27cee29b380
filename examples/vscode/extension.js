"use strict";

const vscode = require("vscode");
const { Cancelled } = require("sshrpc");
const { parseAddress } = require("./address.js");
const { Connections } = require("./connections.js");
const { RemoteFileSystem } = require("./file-system.js");
const { Ports } = require("./ports.js");
const { RemoteTerminal } = require("./terminal.js");
const { download, upload } = require("./transfers.js");

/** @type {InstanceType<typeof Connections> | undefined} */
let connections;

/** @param {vscode.ExtensionContext} context */
function activate({ subscriptions }) {
  const open = new Connections();
  connections = open;
  const files = new RemoteFileSystem(open);
  const ports = new Ports();
  const output = vscode.window.createOutputChannel("SSH");
  const provider = vscode.workspace.registerFileSystemProvider("sshrpc", files, {
    isCaseSensitive: true,
  });
  subscriptions.push(files, output, provider);
  /** @type {Record<string, (uri: vscode.Uri) => Promise<unknown>>} */
  const commands = {
    openFolder: () => withHost(open, (host) => openFolder(open, host)),
    terminal: () =>
      withHost(open, async (host) => {
        const pty = new RemoteTerminal(open, host);
        vscode.window.createTerminal({ name: host, pty }).show();
      }),
    run: () => withHost(open, (host) => runCommand(open, host, output)),
    forwardPort: () =>
      withHost(open, async (host) => {
        const prompt = "Port of the server, or host:port as the server sees it";
        const target = await vscode.window.showInputBox({ prompt });
        if (target) await ports.open(await open.get(host), host, target);
      }),
    stopForward: () => ports.stop(),
    download: async (uri) => download(await open.get(uri.authority), uri),
    upload: async (uri) => upload(await open.get(uri.authority), uri),
    disconnect: async () => {
      const host = await vscode.window.showQuickPick(open.authorities());
      if (host) await open.close(host);
    },
  };
  for (const [name, run] of Object.entries(commands)) {
    const shown = (/** @type {vscode.Uri} */ uri) => run(uri).catch(show);
    subscriptions.push(vscode.commands.registerCommand(`sshrpc.${name}`, shown));
  }
}

/** VS Code waits for what this returns, a little; the daemon ends with the extension host anyway. */
function deactivate() {
  return connections?.dispose();
}

/** @param {unknown} error */
function show(error) {
  // Whoever cancelled it knows.
  if (error instanceof Cancelled) return;
  const message = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(`SSH: ${message}`);
}

/**
 * @param {InstanceType<typeof Connections>} open
 * @param {(host: string) => Promise<unknown>} act
 */
async function withHost(open, act) {
  const value = open.authorities()[0];
  const prompt = "Server: user@host:port, or a host of your ssh_config";
  const host = (await vscode.window.showInputBox({ prompt, ...(value && { value }) }))?.trim();
  if (!host) return;
  parseAddress(host);
  await act(host);
}

/**
 * @param {InstanceType<typeof Connections>} open
 * @param {string} host
 */
async function openFolder(open, host) {
  const { fs } = await open.get(host);
  const home = await fs.realpath("~");
  const path = await vscode.window.showInputBox({ prompt: "Folder", value: home });
  if (!path) return;
  const uri = vscode.Uri.from({ scheme: "sshrpc", authority: host, path: await fs.realpath(path) });
  await vscode.commands.executeCommand("vscode.openFolder", uri);
}

/**
 * @param {InstanceType<typeof Connections>} open
 * @param {string} host
 * @param {vscode.OutputChannel} output
 */
async function runCommand(open, host, output) {
  const command = await vscode.window.showInputBox({ prompt: "Command" });
  if (!command) return;
  const session = await open.get(host);
  output.show(true);
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `${host}: ${command}`,
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (_progress, token) => {
    const aborter = new AbortController();
    token.onCancellationRequested(() => aborter.abort());
    const child = session.spawn(command, {
      input: "",
      reject: false,
      signal: aborter.signal,
    });
    try {
      // One that nobody reads would hold the command up.
      await Promise.all(
        [child.stdout, child.stderr].map(async (stream) => {
          for await (const text of stream.setEncoding("utf8")) output.append(text);
        }),
      );
      const { exitCode, exitSignal } = await child.wait();
      output.appendLine(`[${exitSignal ?? exitCode}]`);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      output.appendLine("[cancelled]");
    }
  });
}

module.exports = { activate, deactivate };
