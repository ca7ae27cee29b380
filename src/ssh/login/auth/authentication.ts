import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import { printable } from "../../../codecs/text/printable.ts";
import { defaultPrompts, keySources } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";
import { gatherIdentities } from "./identities.ts";
import type { Identities } from "./identities.ts";
import { SkipIdentity } from "./identity.ts";
import { asksForPassword } from "./password-question.ts";
import { refusalMessage } from "./refusal.ts";
import type { Identity, Skipped } from "./identity.ts";
import type { Account, Prompter } from "../prompts/prompter.ts";
import type { PublicKey } from "../../support/public-key.ts";
import { hasChoice, schemesFor, sha1AlgorithmOf } from "./signature.ts";
import type { SignatureScheme } from "./signature.ts";
import { keyFingerprint, refusedKey } from "./user-certificate.ts";
import type { Prompt, Reply, UserAuth } from "../../ssh2/userauth.ts";

/** What OpenSSH's MaxAuthTries (sshd_config(5)) is unless it was changed. */
const maxFailures = 6;

/** Factors (RFC 4252, partial success) after which the login is given up; no server asks for as many. */
const maxFactors = 6;

/** Questions that one login answers, those without a prompt included (RFC 4256 §3.4). */
const maxRounds = 32;

/** RSA keys for which the server is asked, at the end, whether it takes them with SHA-1 signatures only. */
const maxSha1Queries = 2;

/** What came of a method: the login, one factor of it, a refusal, or it wasn't tried at all. */
type Outcome = "success" | "partial" | "refused";

