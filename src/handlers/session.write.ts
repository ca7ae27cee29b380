import { atTurnEnd } from "../ssh/flow/turn-end.ts";
import { handler } from "./support/handler.ts";
import { inputBytes } from "./support/input-bytes.ts";

export default handler("session.write", async (params, { binary, scope, call }) => {
  const program = scope.calls.program(params.token);
  await program.write(inputBytes("data", params.data, params.encoding, binary), call);
  // Behind what this turn sends: a key's echo doesn't wait until the client is told that it was pressed.
  await new Promise<void>((resolve) => atTurnEnd(resolve));
  return true as const;
});
