import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import { printable } from "../../../codecs/text/printable.ts";
import { keySources } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";
import type { Identities } from "./identities.ts";
import type { Identity, Skipped } from "./identity.ts";
import { refusalMessage } from "./refusal.ts";
import type { Account, Prompter } from "../prompts/prompter.ts";
import type { Reply } from "../../ssh2/userauth.ts";

/** What OpenSSH's MaxAuthTries (sshd_config(5)) is unless it was changed. */
export const maxFailures = 6;

/** Factors (RFC 4252, partial success) after which the login is given up; no server asks for as many. */
const maxFactors = 6;

/** What came of a method: the login, one factor of it, a refusal, or it wasn't tried at all. */
export type Outcome = "success" | "partial" | "refused";

/** What a login is for, with what, and who can be asked. */
export interface Login {
  readonly account: Account;
  readonly credentials: Credentials;
  readonly prompter: Prompter;
}

/** How far a login has come: what was tried, what the server said to it, and so what may be tried now. */
export class LoginProgress {
  /** The methods that were tried, in order. */
  readonly tried: string[] = [];
  /** The methods that succeeded, in order: one for each factor. */
  readonly succeeded: string[] = [];
  /** The methods that the server still offered when it last refused; undefined before that. */
  offered: readonly string[] | undefined;
  /** What may be tried as a public key; undefined until it is gathered, or where none may be. */
  identities: Identities | undefined;
  /** The first question of the server's that nobody has answered. */
  unansweredQuestion: string | undefined;
  /** Refused requests, as the server counts them. */
  failures = 0;
  readonly #login: Login;
  readonly #call: Call;
  readonly #skipped: Skipped[] = [];
  /** What the server has refused, as the user knows it. */
  readonly #refusals: string[] = [];

  constructor(login: Login, call: Call) {
    this.#login = login;
    this.#call = call;
  }

  /** Says what may be tried as a public key, and what was left out of that. */
  gathered(identities: Identities | undefined): void {
    this.identities = identities;
    if (identities) this.#skipped.push(...identities.skipped);
  }

  /** Notes that a method is tried, and gives the server's reply, or the call's end. */
  send(method: string, reply: Promise<Reply>): Promise<Reply> {
    this.tried.push(method);
    return this.#call.race(reply);
  }

  /**
   * What a reply means for the login.
   * @param what was refused if it is a refusal, as the user knows it
   * @throws {Failure} AuthenticationFailed where there is no point in going on
   */
  outcome(method: string, reply: Reply, what?: string): Outcome {
    switch (reply.type) {
      case "success":
        this.succeeded.push(method);
        return "success";
      case "failure":
        this.offered = reply.methods;
        if (!reply.partialSuccess) {
          this.failures += 1;
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

  /** Whether the server offers a method, as far as it has said so. */
  offers(method: string): boolean {
    return this.offered === undefined || this.offered.includes(method);
  }

  /** Whether a method may be tried now. */
  allows(method: string): boolean {
    return this.failures < maxFailures && this.offers(method) && !this.isLeftOut(method);
  }

  /** Whether the configuration has no place for a method. */
  isLeftOut(method: string): boolean {
    const { preferred, off } = this.#login.credentials.methods ?? {};
    return off?.includes(method) === true || preferred?.includes(method) === false;
  }

  /** Notes why a key wasn't tried, or not in every way. */
  skip({ path }: Identity, reason: string): void {
    if (this.#skipped.some((each) => each.path === path && each.reason === reason)) return;
    this.#skipped.push({ path, reason });
  }

  /** @param cause what ended the login, where all that could be tried hasn't been refused */
  refused(cause?: string): Failure {
    const { offered, succeeded } = this;
    const [refusals, skipped, lacking] = [this.#refusals, this.#skipped, this.#lacking(cause)];
    const message = refusalMessage(this.#login.account, {
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
    const { credentials, prompter } = this.#login;
    const { password } = credentials;
    const nobody = "and there is nobody to ask";
    const left = ["publickey", "password", "keyboard-interactive"].filter((method) =>
      this.isLeftOut(method),
    );
    if (left.length > 0) why.push(`the configuration leaves out ${left.join(", ")}`);
    if (this.identities && this.identities.all.length === 0 && this.offers("publickey")) {
      why.push(lackOfKeys(credentials));
    }
    if (this.unansweredQuestion !== undefined) {
      const asked = JSON.stringify(printable(this.unansweredQuestion, 100));
      const who = prompter.canAsk ? "and the client gave no answer" : nobody;
      why.push(`the server asks ${asked}, ${who}`);
    } else if (password === undefined && !prompter.canAsk) {
      const asks = ["password", "keyboard-interactive"].some(
        (method) => this.offered?.includes(method) === true && !this.isLeftOut(method),
      );
      if (asks) why.push(`no password was given, ${nobody}`);
    }
    return cause === undefined &&
      why.length === 0 &&
      this.#refusals.length + this.#skipped.length === 0
      ? ["there was nothing to try"]
      : why;
  }
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
