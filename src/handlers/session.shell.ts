import { handler } from "./support/handler.ts";
import { runForClient } from "./support/run-program.ts";

export default handler("session.shell", (params, context) => {
  const pty = params.pty === false ? undefined : params.pty;
  return runForClient({ shell: true }, { ...params, pty }, context);
});
