import { NotUtf8 } from "../protocol/bytes.ts";
import type { Encoding } from "../protocol/bytes.ts";
import { Failure } from "../protocol/errors.ts";
import { defaultWindow, limits, maxCommand } from "../protocol/limits.ts";
import type { Params } from "../protocol/methods.ts";
import { exec } from "../ssh/programs/exec.ts";
import { OutputCollector } from "../ssh/programs/output-collector.ts";
import type { OutputSink } from "../ssh/programs/output-sink.ts";
import { OutputStream } from "../ssh/programs/output-stream.ts";
import { RunningCommand } from "../ssh/programs/running-command.ts";
import { exitStatus } from "./support/exit-status.ts";
import { handler } from "./support/handler.ts";
import type { Context } from "./support/handler.ts";
import { inputBytes, inputText } from "./support/input-bytes.ts";
import { invalidParam } from "../protocol/invalid-param.ts";
import { OutputSender, collectedOutput } from "./support/output-fields.ts";

export default handler("session.exec", async (params, context) => {
  const { maxOutput = limits.maxOutput, streams, token, window = defaultWindow } = params;
  if (!params.stream) {
    const { client } = context;
    const collector = new OutputCollector(maxOutput, streams === "interleaved", client.room);
    const fields = (encoding?: Encoding) => collectedOutput(collector, streams, encoding);
    return run(params, context, collector, fields);
  }
  if (token === undefined) throw invalidParam("token", "is missing: stream needs one");
  const encoding = params.encoding ?? context.client.defaultEncoding;
  const wholeCharacters = encoding === undefined || encoding === "utf8";
  const sender = new OutputSender(token, encoding, context.client);
  const send = sender.send.bind(sender);
  const stream = new OutputStream({ window, wholeCharacters, send });
  const sent = (wanted?: Encoding) => {
    if (wanted === "utf8") sender.check();
    return { stdoutBytes: stream.sent.stdout, stderrBytes: stream.sent.stderr };
  };
  return run(params, context, stream, sent, stream);
});

/** @param fields what the result, or the error, tells of the output */
async function run<Fields extends object>(
  params: Params<"session.exec">,
  { binary, daemon, client, call }: Context,
  sink: OutputSink,
  fields: (encoding?: Encoding) => Fields,
  stream?: OutputStream,
) {
  const { openStdin, env, pty, token } = params;
  const command = inputText("command", params.command, params.commandEncoding, maxCommand, binary);
  if (openStdin && token === undefined) {
    throw invalidParam("token", "is missing: openStdin needs one");
  }
  const { encoding = client.defaultEncoding, stdinEncoding } = params;
  const stdin =
    params.stdin === undefined
      ? undefined
      : inputBytes("stdin", params.stdin, stdinEncoding, binary);
  const session = daemon.sessions.get(params.session);
  const running = new RunningCommand(openStdin);
  if (token !== undefined) daemon.commands.add(token, { running, stream });
  try {
    const options = { command, stdin, openStdin, env, pty };
    const outcome = await exec(session, options, sink, call, running);
    const exit = exitStatus(outcome.exit);
    if (outcome.failure) {
      const termination = outcome.termination && { ...outcome.termination, ...exit };
      // Text is not insisted on where there is an error already.
      const output = fields(encoding === "utf8" ? undefined : encoding);
      throw outcome.failure.with({ ...output, ...exit, termination });
    }
    try {
      return { ...fields(encoding), ...exit };
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      throw new Failure("NotUtf8", "the output is not UTF-8", { ...fields("base64"), ...exit });
    }
  } finally {
    if (token !== undefined) daemon.commands.delete(token);
  }
}
