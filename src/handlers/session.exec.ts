import { maxCommand } from "../protocol/limits.ts";
import { handler } from "./support/handler.ts";
import { inputText } from "./support/input-bytes.ts";
import { runForClient } from "./support/run-program.ts";

export default handler("session.exec", (params, context) => {
  const { command, commandEncoding } = params;
  const exec = inputText("command", command, commandEncoding, maxCommand, context.binary);
  return runForClient({ exec }, params, context);
});
