import { maxCommand } from "../protocol/limits.ts";
import { withExportedEnv } from "../ssh/programs/exported-env.ts";
import { handler } from "./support/handler.ts";
import { inputText } from "./support/input-bytes.ts";
import { runForClient } from "./support/run-program.ts";
import { sudoOf } from "./support/sudo.ts";

export default handler("session.exec", ({ envMode, ...params }, context) => {
  const { command, commandEncoding, env = {} } = params;
  const bytes = inputText("command", command, commandEncoding, maxCommand, context.binary);
  const isExported = envMode === "export";
  const program = isExported ? withExportedEnv(env, bytes) : bytes;
  const sudo = sudoOf(params, program, context);
  const exec = sudo?.command ?? program;
  return runForClient({ exec }, { ...params, sudo, env: isExported ? {} : env }, context);
});
