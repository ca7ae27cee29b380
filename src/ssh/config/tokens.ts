import { Failure } from "../../protocol/errors.ts";

/** What a `%` token stands for (ssh_config(5), TOKENS); `%%` stands for `%` always. */
export type Tokens = Readonly<Record<string, string>>;

/**
 * Expands the tokens of a value.
 *
 * @param param the param that the value came in, for the error
 * @throws {Failure} InvalidParams for a token that has no meaning there
 */
export function expandTokens(value: string, tokens: Tokens, param: string): string {
  return value.replaceAll(/%(.?)/gs, (token, letter: string) => {
    const meaning = letter === "%" ? "%" : tokens[letter];
    if (meaning === undefined) throw unfit(param, `there is no token ${token} for it`);
    return meaning;
  });
}

/** Characters that are special to a shell. */
const shellSyntax = /[\s'"`$\\;&<>|(){}]/;

/**
 * Refuses a name with characters that are special to a shell, as ssh does: ProxyCommand's tokens are not
 * quoted, and the name may come from somebody else.
 *
 * @throws {Failure} InvalidParams
 */
export function refuseShellSyntax(name: string, param: string): void {
  if (name.startsWith("-") || shellSyntax.test(name)) {
    throw unfit(param, "has characters that a proxy command's shell would take for syntax");
  }
}

function unfit(path: string, reason: string): Failure {
  return new Failure("InvalidParams", `${path}: ${reason}`, { path, reason });
}
