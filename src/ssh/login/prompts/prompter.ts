import type { Ask, PromptParams } from "../../../protocol/prompt.ts";
import type { Call } from "../../support/call.ts";
import type { Prompt } from "../../ssh2/userauth.ts";

/** Whom a login is to reach, as the client is told in each question. */
export interface Account {
  readonly host: string;
  readonly port: number;
  readonly username: string;
}

type Kind = Exclude<PromptParams["kind"], "host-key">;
type HostKeyQuestion = Extract<PromptParams, { kind: "host-key" }>["hostKey"];

/** Asks the client on behalf of one login. */
export class Prompter {
  readonly #account: Account;
  readonly #ask: Ask | undefined;
  readonly #call: Call;
  readonly #over = new AbortController();

  /** @param ask undefined where the client can't be asked */
  constructor(account: Account, ask: Ask | undefined, call: Call) {
    // Only the fields of the contract: the object may hold a password too.
    const { host, port, username } = account;
    this.#account = { host, port, username };
    this.#ask = ask;
    this.#call = call;
  }

  get canAsk(): boolean {
    return this.#ask !== undefined;
  }

  /** @returns as many answers as prompts, or undefined where the client won't give them */
  async answers(
    kind: Kind,
    prompts: readonly Prompt[],
    more: { name?: string; instruction?: string; path?: string } = {},
  ): Promise<string[] | undefined> {
    const result = await this.#send({
      kind,
      ...this.#account,
      ...more,
      prompts: prompts.map(({ prompt, echo }) => ({ prompt, echo })),
    } as PromptParams);
    const answers = result && "answers" in result ? result.answers : undefined;
    return answers?.length === prompts.length ? answers : undefined;
  }

  /** The answer to one prompt that isn't echoed. */
  async secret(kind: Kind, prompt: string, more?: { path?: string }): Promise<string | undefined> {
    return (await this.answers(kind, [{ prompt, echo: false }], more))?.[0];
  }

  async acceptsHostKey(hostKey: HostKeyQuestion): Promise<boolean> {
    const result = await this.#send({ kind: "host-key", ...this.#account, prompts: [], hostKey });
    return result !== undefined && "accept" in result && result.accept;
  }

  /** The login is over, one way or the other: takes back a question that is still open. */
  close(): void {
    this.#over.abort();
  }

  async #send(params: PromptParams) {
    const ask = this.#ask;
    return ask && this.#call.whileAsking(ask(params, this.#over.signal));
  }
}
