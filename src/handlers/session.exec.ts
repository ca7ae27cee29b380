import { maxCommand } from "../protocol/limits.ts";
import { withExportedEnv } from "../ssh/programs/exported-env.ts";
import { handler } from "./support/handler.ts";
import { inputText } from "./support/input-bytes.ts";
import { runForClient } from "./support/run-program.ts";

export default handler("session.exec", ({ envMode, ...params }, context) => {
  const { command, commandEncoding, env = {} } = params;
  const bytes = inputText("command", command, commandEncoding, maxCommand, context.binary);
  if (envMode !== "export") return runForClient({ exec: bytes }, params, context);
  const exec = withExportedEnv(env, bytes);
  return runForClient({ exec }, { ...params, env: {} }, context);
});