/**
 * One login (RFC 4252): `publickey`, then `password` with the password that was given, then
 * `keyboard-interactive` (RFC 4256), then `password` as the client answers; each only where the
 * server offers it, as far as that is known, and the configuration has it. What the call names comes
 * before keys that are there only because the agent has them. `none`, which tells what is offered, is
 * sent before anything that asks the client, and last of all, for servers without access control.
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
  #rounds = 0;
  /** What the server has refused, as the user knows it. */
  readonly #refusals: string[] = [];
  /** RSA keys that the server has refused with SHA-2. */
  readonly #refusedRsa: { identity: Identity; algorithm: string; key: PublicKey }[] = [];
  /** The first question of the server's that nobody has answered. */
  #unansweredQuestion: string | undefined;

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
    // Started during the key exchange, so that the login needn't wait for it.
    this.#gathering = this.#isLeftOut("publickey")
      ? Promise.resolve(undefined)
      : gatherIdentities(login.credentials, login.prompter, call);
    this.#gathering.catch(() => {});
  }

  /** Logs in; to be called once requests may be sent. @throws {Failure} AuthenticationFailed, or the call's end */
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

  /** @param cause what ended the login, where all that could be tried hasn't been refused */
  refused(cause?: string): Failure {
    const { offered, succeeded } = this;
    const [refusals, skipped, lacking] = [this.#refusals, this.#skipped, this.#lacking(cause)];
    const message = refusalMessage(this.#account, {
      cause,
      offered,
      succeeded,
      refusals,
      skipped,
      lacking,
    });
    return new Failure("AuthenticationFailed", message, {
      methods: this.offered ?? [],
      tried: this.tried,
      skipped: this.#skipped,
    });
  }

  /** Why methods weren't tried, as far as that is known. */
  #lacking(cause: string | undefined): string[] {
    const why: string[] = [];
    const { password } = this.#credentials;
    const nobody = "and there is nobody to ask";
    const left = ["publickey", "password", "keyboard-interactive"].filter((method) =>
      this.#isLeftOut(method),
    );
    if (left.length > 0) why.push(`the configuration leaves out ${left.join(", ")}`);
    if (this.#identities && this.#identities.all.length === 0 && this.#offers("publickey")) {
      why.push(lackOfKeys(this.#credentials));
    }
    if (this.#unansweredQuestion !== undefined) {
      const asked = JSON.stringify(printable(this.#unansweredQuestion, 100));
      const who = this.#prompter.canAsk ? "and the client gave no answer" : nobody;
      why.push(`the server asks ${asked}, ${who}`);
    } else if (password === undefined && !this.#prompter.canAsk) {
      const asks = ["password", "keyboard-interactive"].some(
        (method) => this.offered?.includes(method) === true && !this.#isLeftOut(method),
      );
      if (asks) why.push(`no password was given, ${nobody}`);
    }
    return cause === undefined &&
      why.length === 0 &&
      this.#refusals.length + this.#skipped.length === 0
      ? ["there was nothing to try"]
      : why;
  }

  /** Gets one factor, whichever the server wants. @throws {Failure} AuthenticationFailed */
  async #factor(): Promise<Outcome> {
    for (const attempt of this.#attempts()) {
      const outcome = await attempt();
      if (outcome === "success" || outcome === "partial") return outcome;
    }
    await this.#explainSha1();
    throw this.refused();
  }

  /** What is attempted, in order: as the class says, or as the configuration does. */
  #attempts(): (() => Promise<Outcome>)[] {
    const named = () => this.#publicKeys(({ others }, identity) => !others.has(identity));
    const others = () => this.#publicKeys(({ others: all }, identity) => all.has(identity));
    const given = () => this.#givenPassword();
    const probe = () => this.#probe();
    const questions = () => this.#keyboardInteractive();
    const asked = () => this.#askedPassword();
    const { preferred } = this.#credentials.methods ?? {};
    const byMethod: Readonly<Record<string, (() => Promise<Outcome>)[]>> = {
      publickey: [named, others],
      password: [given, probe, asked],
      "keyboard-interactive": [probe, questions],
    };
    const attempts = preferred?.flatMap((method) => byMethod[method] ?? []);
    // If there is nobody to ask, the call's password answers the questions.
    const byPassword = this.#prompter.canAsk ? [given] : [given, questions];
    return [
      ...(attempts ?? [named, ...byPassword, others, probe, questions, asked]),
      () => this.#none(),
    ];
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
  async #publicKeys(
    includes: (identities: Identities, identity: Identity) => boolean,
  ): Promise<Outcome> {
    const identities = this.#identities;
    for (const identity of identities?.all ?? []) {
      if (this.#accepted.has(identity)) continue;
      if (!identities || !includes(identities, identity)) continue;
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
    const schemes = await this.#schemes(type, blob);
    for (const scheme of schemes) {
      if (!this.#allows("publickey")) return "refused";
      const outcome = await this.#signed(identity, scheme, { type, blob });
      if (outcome !== "refused") return outcome;
    }
    const algorithm = sha1AlgorithmOf(type);
    if (algorithm !== undefined && schemes.every((each) => each.algorithm !== algorithm)) {
      this.#refusedRsa.push({ identity, algorithm, key: { type, blob } });
    }
    return "refused";
  }

  async #signed(
    identity: Identity,
    scheme: SignatureScheme,
    { type, blob }: PublicKey,
  ): Promise<Outcome> {
    const { username } = this.#account;
    const what = refusedKey(identity.path, { type, blob }, username, Date.now() / 1000);
    if (this.#isAskedAbout(identity)) {
      const reply = await this.#send(
        "publickey",
        this.#auth.publicKeyQuery(scheme.algorithm, blob),
      );
      if (reply.type !== "keyOk") return this.#outcome("publickey", reply, what);
    } else this.tried.push("publickey");
    const sign = (data: Buffer) => identity.sign(data, scheme.signature);
    const reply = await this.#call.race(this.#auth.publicKey(scheme.algorithm, blob, sign));
    return this.#outcome("publickey", reply, what);
  }

  /**
   * Asks, before the login is given up, whether the server takes a refused RSA key with SHA-1: an old
   * server refuses SHA-2 and doesn't say why. The question (RFC 4252 §7) has no signature in it.
   */
  async #explainSha1(): Promise<void> {
    for (const { identity, algorithm, key } of this.#refusedRsa.splice(0, maxSha1Queries)) {
      if (!this.#allows("publickey")) return;
      const reply = await this.#call.race(this.#auth.publicKeyQuery(algorithm, key.blob));
      if (reply.type === "keyOk") this.#skip(identity, sha1Only(key));
      else if (reply.type !== "failure") return;
      else this.#failures += 1;
    }
  }

  /**
   * Whether the server is first asked if it would take the key: where a signature needs a person; or
   * takes time, and the key is one of several. Else the question would only cost a round trip.
   */
  #isAskedAbout(identity: Identity): boolean {
    if (identity.signing === "free") return false;
    return identity.signing === "attended" || identity !== this.#identities?.chosen;
  }

  /** @throws {SkipIdentity} */
  async #schemes(type: string, blob: Buffer): Promise<SignatureScheme[]> {
    const { publicKeyAlgorithms } = this.#credentials;
    const serverSigAlgs = hasChoice(type)
      ? await this.#call.race(this.#auth.serverSigAlgs())
      : undefined;
    const schemes = schemesFor(type, serverSigAlgs, publicKeyAlgorithms);
    if (schemes.length > 0) return schemes;
    if (serverSigAlgs && schemesFor(type, undefined, publicKeyAlgorithms).length > 0) {
      throw new SkipIdentity(sha1Only({ type, blob }));
    }
    throw new SkipIdentity(
      publicKeyAlgorithms && schemesFor(type, undefined).length > 0
        ? `${type} is not among the public key algorithms that are allowed (${keyFingerprint({ type, blob })})`
        : `${type || "malformed"} keys are not supported (${keyFingerprint({ type, blob })})`,
    );
  }

  /** RFC 4252 §8. */
  async #givenPassword(): Promise<Outcome> {
    const { password } = this.#credentials;
    if (password === undefined || this.#passwordUsed || !this.#allows("password")) return "refused";
    const outcome = await this.#password(password);
    // If the method wasn't offered, the refusal isn't about the password: a later factor may need it.
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
      if (answer === undefined) {
        this.#unansweredQuestion = prompt;
        throw this.refused();
      }
      const outcome = await this.#password(answer);
      if (outcome !== "refused") return outcome;
    }
    return "refused";
  }

  async #password(password: string): Promise<Outcome> {
    this.#passwordTries += 1;
    const reply = await this.#send("password", this.#auth.password(password));
    return this.#outcome("password", reply, "the password");
  }

  /** RFC 4256. */
  async #keyboardInteractive(): Promise<Outcome> {
    while (this.#canAnswer && this.#allows("keyboard-interactive")) {
      this.#keyboardTries += 1;
      let reply = await this.#send("keyboard-interactive", this.#auth.keyboardInteractive());
      while (reply.type === "infoRequest") {
        if (++this.#rounds > maxRounds) throw this.refused("the server asks ever more questions");
        const answers = await this.#answers(reply);
        if (!answers) {
          if (this.#prompter.canAsk) throw this.refused();
          // The next request, whichever, cancels these questions (RFC 4256 §3.1).
          return "refused";
        }
        reply = await this.#call.race(this.#auth.infoResponse(answers));
      }
      const outcome = this.#outcome("keyboard-interactive", reply, "the answers to its questions");
      if (outcome !== "refused") return outcome;
    }
    return "refused";
  }

  /** Whether the client can be asked, or the call's password hasn't been tried yet. */
  get #canAnswer(): boolean {
    if (this.succeeded.includes("keyboard-interactive")) return false;
    if (this.#prompter.canAsk) return this.#keyboardTries < this.#maxTries;
    const { password } = this.#credentials;
    const refused = this.#passwordUsed && !this.succeeded.includes("password");
    return password !== undefined && !refused && this.#keyboardTries === 0;
  }

  /**
   * The answers to a set of prompts. The call's password answers, once, a single prompt that asks for a
   * password. Other prompts are the client's to answer; if it can't be asked, the password also answers
   * among prompts that are echoed, which get an empty answer.
   */
  async #answers({ name, instruction, prompts }: Extract<Reply, { type: "infoRequest" }>) {
    if (prompts.length === 0) return [];
    const { password } = this.#credentials;
    const { canAsk } = this.#prompter;
    const isHidden = (each: Prompt) => canAsk || !each.echo;
    const [first, ...others] = prompts.filter(isHidden);
    const isOwn = first !== undefined && others.length === 0 && asksForPassword(first);
    const unused = !this.#passwordAnswered && !(canAsk && this.#passwordUsed);
    if (isOwn && unused && password !== undefined) {
      this.#passwordAnswered = true;
      return prompts.map((each) => (each === first ? password : ""));
    }
    const answers = await this.#prompter.answers("keyboard-interactive", prompts, {
      name,
      instruction,
    });
    if (!answers) {
      const asked = prompts.find((each) => !asksForPassword(each)) ?? prompts[0];
      this.#unansweredQuestion ??= asked?.prompt.trim() || instruction || name;
    }
    return answers;
  }

  /** Finds out what the server offers, before the client is asked anything. */
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
  #outcome(method: string, reply: Reply, what?: string): Outcome {
    switch (reply.type) {
      case "success":
        this.succeeded.push(method);
        return "success";
      case "failure":
        this.offered = reply.methods;
        if (!reply.partialSuccess) {
          this.#failures += 1;
          if (what !== undefined && !this.#refusals.includes(what)) this.#refusals.push(what);
          return "refused";
        }
        this.succeeded.push(method);
        if (this.succeeded.length < maxFactors) return "partial";
        throw this.refused("the server wants ever more factors");
      case "passwordChange":
        throw this.refused("the password has expired: log in with a terminal to change it");
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
}

function sha1Only(key: PublicKey): string {
  return `the server takes this RSA key with SHA-1 only (${keyFingerprint(key)}): algorithms.publicKey, or PubkeyAcceptedAlgorithms, with ssh-rsa allows that`;
}

/** Why there are no keys to try, in the words of {@link keySources}. */
function lackOfKeys(credentials: Credentials): string {
  const { files, agent } = keySources(credentials);
  if (files.length === 0 && agent === undefined) return "no key was given";
  const places = [
    ...(files.some(({ isDefault }) => isDefault) ? ["none of the default key files is there"] : []),
    ...(agent === undefined ? ["there is no agent (SSH_AUTH_SOCK is not set)"] : []),
    ...(typeof agent === "object" ? [`the agent at ${agent.socket} gave none`] : []),
  ];
  return `no key could be tried: ${places.join(", ") || "all are left out"}`;
}
