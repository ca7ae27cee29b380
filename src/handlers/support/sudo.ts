import { invalidParam } from "../../protocol/invalid-param.ts";
import { Prompter } from "../../ssh/login/prompts/prompter.ts";
import { Sudo } from "../../ssh/programs/sudo.ts";
import type { Context } from "./handler.ts";
import type { Token } from "./call-table.ts";

/** What of a program's params is about sudo. */
export interface SudoParams {
  readonly session: number;
  readonly token?: Token | undefined;
  readonly sudo?: boolean | string | undefined;
  readonly sudoPassword?: string | undefined;
}

/**
 * The sudo that a call wants, if it does.
 *
 * @param program a command for sh
 */
export function sudoOf(
  params: SudoParams,
  program: Uint8Array,
  { scope, client, call }: Context,
): Sudo | undefined {
  const { sudo = false, sudoPassword, token } = params;
  if (sudo === false) {
    if (sudoPassword === undefined) return undefined;
    throw invalidParam("sudoPassword", "goes with sudo only");
  }
  const { info } = scope.sessions.get(params.session);
  const { ask } = client;
  return new Sudo(sudo, program, async (attempt) => {
    if (sudoPassword !== undefined) return attempt === 0 ? sudoPassword : undefined;
    const named: typeof ask =
      ask &&
      ((question, signal) => ask(token === undefined ? question : { ...question, token }, signal));
    const prompter = new Prompter(info, named, call);
    try {
      return await prompter.secret("password", `[sudo] password for ${info.username}: `);
    } finally {
      prompter.close();
    }
  });
}
