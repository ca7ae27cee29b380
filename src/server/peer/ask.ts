import { CancellationTokenSource } from "vscode-jsonrpc";
import type { MessageConnection } from "vscode-jsonrpc";
import { promptResult } from "../../protocol/prompt.ts";
import type { Ask } from "../../protocol/prompt.ts";
import type { Log } from "../log.ts";

/** Asks the client by `client/prompt`; a malformed answer counts as a refusal. */
export function askBy(connection: MessageConnection, log: Log): Ask {
  return async (params, signal) => {
    if (signal.aborted) return undefined;
    const source = new CancellationTokenSource();
    const cancel = (): void => source.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const answer: unknown = await connection.sendRequest("client/prompt", params, source.token);
      if (answer === null) return undefined;
      const checked = promptResult().safeParse(answer);
      if (checked.success) return checked.data;
      log.warn(`the client's answer to client/prompt (${params.kind}) is malformed`);
    } catch {
      // The error's own text isn't logged: it may hold a password.
      log.debug(`client/prompt (${params.kind}) was answered with an error, or not at all`);
    } finally {
      signal.removeEventListener("abort", cancel);
      source.dispose();
    }
    return undefined;
  };
}
