import { withExports } from "../codecs/shell/command-line.ts";
import { invalidParam } from "../protocol/invalid-param.ts";
import { maxCommand } from "../protocol/limits.ts";
import { handler } from "./support/handler.ts";
import { inputText } from "./support/input-bytes.ts";
import { runForClient } from "./support/run-program.ts";

export default handler("session.exec", ({ envMode, ...params }, context) => {
  const { command, commandEncoding, env = {} } = params;
  const bytes = inputText("command", command, commandEncoding, maxCommand, context.binary);
  if (envMode !== "export") return runForClient({ exec: bytes }, params, context);
  const exec = exporting(env, bytes);
  return runForClient({ exec }, { ...params, env: {} }, context);
});

/** POSIX.1-2017 XBD 3.235; any other couldn't be said to a shell. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function exporting(env: Readonly<Record<string, string>>, command: Uint8Array): Uint8Array {
  const bad = Object.keys(env).find((name) => !variableName.test(name));
  if (bad !== undefined) {
    throw invalidParam(`env.${bad}`, "must be a name of letters, digits and _, to be exported");
  }
  const line = withExports(env, command);
  if (line.length <= maxCommand) return line;
  throw invalidParam("env", `makes a command line of more than ${maxCommand} bytes`);
}
