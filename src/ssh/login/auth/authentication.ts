import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import { defaultPrompts } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";
import { gatherIdentities } from "./identities.ts";
import type { Identities } from "./identities.ts";
import { SkipIdentity } from "./identity.ts";
import type { Identity, Skipped } from "./identity.ts";
import type { Account, Prompter } from "../prompts/prompter.ts";
import { fingerprint } from "../../support/public-key.ts";
import { hasChoice, schemeFor } from "./signature.ts";
import type { SignatureScheme } from "./signature.ts";
import type { Reply, UserAuth } from "../../ssh2/userauth.ts";

/** What OpenSSH's MaxAuthTries (sshd_config(5)) is unless it was changed. */
const maxFailures = 6;

/** More factors than any server asks for. */
const maxFactors = 6;

/** Why most logins fail. */
const refusedAll = "the server refused every authentication that could be tried";

/** What came of a method: the login, one factor of it, a refusal, or it wasn't tried at all. */
type Outcome = "success" | "partial" | "refused";

/**
 * One login (RFC 4252): `publickey`, then `password` with the password that was given, then
 * `keyboard-interactive` (RFC 4256), then `password` as the client answers; each only where the
 * server offers it, as far as that is known, and the configuration has it. `none`, which tells what is offered, is sent before
 * anything that asks the client, and last of all, for servers without access control.
 */
export class Authentication {
  /** The methods that were tried, in order. */
  readonly tried: string[] = [];
  /** The methods that succeeded, in order: one for each factor. */
  readonly succeeded: string[] = [];
  /** The methods that the server still offered when it last refused; undefined before that. */
  offered: readonly string[] | undefined;
  readonly #auth: UserAuth;
  readonly #account: Account;
  readonly #credentials: Credentials;
  readonly #prompter: Prompter;
  readonly #call: Call;
  readonly #skipped: Skipped[] = [];
  readonly #accepted = new Set<Identity>();
  readonly #gathering: Promise<Identities | undefined>;
  #identities: Identities | undefined;
  #failures = 0;
  #passwordTries = 0;
  #keyboardTries = 0;
  /** Whether the password that was given has been accepted, or refused. */
  #passwordUsed = false;
  #passwordAnswered = false;

  constructor(
    auth: UserAuth,
    login: { account: Account; credentials: Credentials; prompter: Prompter },
    call: Call,
  ) {
    this.#auth = auth;
    this.#account = login.account;
    this.#credentials = login.credentials;
    this.#prompter = login.prompter;
    this.#call = call;
    // During the key exchange, so that nothing is to be waited for then.
    this.#gathering = this.#isLeftOut("publickey")
      ? Promise.resolve(undefined)
      : gatherIdentities(login.credentials, login.prompter, call);
    this.#gathering.catch(() => {});
  }

  /** When requests may be sent. @throws {Failure} AuthenticationFailed, or the call's end */
  async run(): Promise<void> {
    this.#identities = await this.#gathering;
    if (this.#identities) this.#skipped.push(...this.#identities.skipped);
    while ((await this.#factor()) !== "success");
  }

  /** Gives up what the login needed, whatever state it is in. */
  close(): void {
    this.#gathering.then(
      (identities) => identities?.close(),
      () => {},
    );
  }

  /** @param message why, in one line */
  refused(message = refusedAll): Failure {
    const left = ["publickey", "password", "keyboard-interactive"].filter((method) =>
      this.#isLeftOut(method),
    );
    const why = left.length > 0 ? `; the configuration leaves out ${left.join(", ")}` : "";
    return new Failure("AuthenticationFailed", message + why, {
      methods: this.offered ?? [],
      tried: this.tried,
      skipped: this.#skipped,
    });
  }

  /** Gets one factor, whichever the server wants. @throws {Failure} AuthenticationFailed */
  async #factor(): Promise<Outcome> {
    for (const attempt of this.#attempts()) {
      const outcome = await attempt();
      if (outcome === "success" || outcome === "partial") return outcome;
    }
    throw this.refused();
  }

  /** What is attempted, in order: as the class says, or as the configuration does. */
  #attempts(): (() => Promise<Outcome>)[] {
    const publicKeys = () => this.#publicKeys();
    const given = () => this.#givenPassword();
    const probe = () => this.#probe();
    const questions = () => this.#keyboardInteractive();
    const asked = () => this.#askedPassword();
    const { preferred } = this.#credentials.methods ?? {};
    const byMethod: Readonly<Record<string, (() => Promise<Outcome>)[]>> = {
      publickey: [publicKeys],
      password: [given, probe, asked],
      "keyboard-interactive": [probe, questions],
    };
    const attempts = preferred?.flatMap((method) => byMethod[method] ?? []);
    return [...(attempts ?? [publicKeys, given, probe, questions, asked]), () => this.#none()];
  }

  /** How often a password is tried, or questions are answered. */
  get #maxTries(): number {
    return this.#credentials.prompts ?? defaultPrompts;
  }

