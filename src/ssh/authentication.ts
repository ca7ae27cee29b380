import type { AuthHandlerMiddleware, KeyboardInteractiveAuthMethod } from "ssh2";

/**
 * The attempts of one login (RFC 4252), in order, each only where it can succeed.
 *
 * With a password: `password`, and where the server doesn't have that, `keyboard-interactive`
 * (RFC 4256) with the password as the answer to what isn't echoed. Last, or without a password,
 * `none`, which a server without access control accepts.
 */
export class Authentication {
  /** The methods that were tried, in order; the last is the one that succeeded. */
  readonly tried: string[] = [];
  /** The methods that the server still offered when it last refused; undefined before that. */
  offered: string[] | undefined;
  readonly #username: string;
  readonly #password: string | undefined;

  constructor(username: string, password: string | undefined) {
    this.#username = username;
    this.#password = password;
  }

  /** ssh2's `authHandler`: called first with null, then with what the server offers. */
  readonly next: AuthHandlerMiddleware = (offered, partialSuccess, next) => {
    if (offered !== null) this.offered = offered;
    const username = this.#username;
    const password = this.#password;
    const method = this.#choose(partialSuccess ?? false);
    if (method === undefined) return next(false as never);
    this.tried.push(method);
    switch (method) {
      case "password":
        return next({ type: "password", username, password: password ?? "" });
      case "keyboard-interactive":
        return next({ type: "keyboard-interactive", username, prompt: this.#answer });
      case "none":
        return next({ type: "none", username });
    }
  };

  #choose(partialSuccess: boolean): "password" | "keyboard-interactive" | "none" | undefined {
    const untried = (method: string) => !this.tried.includes(method);
    // A further factor was asked for; the password has been its one.
    if (partialSuccess) return undefined;
    if (this.#password !== undefined) {
      if (untried("password")) return "password";
      const { offered = [] } = this;
      if (!offered.includes("password") && offered.includes("keyboard-interactive")) {
        if (untried("keyboard-interactive")) return "keyboard-interactive";
      }
    }
    return untried("none") ? "none" : undefined;
  }

  #answer: KeyboardInteractiveAuthMethod["prompt"] = (
    _name,
    _instructions,
    _lang,
    prompts,
    answer,
  ) => {
    answer(prompts.map((prompt) => (prompt.echo ? "" : (this.#password ?? ""))));
  };
}
