"use strict";

/** A minimal extension: one command, which asks for a server and a command and shows the output. */
const vscode = require("vscode");
const { Daemon, parseAddress } = require("./daemon.js");

/** The daemon, from the first command on. */
let daemon;

/** @param {vscode.ExtensionContext} context */
function activate(context) {
  const output = vscode.window.createOutputChannel("SSH");
  const run = vscode.commands.registerCommand("sshrpcExample.run", () => runCommand(output));
  context.subscriptions.push(output, run);
}

/** VS Code waits for what this returns, a little; the daemon ends with the extension host anyway. */
function deactivate() {
  return daemon?.dispose();
}

/** @param {vscode.OutputChannel} output */
async function runCommand(output) {
  const address = await vscode.window.showInputBox({ prompt: "Server", placeHolder: "user@host" });
  const command = address && (await vscode.window.showInputBox({ prompt: "Command" }));
  if (!command) return;
  output.show(true);
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `${address}: ${command}`,
    cancellable: true,
  };
  try {
    await vscode.window.withProgress(options, async (_progress, token) => {
      const { session } = await sharedDaemon().request(
        "ssh.new",
        { ...parseAddress(address), hostKeyPolicy: "ask" },
        token,
      );
      try {
        const print = (text) => output.append(text);
        const { exitCode, exitSignal } = await daemon.run(session, command, print, token);
        output.appendLine(`[${exitSignal ?? exitCode}]`);
      } finally {
        await daemon.request("session.free", { session });
      }
    });
  } catch (error) {
    // The kind is stable; the message is for people.
    if (error.data?.kind === "Cancelled") output.appendLine("[cancelled]");
    else void vscode.window.showErrorMessage(error.message);
  }
}

/** One daemon for all; one that has ended is started anew by the next command. */
function sharedDaemon() {
  if (daemon) return daemon;
  const started = new Daemon({ onPrompt: answer, onLog: (text) => console.error(text) });
  daemon = started;
  void started.ended.then(() => {
    if (daemon === started) daemon = undefined;
  });
  return started;
}

/** Answers the daemon's questions; null, as after Escape, is a refusal. */
async function answer({ kind, host, username, prompts, hostKey }, token) {
  if (kind === "host-key") {
    const trust = "Trust It";
    const question =
      hostKey.reason === "changed"
        ? `The host key of ${host} has CHANGED; this may be an attack. The new one is ${hostKey.fingerprint}.`
        : `${host} is not known. Its key is ${hostKey.fingerprint}.`;
    const choice = await vscode.window.showWarningMessage(question, { modal: true }, trust);
    return { accept: choice === trust };
  }
  const answers = [];
  for (const { prompt, echo } of prompts) {
    const options = { title: `${username}@${host}`, prompt, password: !echo, ignoreFocusOut: true };
    const text = await vscode.window.showInputBox(options, token);
    if (text === undefined) return null;
    answers.push(text);
  }
  return { answers };
}

module.exports = { activate, deactivate };