  /** Whether the configuration has no place for a method. */
  #isLeftOut(method: string): boolean {
    const { preferred, off } = this.#credentials.methods ?? {};
    return off?.includes(method) === true || preferred?.includes(method) === false;
  }

  /** RFC 4252 §7. */
  async #publicKeys(): Promise<Outcome> {
    for (const identity of this.#identities?.all ?? []) {
      if (this.#accepted.has(identity)) continue;
      if (!this.#allows("publickey")) {
        if (this.#failures >= maxFailures) {
          this.#skip(identity, `not tried: ${maxFailures} attempts had failed`);
        }
        continue;
      }
      try {
        const outcome = await this.#publicKey(identity);
        if (outcome !== "refused") {
          this.#accepted.add(identity);
          return outcome;
        }
      } catch (error) {
        if (!(error instanceof SkipIdentity)) throw error;
        this.#skip(identity, error.message);
      }
    }
    return "refused";
  }

  async #publicKey(identity: Identity): Promise<Outcome> {
    const { type, blob } = await identity.publicKey();
    const scheme = await this.#scheme(type, blob);
    if (this.#isAskedAbout(identity)) {
      const reply = await this.#send(
        "publickey",
        this.#auth.publicKeyQuery(scheme.algorithm, blob),
      );
      if (reply.type !== "keyOk") return this.#outcome("publickey", reply);
    } else this.tried.push("publickey");
    const sign = (data: Buffer) => identity.sign(data, scheme.signature);
    const reply = await this.#call.race(this.#auth.publicKey(scheme.algorithm, blob, sign));
    return this.#outcome("publickey", reply);
  }

  /**
   * Nobody is bothered for a key that the server doesn't want, nor a choice of keys gone through with
   * signatures. With any other key the question would only cost a round trip.
   */
  #isAskedAbout(identity: Identity): boolean {
    if (identity.signing === "free") return false;
    return identity.signing === "attended" || identity !== this.#identities?.chosen;
  }

  /** @throws {SkipIdentity} */
  async #scheme(type: string, blob: Buffer): Promise<SignatureScheme> {
    const serverSigAlgs = hasChoice(type)
      ? await this.#call.race(this.#auth.serverSigAlgs())
      : undefined;
    const scheme = schemeFor(type, serverSigAlgs);
    if (scheme) return scheme;
    throw new SkipIdentity(
      serverSigAlgs && schemeFor(type, undefined)
        ? `the server takes RSA with SHA-1 only (${fingerprint(blob)})`
        : `${type || "malformed"} keys are not supported (${fingerprint(blob)})`,
    );
  }

  /** RFC 4252 §8. */
  async #givenPassword(): Promise<Outcome> {
    const { password } = this.#credentials;
    if (password === undefined || this.#passwordUsed || !this.#allows("password")) return "refused";
    const outcome = await this.#password(password);
    // What isn't offered says nothing of the password: a later factor may want it.
    this.#passwordUsed = outcome !== "refused" || this.#offers("password");
    return outcome;
  }

  async #askedPassword(): Promise<Outcome> {
    const { host, username } = this.#account;
    while (
      this.#prompter.canAsk &&
      this.#passwordTries < this.#maxTries &&
      !this.succeeded.includes("password") &&
      this.#allows("password")
    ) {
      const prompt = `${username}@${host}'s password: `;
      const answer = await this.#prompter.secret("password", prompt);
      if (answer === undefined) throw this.#unanswered();
      const outcome = await this.#password(answer);
      if (outcome !== "refused") return outcome;
    }
    return "refused";
  }

  async #password(password: string): Promise<Outcome> {
    this.#passwordTries += 1;
    const reply = await this.#send("password", this.#auth.password(password));
    return this.#outcome("password", reply);
  }

  /** RFC 4256. */
  async #keyboardInteractive(): Promise<Outcome> {
    while (this.#canAnswer && this.#allows("keyboard-interactive")) {
      this.#keyboardTries += 1;
      let reply = await this.#send("keyboard-interactive", this.#auth.keyboardInteractive());
      while (reply.type === "infoRequest") {
        const answers = await this.#answers(reply);
        if (!answers) throw this.#unanswered();
        reply = await this.#call.race(this.#auth.infoResponse(answers));
      }
      const outcome = this.#outcome("keyboard-interactive", reply);
      if (outcome !== "refused") return outcome;
    }
    return "refused";
  }

  /** Without a client to ask, the password is tried once, unless it was refused already. */
  get #canAnswer(): boolean {
    if (this.succeeded.includes("keyboard-interactive")) return false;
    if (this.#prompter.canAsk) return this.#keyboardTries < this.#maxTries;
    const { password } = this.#credentials;
    const refused = this.#passwordUsed && !this.succeeded.includes("password");
    return password !== undefined && !refused && this.#keyboardTries === 0;
  }

  /**
   * The client answers, where it can be asked; a password that was given answers the first question
   * for it, if that stands alone and isn't echoed. Else the password answers all that isn't echoed.
   */
  async #answers({ name, instruction, prompts }: Extract<Reply, { type: "infoRequest" }>) {
    if (prompts.length === 0) return [];
    const { password } = this.#credentials;
    if (!this.#prompter.canAsk) return prompts.map(({ echo }) => (echo ? "" : (password ?? "")));
    const lone = prompts.length === 1 && prompts[0]?.echo === false;
    if (password !== undefined && lone && !this.#passwordUsed && !this.#passwordAnswered) {
      this.#passwordAnswered = true;
      return [password];
    }
    return this.#prompter.answers("keyboard-interactive", prompts, { name, instruction });
  }

  /** What is offered, before the client is bothered. */
  async #probe(): Promise<Outcome> {
    const needed = this.#prompter.canAsk && this.offered === undefined;
    return needed ? this.#none() : "refused";
  }

  /** RFC 4252 §5.2. */
  async #none(): Promise<Outcome> {
    const hopeless = this.tried.includes("none") || this.succeeded.length > 0;
    if (hopeless || this.#failures >= maxFailures) return "refused";
    return this.#outcome("none", await this.#send("none", this.#auth.none()));
  }

  #send(method: string, reply: Promise<Reply>): Promise<Reply> {
    this.tried.push(method);
    return this.#call.race(reply);
  }

  /** @throws {Failure} AuthenticationFailed where there is no point in going on */
  #outcome(method: string, reply: Reply): Outcome {
    switch (reply.type) {
      case "success":
        this.succeeded.push(method);
        return "success";
      case "failure":
        this.offered = reply.methods;
        if (!reply.partialSuccess) {
          this.#failures += 1;
          return "refused";
        }
        this.succeeded.push(method);
        if (this.succeeded.length < maxFactors) return "partial";
        throw this.refused("the server wants ever more factors");
      case "passwordChange":
        throw this.refused("the password has expired");
      default:
        throw this.refused("the server broke the authentication protocol");
    }
  }

  #offers(method: string): boolean {
    return this.offered === undefined || this.offered.includes(method);
  }

  /** Whether a method may be tried now. */
  #allows(method: string): boolean {
    return this.#failures < maxFailures && this.#offers(method) && !this.#isLeftOut(method);
  }

  #skip({ path }: Identity, reason: string): void {
    if (this.#skipped.some((each) => each.path === path && each.reason === reason)) return;
    this.#skipped.push({ path, reason });
  }

  /** A client that has nobody to ask answers so, too. */
  #unanswered(): Failure {
    return this.refused(`${refusedAll}; a prompt got no answer`);
  }
}
