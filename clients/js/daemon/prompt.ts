import type { ClientPromptParams } from "../rpc/contract.ts";

/** A question without what only the wire needs. */
type Shown<T> = T extends unknown ? Omit<T, "token"> : never;

/**
 * A question that a login raises, by its `kind`: `"password"`, `"keyboard-interactive"`,
 * `"passphrase"` or `"host-key"`. What the server says (`name`, `instruction`, `prompts`) is
 * untrusted: remove control characters before you show it on a terminal.
 */
export type Prompt = Shown<ClientPromptParams>;

/**
 * A line for each of its `prompts` (a string alone where there is one), true or false for a host
 * key; null or undefined to refuse.
 */
export type Answer = string | readonly string[] | boolean | null | undefined;

/**
 * Asked what the login wants to know. What it throws is what `connect` rejects with.
 *
 * @param options.signal is aborted when the answer isn't waited for any more
 */
export type OnPrompt = (
  prompt: Prompt,
  options: { signal: AbortSignal },
) => Answer | Promise<Answer>;

/** The result of a `client/prompt`. */
export function answerTo({ kind, prompts }: Prompt, answer: Answer): object | null {
  if (answer === null || answer === undefined) return null;
  if (kind === "host-key") {
    if (typeof answer === "boolean") return { accept: answer };
    throw new TypeError("onPrompt must answer true, false or null about a host key");
  }
  const answers = typeof answer === "string" ? [answer] : answer;
  if (!Array.isArray(answers) || answers.some((each) => typeof each !== "string")) {
    throw new TypeError(`onPrompt must answer with text to a prompt of the kind ${kind}`);
  }
  if (answers.length !== prompts.length) {
    throw new TypeError(`onPrompt gave ${answers.length} answers to ${prompts.length} prompts`);
  }
  return { answers };
}
