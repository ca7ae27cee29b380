import { homedir } from "node:os";
import path from "node:path";

/** A path as ssh_config(5) has it: a leading `~/` is the home of the daemon's user. */
export function homePath(text: string): string {
  return text.startsWith("~/") ? path.join(homedir(), text.slice(2)) : text;
}
