import { handler } from "./support/handler.ts";
import { runForClient } from "./support/run-program.ts";

export default handler("session.subsystem", (params, context) =>
  runForClient({ subsystem: params.name }, params, context),
);
