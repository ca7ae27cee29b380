import type { Call } from "../../support/call.ts";
import { gatherIdentities } from "./identities.ts";
import type { Identities } from "./identities.ts";
import { Passwords } from "./passwords.ts";
import { LoginProgress, maxFailures } from "./progress.ts";
import type { Login, Outcome } from "./progress.ts";
import { PublicKeys } from "./public-keys.ts";
import type { UserAuth } from "../../ssh2/userauth.ts";

/**
 * One login (RFC 4252): `publickey`, then `password` with the password that was given, then
 * `keyboard-interactive` (RFC 4256), then `password` as the client answers; each only where the
 * server offers it, as far as that is known, and the configuration has it. What the call names comes
 * before keys that are there only because the agent has them. `none`, which tells what is offered, is
 * sent before anything that asks the client, and last of all, for servers without access control.
 */
export class Authentication {
  readonly progress: LoginProgress;
  readonly #auth: UserAuth;
  readonly #login: Login;
  readonly #keys: PublicKeys;
  readonly #passwords: Passwords;
  readonly #gathering: Promise<Identities | undefined>;

  constructor(auth: UserAuth, login: Login, call: Call) {
    this.progress = new LoginProgress(login, call);
    this.#auth = auth;
    this.#login = login;
    this.#keys = new PublicKeys(auth, login, this.progress, call);
    this.#passwords = new Passwords(auth, login, this.progress, call);
    // Started during the key exchange, so that the login needn't wait for it.
    this.#gathering = this.progress.isLeftOut("publickey")
      ? Promise.resolve(undefined)
      : gatherIdentities(login.credentials, login.prompter, call);
    this.#gathering.catch(() => {});
  }

  /** Logs in; to be called once requests may be sent. @throws {Failure} AuthenticationFailed, or the call's end */
  async run(): Promise<void> {
    this.progress.gathered(await this.#gathering);
    while ((await this.#factor()) !== "success");
  }

  /** Gives up what the login needed, whatever state it is in. */
  close(): void {
    this.#gathering.then(
      (identities) => identities?.close(),
      () => {},
    );
  }

  /** Gets one factor, whichever the server wants. @throws {Failure} AuthenticationFailed */
  async #factor(): Promise<Outcome> {
    for (const attempt of this.#attempts()) {
      const outcome = await attempt();
      if (outcome === "success" || outcome === "partial") return outcome;
    }
    await this.#keys.explainSha1();
    throw this.progress.refused();
  }

  /** What is attempted, in order: as the class says, or as the configuration does. */
  #attempts(): (() => Promise<Outcome>)[] {
    const named = () => this.#keys.attempt(({ others }, identity) => !others.has(identity));
    const others = () => this.#keys.attempt(({ others: all }, identity) => all.has(identity));
    const given = () => this.#passwords.given();
    const probe = () => this.#probe();
    const questions = () => this.#passwords.keyboardInteractive();
    const asked = () => this.#passwords.asked();
    const { preferred } = this.#login.credentials.methods ?? {};
    const byMethod: Readonly<Record<string, (() => Promise<Outcome>)[]>> = {
      publickey: [named, others],
      password: [given, probe, asked],
      "keyboard-interactive": [probe, questions],
    };
    const attempts = preferred?.flatMap((method) => byMethod[method] ?? []);
    // If there is nobody to ask, the call's password answers the questions.
    const byPassword = this.#login.prompter.canAsk ? [given] : [given, questions];
    return [
      ...(attempts ?? [named, ...byPassword, others, probe, questions, asked]),
      () => this.#none(),
    ];
  }

  /** Finds out what the server offers, before the client is asked anything. */
  async #probe(): Promise<Outcome> {
    const needed = this.#login.prompter.canAsk && this.progress.offered === undefined;
    return needed ? this.#none() : "refused";
  }

  /** RFC 4252 §5.2. */
  async #none(): Promise<Outcome> {
    const hopeless = this.progress.tried.includes("none") || this.progress.succeeded.length > 0;
    if (hopeless || this.progress.failures >= maxFailures) return "refused";
    return this.progress.outcome("none", await this.progress.send("none", this.#auth.none()));
  }
}
