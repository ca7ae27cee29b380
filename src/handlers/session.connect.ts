import { NotUtf8, notUtf8 } from "../protocol/bytes.ts";
import { Failure } from "../protocol/errors.ts";
import { invalidParam } from "../protocol/invalid-param.ts";
import { defaultWindow } from "../protocol/limits.ts";
import type { Params } from "../protocol/methods.ts";
import type { Target } from "../ssh/connection/channels/tunnels.ts";
import { ConnectionStream } from "../ssh/forwarding/connection-stream.ts";
import { OutputStream } from "../ssh/programs/output-stream.ts";
import { RunningProgram } from "../ssh/programs/running-program.ts";
import { replyGrace } from "../ssh/connection/channels/terminate.ts";
import { within } from "../ssh/support/within.ts";
import { handler } from "./support/handler.ts";
import { OutputSender } from "./support/output-fields.ts";

export default handler("session.connect", async (params, { scope, client, call }) => {
  const { token, window = defaultWindow, encoding = client.defaultEncoding } = params;
  const target = targetOf(params);
  const held = scope.sessions.get(params.session);
  const sender = new OutputSender(token, encoding, client);
  const output = new OutputStream({
    window,
    wholeCharacters: encoding === undefined || encoding === "utf8",
    send: sender.send.bind(sender),
  });
  const input = new RunningProgram(true);
  scope.calls.add(token, { program: input, stream: output });
  let connection: ConnectionStream | undefined;
  try {
    const transport = await held.use(call, (session) => {
      call.phase = "open";
      return session.connect(target, call, { allowHalfOpen: true });
    });
    call.phase = "run";
    call.dispatched = "yes";
    connection = new ConnectionStream(transport);
    const failed = Promise.race([output.takeFrom(connection), connection.lost]);
    input.started(connection);
    await call.race(Promise.race([connection.received, failed]));
    await call.race(Promise.race([output.drained(), failed]));
    // The reply comes after both directions have ended. An empty notification tells the client that the
    // server's direction has.
    await call.race(sender.send("stdout", new Uint8Array(0)));
    await call.race(Promise.race([connection.closed, failed]));
    return told(connection, encoding === "utf8" ? sender : undefined);
  } catch (error) {
    output.release();
    // Output that has come is still sent, as far as the client grants it: none may follow the reply.
    if (connection) await within(replyGrace, output.drained());
    connection?.discardOutput();
    await connection?.abort();
    if (error instanceof Failure && connection) throw error.with(connection.bytes);
    throw error;
  } finally {
    input.ended();
    scope.calls.delete(token);
  }
});

/** @param checked set if the caller wanted UTF-8 */
function told({ bytes }: ConnectionStream, checked: OutputSender | undefined) {
  try {
    checked?.check();
    return bytes;
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    throw new Failure("NotUtf8", notUtf8("what came"), bytes);
  }
}

function targetOf({ host, port, socketPath }: Params<"session.connect">): Target {
  if (socketPath !== undefined) {
    if (host !== undefined || port !== undefined) {
      throw invalidParam("socketPath", "can't go together with host and port");
    }
    return { path: socketPath };
  }
  if (host === undefined) throw invalidParam("host", "is missing");
  if (port === undefined) throw invalidParam("port", "is missing");
  return { host, port };
}
