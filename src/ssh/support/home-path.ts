import { homedir } from "node:os";
import path from "node:path";
import { localPath, variables } from "./client-environment.ts";

/** The home of the client's user. */
export function home(): string {
  return variables()["HOME"] || homedir();
}

/** A path as ssh_config(5) has it: a leading `~/` is the home of the client's user. */
export function expandHome(text: string): string {
  return text.startsWith("~/") ? path.join(home(), text.slice(2)) : text;
}

/** The same, and a relative one counts from the client's working directory. */
export function homePath(text: string): string {
  return localPath(expandHome(text));
}
