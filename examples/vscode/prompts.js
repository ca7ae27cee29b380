"use strict";

const vscode = require("vscode");

/**
 * Answers a login's questions with VS Code's own dialogs. Null, as after Escape, refuses.
 *
 * @param {string} authority
 * @returns {import("sshrpc").OnPrompt}
 */
function asker(authority) {
  return async (prompt, { signal }) => {
    if (prompt.kind === "host-key") return trusts(authority, prompt.hostKey);
    const cancellation = new vscode.CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    signal.addEventListener("abort", cancel);
    try {
      const { name, instruction } = { name: "", instruction: "", ...prompt };
      const answers = [];
      for (const { prompt: text, echo } of prompt.prompts) {
        const title = [authority, name].filter(Boolean).map(printable).join(": ");
        const options = {
          title,
          prompt: [instruction, text].filter(Boolean).map(printable).join(" "),
          password: !echo,
          ignoreFocusOut: true,
        };
        const answer = await vscode.window.showInputBox(options, cancellation.token);
        if (answer === undefined) return null;
        answers.push(answer);
      }
      return answers;
    } finally {
      signal.removeEventListener("abort", cancel);
      cancellation.dispose();
    }
  };
}

/**
 * @param {string} authority
 * @param {{ type: string, fingerprint: string, reason: string }} hostKey
 */
async function trusts(authority, { type, fingerprint, reason }) {
  const trust = "Trust It";
  const message =
    reason === "changed"
      ? `The host key of ${authority} has CHANGED. Somebody may be in the middle.`
      : `The host key of ${authority} is not known yet.`;
  const detail = `It is ${type} ${fingerprint}. Trust it only if the server's administrator says the same.`;
  return (
    (await vscode.window.showWarningMessage(message, { modal: true, detail }, trust)) === trust
  );
}

/**
 * What a server says, without what could pass for something else.
 *
 * @param {string | undefined} text
 */
function printable(text = "") {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
}

module.exports = { asker, printable };
