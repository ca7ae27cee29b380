import type { Call } from "../../support/call.ts";
import { defaultPrompts } from "./credentials.ts";
import { asksForPassword } from "./password-question.ts";
import type { Login, LoginProgress, Outcome } from "./progress.ts";
import type { Prompt, Reply, UserAuth } from "../../ssh2/userauth.ts";

/** Questions that one login answers, those without a prompt included (RFC 4256 §3.4). */
const maxRounds = 32;

/**
 * The methods of one login that need words of the user's, `password` (RFC 4252 §8) and
 * `keyboard-interactive` (RFC 4256): from the call, which serve once, or from the client as it is asked.
 */
export class Passwords {
  readonly #auth: UserAuth;
  readonly #login: Login;
  readonly #progress: LoginProgress;
  readonly #call: Call;
  #passwordTries = 0;
  #keyboardTries = 0;
  /** Whether the password that was given has been accepted, or refused. */
  #passwordUsed = false;
  #passwordAnswered = false;
  #rounds = 0;

  constructor(auth: UserAuth, login: Login, progress: LoginProgress, call: Call) {
    this.#auth = auth;
    this.#login = login;
    this.#progress = progress;
    this.#call = call;
  }

  /** The password of the call. */
  async given(): Promise<Outcome> {
    const { password } = this.#login.credentials;
    if (password === undefined || this.#passwordUsed) return "refused";
    if (!this.#progress.allows("password")) return "refused";
    const outcome = await this.#password(password);
    // If the method wasn't offered, the refusal isn't about the password: a later factor may need it.
    this.#passwordUsed = outcome !== "refused" || this.#progress.offers("password");
    return outcome;
  }

  /** A password that the client is asked for, as often as the configuration says. */
  async asked(): Promise<Outcome> {
    const { host, username } = this.#login.account;
    while (
      this.#login.prompter.canAsk &&
      this.#passwordTries < this.#maxTries &&
      !this.#progress.succeeded.includes("password") &&
      this.#progress.allows("password")
    ) {
      const prompt = `${username}@${host}'s password: `;
      const answer = await this.#login.prompter.secret("password", prompt);
      if (answer === undefined) {
        this.#progress.unansweredQuestion = prompt;
        throw this.#progress.refused();
      }
      const outcome = await this.#password(answer);
      if (outcome !== "refused") return outcome;
    }
    return "refused";
  }

  async keyboardInteractive(): Promise<Outcome> {
    while (this.#canAnswer && this.#progress.allows("keyboard-interactive")) {
      this.#keyboardTries += 1;
      let reply = await this.#progress.send(
        "keyboard-interactive",
        this.#auth.keyboardInteractive(),
      );
      while (reply.type === "infoRequest") {
        this.#rounds += 1;
        if (this.#rounds > maxRounds) {
          throw this.#progress.refused("the server asks ever more questions");
        }
        const answers = await this.#answers(reply);
        if (!answers) {
          if (this.#login.prompter.canAsk) throw this.#progress.refused();
          // The next request, whichever, cancels these questions (RFC 4256 §3.1).
          return "refused";
        }
        reply = await this.#call.race(this.#auth.infoResponse(answers));
      }
      const outcome = this.#progress.outcome(
        "keyboard-interactive",
        reply,
        "the answers to its questions",
      );
      if (outcome !== "refused") return outcome;
    }
    return "refused";
  }

  async #password(password: string): Promise<Outcome> {
    this.#passwordTries += 1;
    const reply = await this.#progress.send("password", this.#auth.password(password));
    return this.#progress.outcome("password", reply, "the password");
  }

  /** Whether the client can be asked, or the call's password hasn't been tried yet. */
  get #canAnswer(): boolean {
    if (this.#progress.succeeded.includes("keyboard-interactive")) return false;
    if (this.#login.prompter.canAsk) return this.#keyboardTries < this.#maxTries;
    const { password } = this.#login.credentials;
    const refused = this.#passwordUsed && !this.#progress.succeeded.includes("password");
    return password !== undefined && !refused && this.#keyboardTries === 0;
  }

  /**
   * The answers to a set of prompts. The call's password answers, once, a single prompt that asks for a
   * password. Other prompts are the client's to answer; if it can't be asked, the password also answers
   * among prompts that are echoed, which get an empty answer.
   */
  async #answers({ name, instruction, prompts }: Extract<Reply, { type: "infoRequest" }>) {
    if (prompts.length === 0) return [];
    const { password } = this.#login.credentials;
    const { canAsk } = this.#login.prompter;
    const isHidden = (each: Prompt) => canAsk || !each.echo;
    const [first, ...others] = prompts.filter(isHidden);
    const isOwn = first !== undefined && others.length === 0 && asksForPassword(first);
    const unused = !this.#passwordAnswered && !(canAsk && this.#passwordUsed);
    if (isOwn && unused && password !== undefined) {
      this.#passwordAnswered = true;
      return prompts.map((each) => (each === first ? password : ""));
    }
    const answers = await this.#login.prompter.answers("keyboard-interactive", prompts, {
      name,
      instruction,
    });
    if (!answers) {
      const asked = prompts.find((each) => !asksForPassword(each)) ?? prompts[0];
      this.#progress.unansweredQuestion ??= asked?.prompt.trim() || instruction || name;
    }
    return answers;
  }

  /** How often a password is tried, or questions are answered. */
  get #maxTries(): number {
    return this.#login.credentials.prompts ?? defaultPrompts;
  }
}
